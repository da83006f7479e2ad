import { describe, expect, it } from "vitest";

import type { ChatPlace, SeenMessage } from "../support/chat-client.ts";
import { eachPlatform } from "../support/platforms.ts";
import { priced } from "../support/prices.ts";
import { openReplies } from "../support/reply-world.ts";
import type { ReplyWorld } from "../support/reply-world.ts";

const dayMs = 86_400_000;
/** From now to the next noon in UTC: what is asked for then is due on the day after, whenever the test runs. */
const toNoonMs = dayMs - ((Date.now() + dayMs / 2) % dayMs);
const general: ChatPlace = { as: "ben", channel: "general" };
const aCentAToken = ({ tokens }: { readonly tokens: { readonly output: number } }) =>
  priced(tokens.output * 10_000);

async function give({ commands, chat }: ReplyWorld, text: string, answer: RegExp): Promise<void> {
  await commands.slash("ada", text);
  await chat.until(
    async () => (await commands.told("ada")).some((each) => answer.test(each)) || undefined,
    `${String(answer)} after ${text}`,
  );
}

/** What Parley posted to the channel with a picture. */
async function reports({ chat }: ReplyWorld): Promise<readonly SeenMessage[]> {
  return (await chat.messages(general)).filter(({ isOwn, pictures }) => isOwn && pictures.length > 0);
}

async function untilReported(world: ReplyWorld, count: number): Promise<readonly SeenMessage[]> {
  return world.chat.until(async () => {
    const found = await reports(world);
    return found.length >= count ? found : undefined;
  }, `${count} reports`);
}

describe.concurrent.each(eachPlatform)("in %s", { timeout: 60_000 }, (title) => {
  it("a report is posted with its picture when it is due, once, and after a time away only the last", async () => {
    await using world = await openReplies(title, "", aCentAToken);
    await world.restart({ aheadMs: toNoonMs });
    world.openai.reply("Yes.");
    const { id: thread } = await world.chat.post({ ...general, text: "@Parley is it?" });
    await world.chat.answers({ ...general, thread });
    await give(
      world,
      "cost schedule daily",
      /is posted to .*general.* every day at 09:00, for the first time on/,
    );
    await world.restart({ aheadMs: toNoonMs + dayMs });
    const [first] = await untilReported(world, 1);
    expect(first?.text).toMatch(/What Parley cost here yesterday/);
    expect(first?.text).toMatch(/1 answer/);
    expect(first?.text).not.toMatch(/could not be posted in time/);
    expect(first?.pictures[0]).toMatch(/^What Parley cost here yesterday.*By model: gpt-6-luna \$/);
    await world.restart({ aheadMs: toNoonMs + 4 * dayMs });
    const [, second] = await untilReported(world, 2);
    expect(second?.text).toMatch(/2 reports before this one could not be posted in time/);
    await world.restart({ aheadMs: toNoonMs + 4 * dayMs });
    await give(world, "cost schedule off", /No report is posted to .*general.* any more/);
    await world.restart({ aheadMs: toNoonMs + 6 * dayMs });
    await give(world, "cost schedule", /No report is posted: /);
    expect(await reports(world)).toHaveLength(2);
  });
});

describe("in Slack over a socket", { timeout: 60_000 }, () => {
  it("a channel that is gone ends its reports, and who wanted them is told once", async () => {
    await using world = await openReplies("Slack over a socket", "", aCentAToken);
    await give(world, "cost schedule daily", /is posted to/);
    const isGeneral = (args: Readonly<Record<string, unknown>>) => args["channel"] === world.commands.general;
    world.local?.slack?.fail("chat.postMessage", { error: "channel_not_found", when: isGeneral }, Infinity);
    await world.restart({ aheadMs: toNoonMs + dayMs });
    const stopped = /could not be posted: the channel doesn't exist any more, or doesn't let me write/;
    const told = async () =>
      (await world.chat.messages({ as: "ada", channel: "dm-ada" })).filter(({ text }) => stopped.test(text));
    await world.chat.until(async () => (await told())[0], "ada to be told");
    await world.restart({ aheadMs: toNoonMs + 3 * dayMs });
    await give(world, "cost schedule", /general.*paused: it could not be posted/s);
    expect(await told()).toHaveLength(1);
  });
});
