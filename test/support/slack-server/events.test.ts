import { afterEach, describe, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer, SlackServerOptions } from "../slack-server.ts";
import { callSlack } from "./test-client.ts";

let server: SlackServer;
afterEach(() => server.close());

async function start(options: SlackServerOptions = {}): Promise<void> {
  server = await startSlackServer(options);
}

const say = (text: string, more: object = {}) =>
  server.say({ as: server.users.ada, channel: server.channels.general, text, ...more });
const events = () =>
  server.deliveries.map(({ payload }) => payload.event as Readonly<Record<string, unknown>>);
const kinds = () =>
  events().map(({ type, subtype }) => (subtype === undefined ? type : `${String(type)}/${String(subtype)}`));

describe("a message", () => {
  test.each<readonly [keyof SlackServer["channels"], string]>([
    ["general", "channel"],
    ["secret", "group"],
    ["group", "mpim"],
  ])("in %s comes as %s", async (name, type) => {
    await start();
    const { ts } = say("hi", { channel: server.channels[name] });
    expect(events()).toMatchObject([
      { type: "message", channel: server.channels[name], channel_type: type, ts, event_ts: ts, text: "hi" },
    ]);
  });

  test("comes in Slack's wrapper", async () => {
    await start();
    say("hi");
    expect(server.deliveries[0]?.payload).toMatchObject({
      type: "event_callback",
      team_id: server.team.id,
      api_app_id: server.bot.appId,
      event_id: server.deliveries[0]?.eventId,
      authorizations: [{ user_id: server.bot.userId, is_bot: true }],
      is_ext_shared_channel: false,
      event: {
        user: server.users.ada,
        team: server.team.id,
        client_msg_id: expect.any(String) as unknown,
        blocks: [{ type: "rich_text", elements: [{ elements: [{ type: "text", text: "hi" }] }] }],
      },
    });
  });

  test("where the bot isn't comes to nobody", async () => {
    await start();
    say(`<@${server.bot.userId}>`, { channel: server.channels.elsewhere });
    expect(events()).toEqual([]);
  });

  test("comes only as what the app is subscribed to", async () => {
    await start({ subscriptions: ["app_mention", "message.im"] });
    say("hi");
    say(`<@${server.bot.userId}> hi`);
    say("hi", { channel: server.im(server.users.ada) });
    expect(kinds()).toEqual(["app_mention", "message"]);
  });

  test("of a thread names its root, and the root counts it", async () => {
    await start();
    const { ts: root } = say("q");
    const { ts } = say("a", { threadTs: root });
    expect(events()[1]).toMatchObject({ thread_ts: root, parent_user_id: server.users.ada, ts });
    say("b", { threadTs: ts });
    expect(events()[2]).toMatchObject({ thread_ts: root });
  });
});

describe("a mention", () => {
  test.each([
    [false, ["message", "app_mention"]],
    [true, ["app_mention", "message"]],
  ])("comes as two events with ids of their own (mention first: %s)", async (mentionFirst, order) => {
    await start({ mentionFirst });
    say(`<@${server.bot.userId}> hi`);
    expect(kinds()).toEqual(order);
    const [a, b] = server.deliveries;
    expect(a?.eventId).not.toBe(b?.eventId);
    expect(events()[0]?.ts).toBe(events()[1]?.ts);
    const mention = events().find(({ type }) => type === "app_mention");
    expect(mention).not.toHaveProperty("channel_type");
  });

  test("in a direct message is a message alone", async () => {
    await start();
    say(`<@${server.bot.userId}> hi`, { channel: server.im(server.users.ada) });
    expect(events()).toMatchObject([{ type: "message", channel_type: "im" }]);
  });

  test("that an edit adds comes too", async () => {
    await start();
    const { ts, channel } = say("hi");
    server.edit({ as: server.users.ada, message: { channel, ts }, text: `<@${server.bot.userId}> hi` });
    expect(kinds()).toEqual(["message", "message/message_changed", "app_mention"]);
  });
});

describe("what happens to a message", () => {
  test("comes with what it was before", async () => {
    await start();
    const { ts, channel } = say("before");
    server.edit({ as: server.users.ada, message: { channel, ts }, text: "after" });
    server.remove({ as: server.users.ada, message: { channel, ts } });
    const edited = { user: server.users.ada, ts: expect.any(String) as unknown };
    expect(events().slice(1)).toMatchObject([
      {
        subtype: "message_changed",
        hidden: true,
        channel,
        message: { ts, text: "after", edited },
        previous_message: { ts, text: "before" },
      },
      { subtype: "message_deleted", hidden: true, deleted_ts: ts, previous_message: { text: "after" } },
    ]);
    expect(server.messages(channel)).toEqual([]);
  });

  test("is a change where the message had replies", async () => {
    await start();
    const { ts, channel } = say("q");
    say("a", { threadTs: ts });
    server.remove({ as: server.users.ada, message: { channel, ts } });
    expect(events().at(-1)).toMatchObject({
      subtype: "message_changed",
      message: { subtype: "tombstone", ts },
      previous_message: { text: "q", reply_count: 1 },
    });
  });

  test("is for its author, and deleting for admins too", async () => {
    await start();
    const { ts, channel } = say("mine");
    const message = { channel, ts };
    expect(() => server.edit({ as: server.users.bo, message, text: "x" })).toThrow("own messages only");
    expect(() => server.remove({ as: server.users.bo, message })).toThrow("own messages only");
    const theirs = server.say({ as: server.users.bo, channel, text: "theirs" });
    server.remove({ as: server.users.ada, message: { channel, ts: theirs.ts } });
  });
});

