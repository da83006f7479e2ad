import { describe, expect, it } from "vitest";

import { eachPlatform } from "../support/platforms.ts";
import { openReplies } from "../support/reply-world.ts";
import type { ReplyWorld } from "../support/reply-world.ts";

const general = { as: "ben", channel: "general" } as const;
const hintsOff = "threads: { hints: off }";

/** What a command is answered to one person alone, once it says so. */
async function give(
  { commands, chat }: ReplyWorld,
  as: "ada" | "ben",
  text: string,
  answer: RegExp,
): Promise<string> {
  const before = (await commands.told(as)).length;
  await commands.slash(as, text);
  return chat.until(
    async () => (await commands.told(as)).slice(before).find((each) => answer.test(each)),
    `${String(answer)} after ${text}`,
  );
}

/** Asks until it is answered so: the index follows within seconds. */
async function untilFound(world: ReplyWorld, text: string, found: RegExp): Promise<string> {
  for (let tries = 0; tries < 15; tries++) {
    const said = await give(world, "ada", text, /./s);
    if (found.test(said)) return said;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  throw new Error(`never found: ${String(found)}`);
}

describe.concurrent.each(eachPlatform)("in %s", { timeout: 90_000 }, (title) => {
  it("a thread that was answered is found by meaning, and leads there", async () => {
    await using world = await openReplies(title, hintsOff);
    world.openai.reply("Run the rotation script, then tell the release team.");
    const { id: thread } = await world.chat.post({
      ...general,
      text: "@Parley how do we rotate the signing keys of our releases?",
    });
    await world.chat.answers({ ...general, thread });
    const found = await untilFound(
      world,
      "threads similar rotating release signing keys",
      /1 thread in which something like this was said/,
    );
    expect(found).toContain("how do we rotate the signing keys");
    expect(found).toMatch(/general/);
    if (title !== "the playground") expect(found).toMatch(/open/);
  });

  it("what people said among themselves before is found once whoever manages the channel wants that", async () => {
    await using world = await openReplies(title, hintsOff);
    const { chat, commands } = world;
    const { id: thread } = await chat.post({ ...general, text: "where do the porcupines sleep in winter?" });
    const { discord } = world.local ?? {};
    if (discord) {
      const { people, channels } = discord;
      discord.startThread({ as: people.bo, channel: channels.general, name: "porcupines", message: thread });
    }
    await chat.post({ ...general, as: "ada", thread, text: "porcupines sleep under the woodshed in winter" });
    expect(await give(world, "ben", "threads similar where porcupines sleep", /./s)).toMatch(/Nothing close/);
    await commands.slash("ada", "threads index start");
    await chat.until(
      async () =>
        (await commands.said()).some((text) => /is being made findable now/.test(text)) || undefined,
      "the channel to be told",
    );
    await untilFound(world, "threads index", /It is done: 1 thread with 2 messages/);
    expect(await give(world, "ben", "threads similar where porcupines sleep", /./s)).toContain("porcupines");
  });
});
