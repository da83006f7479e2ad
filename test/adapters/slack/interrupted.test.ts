import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import type { MessageCreated } from "../../../src/core/event.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import { intent } from "../../support/intent.ts";
import { connect, never, showing } from "./connected.ts";
import type { Connected } from "./connected.ts";
import { unfenced } from "../../support/fence.ts";

async function askInThread(slack: Connected): Promise<MessageCreated> {
  const { server } = slack;
  const [as, channel] = [server.users.ada, server.im(server.users.ada)];
  const { ts } = server.say({ as, channel, text: "first" });
  server.say({ as, channel, text: "hello", threadTs: ts });
  return slack.heard("hello");
}

async function askInChannel(slack: Connected): Promise<MessageCreated> {
  const { users, channels, bot, say } = slack.server;
  say({ as: users.ada, channel: channels.general, text: `<@${bot.userId}> hello` });
  return slack.heard("hello");
}

const own = ({ server }: Connected, channel: string) =>
  server.messages(channel).filter(({ user }) => user === server.bot.userId);

describe("a reply that is interrupted while Slack does what it was asked", () => {
  test.each([
    ["chat.postMessage", askInChannel],
    ["chat.startStream", askInThread],
  ] as const)("goes on in the message that %s made", async (method, ask) => {
    await using slack = await connect();
    const { place, author } = await ask(slack);
    const reply = slack.platform.openReply(place, intent("c", [], author.id));
    slack.server.fail(method, { delayMs: 300 });
    const stop = new AbortController();
    const posted: MessageId[] = [];
    const showingFirst = reply
      .show(["One"], { ...showing(false, posted), signal: stop.signal })
      .catch(() => undefined);
    await sleep(100);
    stop.abort();
    await showingFirst;
    expect(await reply.show(["One, stopped."], showing(true, posted))).toEqual(posted);
    expect(own(slack, place.channel)).toMatchObject([{ ts: posted[0], shown: "One, stopped." }]);
  });

  test("is not overtaken by an edit that was on its way", async () => {
    await using slack = await connect();
    const { place } = await askInChannel(slack);
    const reply = slack.platform.openReply(place, intent("c"));
    await reply.show(["One"], showing(false));
    slack.server.fail("chat.update", { delayMs: 300 });
    const stop = new AbortController();
    let isOver = false;
    const growing = reply
      .show(["One two"], { ...showing(false), signal: stop.signal })
      .catch(() => undefined)
      .finally(() => (isOver = true));
    await sleep(100);
    stop.abort();
    await sleep(50);
    expect(isOver).toBe(false);
    await growing;
    await reply.show(["Stopped."], showing(true));
    expect(own(slack, place.channel)).toMatchObject([{ shown: "Stopped." }]);
  });
});

describe("a stream whose beginning got no answer", () => {
  test.each(["shown", "removed"] as const)("is found before it is %s", async (end) => {
    await using slack = await connect();
    const { place, author } = await askInThread(slack);
    const reply = slack.platform.openReply(place, intent("c", [], author.id));
    slack.server.fail("chat.startStream", { loseResponse: "close" });
    await expect(reply.show(["One"], showing(false))).rejects.toMatchObject({ code: "platform_unreachable" });
    const [orphan] = own(slack, place.channel);
    if (end === "removed") {
      await reply.remove(unfenced(never));
      expect(own(slack, place.channel)).toEqual([]);
      return;
    }
    const posted: MessageId[] = [];
    await reply.show(["One two"], showing(false, posted));
    expect(await reply.show(["One two three."], showing(true, posted))).toEqual([orphan?.ts]);
    expect(posted).toEqual([orphan?.ts]);
    expect(own(slack, place.channel)).toMatchObject([{ ts: orphan?.ts, shown: "One two three." }]);
  });
});

test("a message that was edited is still found by its cause", async () => {
  await using slack = await connect();
  const { place } = await askInChannel(slack);
  const { cause } = intent("c");
  const id = await slack.platform.post(place, cause, { text: "first" }, never);
  await slack.platform.edit(place, id, { text: "second" }, never);
  expect(await slack.platform.findPosted(place, cause, never)).toEqual([id]);
});

test("what Slack can't read as Markdown is shown as it was written", async () => {
  await using slack = await connect();
  const { place } = await askInChannel(slack);
  const reply = slack.platform.openReply(place, intent("c"));
  slack.server.fail("chat.postMessage", { error: "invalid_blocks" });
  await reply.show(["**One**"], showing(false));
  expect(own(slack, place.channel)).toMatchObject([{ shown: expect.stringContaining("**One**") as string }]);
  slack.server.fail("chat.update", { error: "invalid_attachments" });
  const long = "🙂 ".repeat(3_000).trim();
  await reply.show([long], showing(true));
  expect(own(slack, place.channel).map(({ shown }) => shown.replaceAll("\n", ""))).toEqual([long]);
});
