import { describe, expect, it } from "vitest";

import type { ChatBody } from "../support/openai-server.ts";
import { eachPlatform } from "../support/platforms.ts";
import { openReplies } from "../support/reply-world.ts";
import type { ReplyWorld } from "../support/reply-world.ts";

const general = { as: "ben", channel: "general" } as const;
const toolTexts = (body: ChatBody | undefined) =>
  (body?.messages ?? [])
    .filter(({ role }) => role === "tool")
    .map(({ content }) => String(content))
    .join("\n");
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
    expect(found).toMatch(/open/);
  });

  it("the model looks up what was answered, and cites where", async () => {
    await using world = await openReplies(title, hintsOff);
    const { chat, openai } = world;
    openai.reply("Run the rotation script, then tell the release team.");
    const { id: known } = await chat.post({ ...general, text: "@Parley how do we rotate the signing keys?" });
    await chat.answers({ ...general, thread: known });
    await untilFound(world, "threads similar rotate the signing keys", /1 thread in which/);
    openai.reply((body) => {
      const last = body.messages.at(-1);
      const link = /link: (\S+)/.exec(String(last?.content))?.[1] ?? "nowhere";
      const query = JSON.stringify({ query: "rotate the signing keys" });
      return last?.role === "tool"
        ? `With the script, as said in [that thread](${link}).`
        : { toolCalls: [{ id: "call_1", name: "search_threads", arguments: query }] };
    });
    const { id: thread } = await chat.post({ ...general, text: "@Parley and the keys, who rotates them?" });
    const [answer] = await chat.answers({ ...general, thread });
    expect(answer?.text).toContain("With the script, as said in");
    const said = toolTexts(openai.chatRequests.at(-1)?.body);
    expect(said).toMatch(/^> how do we rotate the signing keys\?$/m);
    expect(said).toMatch(/link: https?:\/\//);
  });

  it("threads are compared by their links, and what may not be seen sounds like what isn't there", async () => {
    await using world = await openReplies(title, hintsOff);
    const { chat, openai } = world;
    openai.reply("Run the rotation script.");
    for (const text of ["@Parley how do we rotate the signing keys?", "@Parley where is lunch on friday?"]) {
      const { id: thread } = await chat.post({ ...general, text });
      await chat.answers({ ...general, thread });
    }
    await untilFound(world, "threads index", /./);
    const links = new Set<string>();
    openai.reply((body) => {
      const last = body.messages.at(-1);
      for (const [, link] of String(last?.content).matchAll(/link: (\S+)/g)) links.add(link ?? "");
      const query = JSON.stringify({ query: last?.role === "tool" ? "" : String(last?.content) });
      return last?.role === "tool"
        ? "Seen."
        : { toolCalls: [{ id: "call_1", name: "search_threads", arguments: query }] };
    });
    await untilFound(world, "threads similar rotate the signing keys", /1 thread in which/);
    await untilFound(world, "threads similar where is lunch on friday", /1 thread in which/);
    for (const text of ["@Parley who rotates the signing keys?", "@Parley when is lunch on friday?"]) {
      const { id: thread } = await chat.post({ ...general, text });
      await chat.answers({ ...general, thread });
    }
    expect(links.size).toBe(2);
    const [first = "", second = ""] = links;
    const compared = await give(world, "ada", `threads compare ${first} ${second}`, /compared|no thread/);
    expect(compared).toMatch(/2 threads compared.* on average/);
    expect(compared).toMatch(/1 and 2: .*\(-?0\.\d\d\)/);
    expect(await give(world, "ada", `threads compare ${first} ${first}x`, /./s)).toMatch(
      /no thread that you may see/,
    );
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
