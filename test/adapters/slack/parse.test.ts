import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseBody } from "../../../src/adapters/slack/parse.ts";
import type { ParseContext } from "../../../src/adapters/slack/spot.ts";
import { mentionedUsers, readText } from "../../../src/adapters/slack/read-text.ts";
import { commandTable } from "../../../src/core/command/table.ts";

const names: Readonly<Record<string, string>> = { U1: "Ada", U2: "Bo" };
const context: ParseContext = {
  table: commandTable,
  teamId: "T1",
  botUserId: "UBOT",
  botId: "BBOT",
  userName: (id) => names[id],
  channelName: (id) => (id === "C1" ? "general" : undefined),
  channelKind: (id) => (id === "C9" ? "private" : undefined),
  now: 5_000,
};

// As docs.slack.dev/reference/events/message shows them, less what isn't read.
const event = (changes: object = {}) => ({
  type: "message",
  channel: "C1",
  channel_type: "channel",
  user: "U1",
  text: "hi",
  ts: "1700000000.000100",
  event_ts: "1700000000.000100",
  ...changes,
});
const body = (changes: object = {}) => ({
  type: "event_callback",
  team_id: "T1",
  api_app_id: "A1",
  event_id: "Ev1",
  event: event(changes),
});
const parse = (changes: object = {}) => parseBody(body(changes), context);

describe("what somebody writes", () => {
  test("has the ids, the time and the place that Slack gave it", () => {
    expect(parse()).toEqual({
      kind: "message",
      deliveryIds: ["Ev1"],
      conversation: "slack/T1/C1/1700000000.000100",
      place: {
        platform: "slack",
        workspace: "T1",
        channel: "C1",
        thread: "1700000000.000100",
        replyTo: "1700000000.000100",
      },
      message: "1700000000.000100",
      sentAt: 1_700_000_000.0001 * 1_000,
      author: { id: "U1", name: "Ada", isBot: false },
      text: "hi",
      attachments: [],
      channelKind: "public",
      addressed: "none",
    });
  });

  test.each<[string, object, object]>([
    ["a mention", { text: "<@UBOT> hi" }, { addressed: "mention", text: "hi" }],
    [
      "an app_mention, which says less",
      { type: "app_mention", channel: "C9", channel_type: undefined, text: "<@UBOT> hi" },
      { addressed: "mention", channelKind: "private" },
    ],
    [
      "a reply",
      { thread_ts: "1600000000.000001" },
      { addressed: "thread", conversation: "slack/T1/C1/1600000000.000001" },
    ],
    [
      "a reply that names Parley",
      { thread_ts: "1600000000.000001", text: "ok <@UBOT|parley>?" },
      { addressed: "mention" },
    ],
    ["the root of a thread", { thread_ts: "1700000000.000100" }, { addressed: "none" }],
    [
      "a direct message",
      { channel: "D1", channel_type: "im" },
      { addressed: "direct", conversation: "slack/T1/D1", channelKind: "direct" },
    ],
    [
      "a thread of the app's tab",
      { channel: "D1", channel_type: "im", thread_ts: "1600000000.000001" },
      { addressed: "direct", conversation: "slack/T1/D1/1600000000.000001" },
    ],
    [
      "a group message",
      { channel: "C2", channel_type: "mpim" },
      { addressed: "none", channelKind: "private" },
    ],
    ["a private channel", { channel_type: "group" }, { channelKind: "private" }],
    [
      "a reply that shows in the channel too",
      { subtype: "thread_broadcast", thread_ts: "1600000000.000001" },
      { addressed: "thread" },
    ],
    ["a /me message", { subtype: "me_message" }, { kind: "message" }],
    ["another bot", { user: "U7", bot_id: "B7" }, { author: { id: "U7", name: "U7", isBot: true } }],
    [
      "an old integration",
      { subtype: "bot_message", user: undefined, bot_id: "B8", username: "hook" },
      { author: { id: "B8", name: "hook", isBot: true } },
    ],
    [
      "files",
      {
        subtype: "file_share",
        files: [
          { id: "F1", name: "a.png", mimetype: "image/png", size: 3, alt_txt: "an a" },
          { mode: "tombstone" },
        ],
      },
      { attachments: [{ id: "F1", name: "a.png", mediaType: "image/png", sizeBytes: 3, altText: "an a" }] },
    ],
  ])("%s", (_what, changes, expected) => {
    expect(parse(changes)).toMatchObject(expected);
  });

  test.each<[string, object, string]>([
    [
      "a message that was forwarded",
      {
        text: "look",
        attachments: [{ is_share: true, is_msg_unfurl: true, text: "one &amp;\ntwo", fallback: "no" }],
      },
      "look\n\n> one &\n> two",
    ],
    [
      "the preview of a link",
      {
        text: "<https://a.example>",
        attachments: [{ title: "A page", text: "about cats", title_link: "https://a.example" }],
      },
      "https://a.example\n\n> A page\n> about cats",
    ],
    [
      "an app's attachment with fields",
      {
        text: "",
        bot_id: "B7",
        attachments: [{ pretext: "Build", fields: [{ title: "State", value: "red" }] }],
      },
      "> Build\n> State\n> red",
    ],
    [
      "an attachment that has only its fallback",
      { text: "", attachments: [{ fallback: "in short" }] },
      "> in short",
    ],
    [
      "the blocks of an app's poll, with its buttons",
      {
        text: "A poll",
        bot_id: "B7",
        blocks: [
          { type: "section", text: { type: "mrkdwn", text: "Where to, <@U2>?" } },
          {
            type: "actions",
            elements: [{ type: "button", text: { type: "plain_text", text: "Rome" }, value: "x" }],
          },
        ],
      },
      "Where to, @Bo?\nRome",
    ],
    [
      "what a person wrote, once",
      { text: "hi *there*", blocks: [{ type: "rich_text", elements: [{ type: "text", text: "hi there" }] }] },
      "hi *there*",
    ],
    ["attachments that are none", { text: "hi", attachments: [null, 7, { text: 7 }, {}] }, "hi"],
  ])("%s is read", (_title, changes, text) => {
    expect(parse(changes)).toMatchObject({ kind: "message", text });
  });

  test("what is forwarded gives no command", () => {
    const forwarded = { text: "<@UBOT>", attachments: [{ text: "/persona use legal" }] };
    expect(parse(forwarded)).toMatchObject({ kind: "message", text: "> /persona use legal" });
  });

  test("is the same message as its mention", () => {
    const { deliveryIds: _first, ...one } = parse({ text: "<@UBOT> hi" }) as never as {
      deliveryIds: string[];
    };
    const mention = { ...body({ text: "<@UBOT> hi", type: "app_mention" }), event_id: "Ev2" };
    const { deliveryIds, ...other } = parseBody(mention, context) as never as { deliveryIds: string[] };
    expect(other).toEqual(one);
    expect(deliveryIds).toEqual(["Ev2"]);
  });
});

