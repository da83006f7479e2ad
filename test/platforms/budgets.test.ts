import { describe, expect, it } from "vitest";

import type { ChatPlace, Who } from "../support/chat-client.ts";
import { priced } from "../support/prices.ts";
import { eachPlatform } from "../support/platforms.ts";
import { openReplies } from "../support/reply-world.ts";
import type { ReplyWorld } from "../support/reply-world.ts";

const general = (as: Who): ChatPlace => ({ as, channel: "general" });

/** An answer of one token is a cent, so that each takes two cents of what is reserved for it. */
const settings = "model: { maxOutputTokens: 2 }";
const aCentAToken = ({ tokens }: { readonly tokens: { readonly output: number } }) =>
  priced(tokens.output * 10_000);

async function open(title: (typeof eachPlatform)[number], more = ""): Promise<ReplyWorld> {
  const world = await openReplies(title, `${settings}\n${more}`, aCentAToken);
  world.openai.reply("Yes.");
  return world;
}

/** Gives a command, and waits until this person alone is told what should come of it. */
async function give({ commands, chat }: ReplyWorld, as: Who, text: string, answer: RegExp): Promise<void> {
  const count = async () => (await commands.told(as)).filter((each) => answer.test(each)).length;
  const before = await count();
  await commands.slash(as, text);
  await chat.until(async () => (await count()) > before || undefined, `${String(answer)} after ${text}`);
}

/** Asks, and answers what was written below. */
async function ask({ chat }: ReplyWorld, as: Who, text: string): Promise<string> {
  const { id: thread } = await chat.post({ ...general(as), text: `@Parley ${text}` });
  const [answer] = await chat.answers({ ...general(as), thread });
  return answer?.text ?? "";
}

/** What a person was told directly, or in the place where nobody else sees it. */
function saidTo({ chat, commands }: ReplyWorld, who: Who, what: RegExp): Promise<string> {
  const channel = who === "ada" ? "dm-ada" : "dm-ben";
  return chat.until(
    async () => {
      const direct = (await chat.messages({ as: who, channel })).map(({ text }) => text);
      return [...direct, ...(await commands.told(who))].find((text) => what.test(text));
    },
    `${who} to be told ${String(what)}`,
  );
}

describe.concurrent.each(eachPlatform)("in %s", { timeout: 60_000 }, (title) => {
  it("somebody whose budget is used up is told alone how much it was and when it begins anew", async () => {
    await using world = await open(title);
    const { commands, openai } = world;
    const ben = `<@${commands.ids.ben}>`;
    await give(world, "ada", `budget set ${ben} $0.03 day`, /\$0\.03 a day.*\$0\.00 are spent/);
    expect(await ask(world, "ben", "one?")).toMatch(/^Yes\./);
    // A cent is a third of it; two more have no room beside it.
    expect(await ask(world, "ben", "two?")).toMatch(/^Yes\./);
    await saidTo(world, "ben", /Your budget of \$0\.03 a day is used by 50 %/);
    const asked = openai.chatRequests.length;
    await world.chat.post({ ...general("ben"), text: "@Parley three?" });
    const refusal = await saidTo(world, "ben", /Your budget of \$0\.03 a day is used up, so I can't answer/);
    expect(refusal).toMatch(/begins anew on \w{3} \d+ \w{3}, 00:00 \(UTC\)/);
    await saidTo(world, "ben", /Your budget of \$0\.03 a day is used up: \$0\.02 are spent/);
    expect(openai.chatRequests).toHaveLength(asked);
    expect((await commands.said()).join("\n")).not.toContain("$0.03");
    expect(await ask(world, "ada", "and me?")).toMatch(/^Yes\./);
    await give(world, "ada", `budget lift ${ben}`, /nothing is refused until/);
    expect(await ask(world, "ben", "four?")).toMatch(/^Yes\./);
    await give(world, "ben", "budget show", /You.*\$0\.03 a day.*\$0\.03 \(100 %\)/s);
  });

  it("the channel reads of its own budget, and admins of the workspace's, once each", async () => {
    await using world = await open(title);
    const { commands, chat } = world;
    await give(world, "ada", `budget set <#${commands.general}> $0.04 week`, /\$0\.04 a week/);
    await give(world, "ada", "budget set workspace $0.04 month", /\$0\.04 a month/);
    for (const text of ["one?", "two?"]) expect(await ask(world, "ben", text)).toMatch(/^Yes\./);
    const said = /This channel's budget of \$0\.04 a week is used by 50 %/;
    await chat.until(
      async () => (await commands.said()).some((text) => said.test(text)) || undefined,
      "the channel to be told",
    );
    await saidTo(world, "ada", /The budget of this workspace of \$0\.04 a month is used by 50 %/);
    await world.restart();
    await ask(world, "ben", "three?");
    await saidTo(world, "ada", /The budget of this workspace of \$0\.04 a month is used up|75 %|50 %/);
    expect((await commands.said()).filter((text) => said.test(text))).toHaveLength(1);
  });

  it("an admin stops everything that costs money, also what is under way, and lets it go on", async () => {
    await using world = await open(title);
    const { chat, openai, commands } = world;
    openai.reply(Array.from({ length: 400 }, (_, i) => `word${i}`).join(" "));
    openai.pace({ chunkDelayMs: 50 });
    const { id: thread } = await chat.post({ ...general("ben"), text: "@Parley tell me a long story" });
    await chat.until(
      async () =>
        (await chat.messages({ ...general("ben"), thread })).some(({ text }) => text.includes("word1")) ||
        undefined,
      "the answer to begin",
    );
    await commands.slash("ada", "budget stop");
    const [cut] = await chat.answers({ ...general("ben"), thread });
    expect(cut?.text).toContain("An admin has stopped everything here that costs money");
    expect(await openai.chatRequests[0]?.closed).toBe("aborted");
    await chat.post({ ...general("ben"), text: "@Parley anybody?" });
    await saidTo(world, "ben", /An admin has stopped everything here that costs money/);
    expect(openai.chatRequests).toHaveLength(1);
    await world.restart();
    await give(world, "ben", "ask still stopped?", /An admin has stopped everything/);
    await commands.slash("ada", "budget go");
    await chat.until(
      async () => (await commands.said()).some((text) => text.includes("Paid calls go on")) || undefined,
      "it to go on",
    );
    openai.pace({ chunkDelayMs: 0 });
    openai.reply("Yes.");
    expect(await ask(world, "ben", "and now?")).toMatch(/^Yes\./);
  });
});
