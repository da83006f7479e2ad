import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import type { MessageCreated } from "../../../src/core/event.ts";
import type { MessageId, PersonId } from "../../../src/core/ids.ts";
import { intent } from "../../support/intent.ts";
import { connect, never, showing } from "./connected.ts";
import type { Connected, ConnectOptions } from "./connected.ts";
import { unfenced } from "../../support/fence.ts";

async function ask(slack: Connected, where: "channel" | "tab" | "dm"): Promise<MessageCreated> {
  const { server } = slack;
  const as = server.users.ada;
  if (where === "channel") {
    server.say({ as, channel: server.channels.general, text: `<@${server.bot.userId}> hello` });
  } else {
    const channel = server.im(as);
    const { ts } = server.say({ as, channel, text: where === "tab" ? "first" : "hello" });
    if (where === "tab") server.say({ as, channel, text: "hello", threadTs: ts });
  }
  return slack.heard("hello");
}

const own = ({ server }: Connected, channel: string) =>
  server.messages(channel).filter(({ user }) => user === server.bot.userId);
const methods = ({ server }: Connected) =>
  server.calls.map(({ method }) => method).filter((method) => method.startsWith("chat."));

describe("a growing reply", () => {
  test.each<[string, "channel" | "tab" | "dm", ConnectOptions, readonly string[]]>([
    [
      "in a channel is one message that is updated",
      "channel",
      {},
      ["chat.postMessage", "chat.update", "chat.update"],
    ],
    [
      "in the app's tab is Slack's own stream",
      "tab",
      {},
      ["chat.startStream", "chat.appendStream", "chat.stopStream"],
    ],
    [
      "in a direct message without a thread is updated",
      "dm",
      {},
      ["chat.postMessage", "chat.update", "chat.update"],
    ],
    [
      "is streamed in channels too where the setting says so",
      "channel",
      { slack: { streaming: "native" } },
      ["chat.startStream", "chat.appendStream", "chat.stopStream"],
    ],
    [
      "is updated everywhere where the setting says so",
      "tab",
      { slack: { streaming: "update" } },
      ["chat.postMessage", "chat.update", "chat.update"],
    ],
    [
      "doesn't grow where the setting says so",
      "channel",
      { slack: { streaming: "off" } },
      ["chat.postMessage"],
    ],
  ])("%s", async (_what, where, options, calls) => {
    await using slack = await connect(options);
    const { place, author } = await ask(slack, where);
    const posted: MessageId[] = [];
    const reply = slack.platform.openReply(place, intent("c1", [], author.id));
    await reply.show(["One"], showing(false, posted));
    await reply.show(["One two"], showing(false, posted));
    await reply.show(["One two three"], showing(true, posted));
    expect(methods(slack)).toEqual(calls);
    expect(own(slack, place.channel)).toMatchObject([{ ts: posted[0], shown: "One two three" }]);
    expect(await slack.platform.findPosted(place, intent("c1").cause, never)).toEqual(posted);
  });

  test("goes on by updates when a stream is refused, expires, or its text is another", async () => {
    for (const server of [{ streamsInImsOnly: true }, { streamLifeMs: 30 }, {}]) {
      await using slack = await connect({ server, slack: { streaming: "native" } });
      const { place, author } = await ask(slack, "channel");
      const reply = slack.platform.openReply(place, intent("c1", [], author.id));
      await reply.show(["One"], showing(false));
      await new Promise((resolve) => setTimeout(resolve, 80));
      await reply.show(["One two"], showing(false));
      await reply.show(["Another answer"], showing(true));
      expect(own(slack, place.channel)).toMatchObject([{ shown: "Another answer" }]);
    }
  });

  test("that an attempt left in the middle of a stream is completed in the same message", async () => {
    await using slack = await connect();
    const { place, author } = await ask(slack, "tab");
    const first = slack.platform.openReply(place, intent("c1", [], author.id));
    await first.show(["One"], showing(false));
    const found = await slack.platform.findPosted(place, intent("c1").cause, never);
    expect(found).toHaveLength(1);
    const second = slack.platform.openReply(place, intent("c1", found, author.id));
    await second.show(["One and all"], showing(true));
    expect(own(slack, place.channel)).toMatchObject([{ ts: found[0], shown: "One and all" }]);
  });

  test("keeps to the workspace's rates, and its last words are not late because of them", async () => {
    await using slack = await connect({ server: { limits: "real" } });
    const { place } = await ask(slack, "channel");
    const reply = slack.platform.openReply(place, intent("c1"));
    for (let i = 0; i < 80; i++) await reply.show([`step ${i}`], showing(false));
    await reply.show(["done"], showing(true));
    expect(own(slack, place.channel)).toMatchObject([{ shown: "done" }]);
    expect(slack.server.limited()).toEqual([]);
  });

  test("waits as long as Slack asks, and then says its last words", async () => {
    await using slack = await connect();
    const { place } = await ask(slack, "channel");
    const reply = slack.platform.openReply(place, intent("c1"));
    slack.server.fail("chat.postMessage", { retryAfterSec: 1 });
    await reply.show(["One"], showing(false));
    slack.server.fail("chat.update", { retryAfterSec: 1 }, 2);
    await reply.show(["done"], showing(true));
    expect(own(slack, place.channel)).toMatchObject([{ shown: "done" }]);
    expect(slack.server.calls.some(({ cameEarly }) => cameEarly)).toBe(false);
  }, 20_000);

  test("leaves out what grows while another one waits for its last words", async () => {
    await using slack = await connect();
    const { place } = await ask(slack, "channel");
    const [ending, growing] = ["c1", "c2"].map((cause) => slack.platform.openReply(place, intent(cause)));
    await ending?.show(["Half"], showing(false));
    await growing?.show(["One"], showing(false));
    slack.server.fail("chat.update", { retryAfterSec: 1 });
    const ended = ending?.show(["The whole"], showing(true));
    await slack.server.until(() => slack.server.limited().length > 0, "the refusal");
    // Until it has come, nobody can know.
    await sleep(200);
    await growing?.show(["One two"], showing(false));
    await ended;
    await growing?.show(["One two three"], showing(false));
    expect(own(slack, place.channel)).toMatchObject([
      { shown: "The whole" },
      { shown: expect.stringContaining("One two three") },
    ]);
    expect(methods(slack).filter((method) => method === "chat.update")).toHaveLength(3);
  }, 20_000);

  test.each(["posted", "updated"])(
    "that is too long for Slack when it is %s is cut smaller",
    async (when) => {
      await using slack = await connect();
      const { server } = slack;
      const { place } = await ask(slack, "channel");
      const reply = slack.platform.openReply(place, intent("c1"));
      if (when === "updated") await reply.show(["line 0"], showing(false));
      const isLong = ({ blocks }: Readonly<Record<string, unknown>>) => JSON.stringify(blocks).length > 4_000;
      for (const method of ["chat.postMessage", "chat.update"])
        server.fail(method, { error: "msg_too_long", when: isLong }, Infinity);
      const lines = Array.from({ length: 900 }, (_, i) => `line ${i}`);
      const posted: MessageId[] = [];
      const standing = await reply.show([lines.join("\n\n")], showing(true, posted));
      const shown = own(slack, place.channel);
      expect(shown.map(({ ts }) => ts)).toEqual(standing);
      expect(shown.flatMap((each) => each.shown.split(/\n+/))).toEqual(lines);
    },
  );

  test("that Slack lets no stream begin for, because it asks to wait, is a message at once", async () => {
    await using slack = await connect({ slack: { streaming: "native" } });
    const { place, author } = await ask(slack, "channel");
    slack.server.fail("chat.startStream", { retryAfterSec: 60 });
    await slack.platform.openReply(place, intent("c1", [], author.id)).show(["One"], showing(false));
    expect(methods(slack)).toEqual(["chat.startStream", "chat.postMessage"]);
  });

  test.each(["loseResponse", "cutBefore"] as const)(
    "is posted once when the connection breaks (%s)",
    async (fault) => {
      await using slack = await connect();
      const { place } = await ask(slack, "channel");
      slack.server.fail("chat.postMessage", { [fault]: "close" } as never);
      const posted: MessageId[] = [];
      await slack.platform.openReply(place, intent("c1")).show(["done"], showing(true, posted));
      expect(own(slack, place.channel)).toMatchObject([{ ts: posted[0], shown: "done" }]);
    },
    20_000,
  );

  test("is not posted anew when somebody deleted it, and is gone when it is removed", async () => {
    await using slack = await connect();
    const { place } = await ask(slack, "channel");
    const reply = slack.platform.openReply(place, intent("c1"));
    const posted: MessageId[] = [];
    await reply.show(["One"], showing(false, posted));
    slack.server.remove({
      as: slack.server.users.ada,
      message: { channel: place.channel, ts: posted[0] ?? "" },
    });
    expect(await reply.show(["One two"], showing(true))).toEqual([]);
    expect(own(slack, place.channel)).toEqual([]);

    const other = slack.platform.openReply(place, intent("c2"));
    await other.show(["Two"], showing(false));
    await other.remove(unfenced(never));
    expect(own(slack, place.channel)).toEqual([]);
  });
});