describe("what happens to a message", () => {
  const was = event();

  test("an edit says what it says now", () => {
    const message = event({ text: "hello", edited: { user: "U1", ts: "1700000009.000000" } });
    const changed = {
      subtype: "message_changed",
      hidden: true,
      user: undefined,
      text: undefined,
      message,
      previous_message: was,
    };
    expect(parse(changed)).toMatchObject({
      kind: "edited",
      message: "1700000000.000100",
      editedAt: 1_700_000_009_000,
      text: "hello",
      conversation: "slack/T1/C1/1700000000.000100",
    });
  });

  test.each<[string, object, string]>([
    [
      "a link that unfurled",
      { message: { ...was, attachments: [{}] }, previous_message: was },
      "what nobody wrote",
    ],
    [
      "Parley's own growing reply",
      { message: { ...was, user: "UBOT", bot_id: "BBOT", text: "more" }, previous_message: was },
      "Parley's own",
    ],
  ])("%s is no edit", (_what, changed, reason) => {
    expect(parse({ subtype: "message_changed", ...changed })).toEqual({
      kind: "ignored",
      reason: expect.stringContaining(reason) as string,
    });
  });

  test.each<[string, object]>([
    ["a deletion", { subtype: "message_deleted", deleted_ts: "1700000000.000100", previous_message: was }],
    [
      "a deletion under which a thread stands on",
      {
        subtype: "message_changed",
        message: { ...was, subtype: "tombstone", user: "USLACKBOT" },
        previous_message: was,
      },
    ],
  ])("%s", (_what, changes) => {
    expect(parse(changes)).toMatchObject({
      kind: "deleted",
      message: "1700000000.000100",
      conversation: "slack/T1/C1/1700000000.000100",
    });
  });

  test("a deleted reply belongs to its thread", () => {
    const reply = { ...was, ts: "1700000005.000100", thread_ts: "1700000000.000100" };
    const deleted = { subtype: "message_deleted", deleted_ts: reply.ts, previous_message: reply };
    expect(parse(deleted)).toMatchObject({ kind: "deleted", conversation: "slack/T1/C1/1700000000.000100" });
  });

  test("a press on stop, and a stopped session of the app's tab", () => {
    const pressed = {
      type: "block_actions",
      user: { id: "U1" },
      channel: { id: "C1" },
      container: { message_ts: "1700000002.000100" },
      message: { ts: "1700000002.000100", thread_ts: "1700000000.000100" },
      actions: [{ action_id: "stop", action_ts: "1700000003.0" }],
    };
    expect(parseBody(pressed, context)).toMatchObject({
      kind: "pressed",
      action: { name: "stop" },
      by: { id: "U1" },
      message: "1700000002.000100",
      conversation: "slack/T1/C1/1700000000.000100",
    });
    const stopped = {
      type: "agent_session_stopped",
      channel: "D1",
      user: "U1",
      thread_ts: "1700000000.000100",
      streaming_message_ts: ["1700000002.000100"],
    };
    expect(parse(stopped)).toMatchObject({
      kind: "pressed",
      action: { name: "stop" },
      message: "1700000002.000100",
      conversation: "slack/T1/D1/1700000000.000100",
    });
  });
});