test("the bot's own posts, edits and streams come back to it", async () => {
  await start();
  const channel = server.im(server.users.ada);
  const { ts: thread_ts } = server.say({ as: server.users.ada, channel, text: "q" });
  const { ts } = await callSlack(server, "chat.startStream", { channel, thread_ts, markdown_text: "a" });
  await callSlack(server, "chat.appendStream", { channel, ts, markdown_text: "b" });
  await callSlack(server, "chat.stopStream", { channel, ts });
  await callSlack(server, "chat.update", { channel, ts, text: "c" });
  await callSlack(server, "chat.delete", { channel, ts });
  const own = { user: server.bot.userId, bot_id: server.bot.botId, app_id: server.bot.appId, ts };
  const changed = (text: string, streaming_state: string) => ({
    subtype: "message_changed",
    message: { ...own, text, streaming_state },
  });
  expect(events().slice(1)).toMatchObject([
    { type: "message", ...own, text: "a", streaming_state: "in_progress", thread_ts },
    changed("ab", "in_progress"),
    changed("ab", "completed"),
    changed("c", "completed"),
    { subtype: "message_deleted", deleted_ts: ts },
  ]);
});

test("other kinds of messages come under their subtypes", async () => {
  await start();
  const { general: channel } = server.channels;
  const { ts: threadTs } = say("root");
  say("waves", { me: true });
  say("for all", { threadTs, broadcast: true });
  say("look", { files: [{ name: "a.txt", mediaType: "text/plain", content: "hi" }] });
  server.postByWebhook({ channel, name: "Builds", text: "green" });
  server.say({ as: server.users.otherBot, channel, text: "beep" });
  const ada = { as: server.users.ada, channel };
  server.changeChannel({ ...ada, kind: "topic", topic: "News" });
  server.changeChannel({ ...ada, kind: "invite", user: server.users.stranger });
  server.changeChannel({ ...ada, kind: "kick", user: server.users.bo });
  server.changeChannel({ ...ada, kind: "rename", name: "common" });
  server.react({ as: server.users.ada, message: { channel, ts: threadTs }, emoji: "eyes" });
  server.changeChannel({ ...ada, kind: "archive" });
  expect(kinds().slice(1)).toEqual([
    "message/me_message",
    "message/thread_broadcast",
    "message/file_share",
    "message/bot_message",
    "message",
    "message/channel_topic",
    "message/channel_join",
    "member_joined_channel",
    "message/channel_leave",
    "member_left_channel",
    "message/channel_name",
    "reaction_added",
    "message/channel_archive",
    "channel_archive",
  ]);
  const [, , , file, webhook, beep] = events();
  expect(file).toMatchObject({ files: [{ name: "a.txt", mimetype: "text/plain", size: 2 }] });
  expect(webhook).toMatchObject({ username: "Builds", bot_id: expect.any(String) as unknown });
  expect(webhook).not.toHaveProperty("user");
  expect(beep).toMatchObject({ user: server.users.otherBot, bot_id: expect.any(String) as unknown });
});

test("a bot that is taken out of a channel is told, and then hears nothing", async () => {
  await start();
  const { general: channel } = server.channels;
  server.changeChannel({ kind: "kick", as: server.users.ada, channel, user: server.bot.userId });
  say("hi");
  expect(events()).toMatchObject([{ type: "channel_left", channel }]);
  expect(await callSlack(server, "chat.postMessage", { channel, text: "x" })).toMatchObject({
    error: "not_in_channel",
  });
});

test("an agent is told who opens its tab and what they look at", async () => {
  await start();
  const lookingAt = server.channels.random;
  server.openAgentTab({ as: server.users.ada, lookingAt: server.channels.general });
  server.lookElsewhere({ as: server.users.ada, lookingAt });
  expect(events()).toMatchObject([
    {
      type: "app_home_opened",
      tab: "messages",
      user: server.users.ada,
      channel: server.im(server.users.ada),
    },
    { type: "app_context_changed", context: { entities: [{ value: lookingAt }] } },
  ]);
});

test("any payload can be sent, repeated, and sent again under another id", async () => {
  await start();
  const raw = server.sendRaw({ type: "user_huddle_changed", user: { id: server.users.ada } });
  expect(server.repeat(raw).eventId).toBe(raw.eventId);
  const { ts, channel } = say("hi");
  const again = server.resend({ channel, ts });
  const [, , first] = server.deliveries;
  expect(again.payload.event).toEqual(first?.payload.event);
  expect(again.eventId).not.toBe(first?.eventId);
});