test("what Parley tells one person is seen by that person alone", async () => {
  await using slack = await connect();
  const { place, author } = await ask(slack, "channel");
  expect(await slack.platform.notify(place, author.id, "for you", never)).toBe("ephemeral");
  expect(slack.server.ephemerals(author.id).map(({ text }) => text)).toEqual(["for you"]);
  expect(own(slack, place.channel)).toEqual([]);
  expect(await slack.platform.notify(place, slack.server.users.stranger as PersonId, "x", never)).toBe(
    "none",
  );
});

test("suggests what to ask when somebody opens the app's tab, once", async () => {
  await using slack = await connect();
  const { server } = slack;
  server.openAgentTab({ as: server.users.bo });
  await server.until(() => server.suggestedPrompts.length > 0, "the prompts");
  server.openAgentTab({ as: server.users.bo });
  await ask(slack, "dm");
  expect(server.suggestedPrompts).toHaveLength(1);
});

test("names a conversation of the app's tab by the beginning of its first answer", async () => {
  await using slack = await connect();
  const { place, author } = await ask(slack, "tab");
  await slack.platform
    .openReply(place, intent("c1", [], author.id))
    .show(["**Tides** come twice a day.\n\nMore."], showing(true));
  const thread = () => slack.server.agentThread(place.channel, place.thread ?? "");
  await slack.server.until(() => thread()?.title, "the title");
  await slack.platform.openReply(place, intent("c2", [], author.id)).show(["Another"], showing(true));
  expect(thread()?.title).toBe("Tides come twice a day.");
});