describe("what nobody wrote is ignored, with a reason", () => {
  // docs.slack.dev/reference/events/message, Message subtypes
  test.each([
    "assistant_app_thread",
    "bot_add",
    "bot_remove",
    "channel_archive",
    "channel_convert_to_private",
    "channel_join",
    "channel_leave",
    "channel_name",
    "channel_posting_permissions",
    "channel_purpose",
    "channel_topic",
    "channel_unarchive",
    "document_mention",
    "ekm_access_denied",
    "file_comment",
    "file_mention",
    "group_archive",
    "group_join",
    "group_leave",
    "group_name",
    "group_purpose",
    "group_topic",
    "group_unarchive",
    "huddle_thread",
    "message_replied",
    "pinned_item",
    "reminder_add",
    "reply_broadcast",
    "tombstone",
    "unpinned_item",
  ])("subtype %s", (subtype) => {
    expect(parse({ subtype, message: event(), root: event() })).toEqual({
      kind: "ignored",
      reason: expect.any(String) as string,
    });
  });

  test.each<[string, unknown]>([
    ["Parley's own message", body({ user: "UBOT", bot_id: "BBOT" })],
    ["another event", { ...body(), event: { type: "channel_created", channel: { id: "C3" } } }],
    ["an unknown payload", { type: "something_new" }],
    [
      "another button",
      {
        type: "block_actions",
        user: { id: "U1" },
        channel: { id: "C1" },
        message: { ts: "1.1" },
        actions: [{ action_id: "other" }],
      },
    ],
    ["nothing", null],
    ["an id that is none", body({ channel: "../C1" })],
  ])("%s", (_what, payload) => {
    expect(parseBody(payload, context)).toMatchObject({ kind: "ignored" });
  });

  test("whatever is sent, nothing throws", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("C1", "U1", "1700000000.000100", "message", "message_changed"),
    );
    const keys = [
      "type",
      "subtype",
      "channel",
      "user",
      "text",
      "ts",
      "thread_ts",
      "message",
      "previous_message",
      "deleted_ts",
      "files",
      "edited",
      "bot_id",
    ];
    const anyEvent = fc.dictionary(fc.constantFrom(...keys), value);
    fc.assert(
      fc.property(anyEvent, (changes) => {
        parseBody(body(changes), context);
        parseBody(changes, context);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("Slack's markup is read as people see it", () => {
  test.each([
    ["<@UBOT> hi", "hi"],
    ["<@UBOT>: hi", "hi"],
    ["hey <@UBOT>, hi", "hey @Parley, hi"],
    ["ask <@U2> and <@U9|nine>", "ask @Bo and @nine"],
    ["in <#C1> or <#C2|random>", "in #general or #random"],
    ["<!here> <!channel> <!subteam^S1|@team> <!date^1^{date}|today>", "@here @channel @team today"],
    ["<https://a.example/x?a=1&amp;b=2>", "https://a.example/x?a=1&b=2"],
    ["<https://a.example|the site>", "[the site](https://a.example)"],
    ["<mailto:a@b.example|a@b.example>", "a@b.example"],
    ["1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"],
    ["&amp;lt;", "&lt;"],
    ["<not markup", "<not markup"],
  ])("%s", (text, expected) => {
    expect(readText(text, context)).toBe(expected);
  });

  test("so many people are looked up and no more", () => {
    const text = Array.from({ length: 30 }, (_, i) => `<@U${i}>`).join(" ");
    expect(mentionedUsers(text, 10)).toHaveLength(10);
  });
});
