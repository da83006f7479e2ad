import { ChannelType, MessageType } from "discord-api-types/v10";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parsePacket, textOf } from "../../../src/adapters/discord/parse.ts";
import { MessagePayload } from "../../../src/adapters/discord/schema.ts";
import type { ParseContext } from "../../../src/adapters/discord/parsed.ts";
import type { KnownChannel } from "../../../src/adapters/discord/spot.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import { readText } from "../../../src/adapters/discord/read-text.ts";

const channels: Readonly<Record<string, KnownChannel>> = {
  "10": { id: "10", kind: "public", type: ChannelType.GuildText },
  "11": { id: "11", kind: "public", type: ChannelType.PublicThread, parent: "10" },
  "12": { id: "12", kind: "private", type: ChannelType.PrivateThread, parent: "10" },
  "13": { id: "13", kind: "public", type: ChannelType.GuildVoice },
  "14": { id: "14", kind: "public", type: ChannelType.GuildAnnouncement },
  "15": { id: "15", kind: "public", type: ChannelType.PublicThread, parent: "16" },
};

function context(changes: Partial<ParseContext> = {}): ParseContext {
  return {
    table: commandTable,
    botId: "7",
    threads: "open",
    channel: (id) => channels[id],
    channelName: (id) => (id === "10" ? "general" : undefined),
    roleName: (_guild, role) => (role === "70" ? "team" : undefined),
    isOwnRole: (_guild, role) => role === "77",
    rootOf: () => undefined,
    wasRemoved: () => false,
    now: 5_000,
    ...changes,
  };
}

// As developers/resources/message shows them, less what isn't read.
function message(changes: object = {}): object {
  return {
    id: "100",
    channel_id: "10",
    guild_id: "1",
    type: 0,
    author: { id: "2", username: "ada", global_name: "Ada L.", discriminator: "0" },
    member: { nick: null, roles: [] },
    content: "hi",
    timestamp: "2026-11-05T12:00:00.250000+00:00",
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    ...changes,
  };
}

const bot = { id: "7", username: "parley", bot: true };
const named = { content: "<@7> hi", mentions: [bot] };
const create = (changes: object = {}, with_: Partial<ParseContext> = {}) =>
  parsePacket({ t: "MESSAGE_CREATE", d: message(changes) }, context(with_));

describe("where a message stands", () => {
  test.for([
    ["a channel, not named", {}, { addressed: "none", place: { channel: "10", thread: "100" } }],
    [
      "a channel, named",
      named,
      { addressed: "mention", conversation: "discord/1/10/100", place: { thread: "100", replyTo: "100" } },
    ],
    [
      "an announcement",
      { ...named, channel_id: "14" },
      { conversation: "discord/1/14/100", place: { thread: "100" } },
    ],
    [
      "a voice channel",
      { ...named, channel_id: "13" },
      { conversation: "discord/1/13/100", place: { channel: "13", replyTo: "100" } },
    ],
    [
      "a thread",
      { channel_id: "11" },
      { addressed: "thread", conversation: "discord/1/10/11", place: { channel: "10", thread: "11" } },
    ],
    ["a private thread", { channel_id: "12" }, { addressed: "thread", channelKind: "private" }],
    [
      "a post in a forum",
      { channel_id: "15", ...named },
      { addressed: "mention", conversation: "discord/1/16/15" },
    ],
    [
      "the first message of a post",
      { id: "15", channel_id: "15", ...named },
      { place: { channel: "16", thread: "15", replyTo: "15" } },
    ],
    [
      "a direct message",
      { guild_id: undefined, channel_id: "99" },
      {
        addressed: "direct",
        channelKind: "direct",
        conversation: "discord/%40me/99",
        place: { workspace: "@me" },
      },
    ],
    [
      "named by the app's role",
      { content: "<@&77> hi", mention_roles: ["77"] },
      { addressed: "mention", text: "hi" },
    ],
    [
      "named by another role",
      { content: "<@&70> hi", mention_roles: ["70"] },
      { addressed: "none", text: "@team hi" },
    ],
    ["everyone", { content: "@everyone hi", mention_everyone: true }, { addressed: "none" }],
  ] as const)("%s", ([, changes, expected]) => {
    expect(create(changes)).toMatchObject({ kind: "events", events: [{ kind: "message", ...expected }] });
  });

  const reply = (author: string, changes: object = {}) => ({
    type: MessageType.Reply,
    message_reference: { type: 0, message_id: "90", channel_id: "10", guild_id: "1" },
    referenced_message: { id: "90", author: { id: author } },
    ...changes,
  });
  const need = (reference?: string) => ({
    kind: "missing",
    need: { what: "root", channel: "10", message: "100", ...(reference !== undefined && { reference }) },
  });

  test("a reply to Parley asks for the beginning of its chain", () => {
    expect(create(reply("7"))).toEqual(need("90"));
    expect(create(reply("7"), { rootOf: () => "80" })).toMatchObject({
      events: [
        { addressed: "mention", conversation: "discord/1/10/80", place: { channel: "10", replyTo: "100" } },
      ],
    });
  });
  test("a reply to somebody else that names Parley begins a thread, or where there are none goes on with the chain", () => {
    expect(create(reply("3", named))).toMatchObject({ events: [{ place: { thread: "100" } }] });
    expect(create(reply("3", named), { threads: "never" })).toEqual(need("90"));
  });
  test("a reply to somebody else costs no look-up", () => {
    expect(create(reply("3"))).toMatchObject({ events: [{ addressed: "none" }] });
  });
  test("a reply in a thread is of the thread", () => {
    expect(create(reply("7", { channel_id: "11" }))).toMatchObject({
      events: [{ addressed: "mention", conversation: "discord/1/10/11" }],
    });
  });
  test("an unknown channel is asked for, unless the message is Parley's own or a system message", () => {
    expect(create({ channel_id: "98" })).toEqual({
      kind: "missing",
      need: { what: "channel", channel: "98" },
    });
    expect(create({ channel_id: "98", author: bot })).toMatchObject({ events: [{ kind: "ignored" }] });
  });
});

describe("messages that nobody wrote are ignored", () => {
  const types = Object.values(MessageType).filter((type) => typeof type === "number");
  const written: readonly number[] = [MessageType.Default, MessageType.Reply];
  test.for(types.filter((type) => !written.includes(type)))("type %i", (type) => {
    expect(create({ type })).toEqual({
      kind: "events",
      events: [{ kind: "ignored", reason: `a message of type ${type}` }],
    });
  });
});

describe("what was said", () => {
  test.for([
    ["hi <@7>", "hi @Parley"],
    ["<@7> ask <@7>, please", "ask @Parley, please"],
    ["<@!7>\nhi", "hi"],
    ["hi <@3> and <@4>", "hi @Bo! and @somebody"],
    ["see <#10>, <#55>", "see #general, #channel"],
    ["<@&70> <@&71>", "@team @role"],
    ["<:wave:55> <a:dance:56>", ":wave: :dance:"],
    ["at <t:0:R>", "at 1970-01-01T00:00:00.000Z"],
    ["at <t:99999999999999999:R>", "at <t:99999999999999999:R>"],
    ["try </help me:12>", "try /help me"],
    ["`<@3>` and ```\n<@7>\n```", "`<@3>` and ```\n<@7>\n```"],
    ["a < b <3 <https://example.org>", "a < b <3 <https://example.org>"],
  ] as const)("%j is read as %j", ([content, expected]) => {
    const mentions = [bot, { id: "3", username: "bo", global_name: "Bo", member: { nick: "Bo!" } }];
    expect(readText({ content, mentions, guild_id: "1" }, context())).toBe(expected);
  });

  test("a forwarded message is a quote", () => {
    const d = {
      ...message({ content: "look" }),
      message_reference: { type: 1, message_id: "5", channel_id: "6" },
      message_snapshots: [{ message: { content: "one\ntwo", attachments: [file] } }],
    };
    expect(parsePacket({ t: "MESSAGE_CREATE", d }, context())).toMatchObject({
      events: [
        { text: "look\n\n> one\n> two", attachments: [{ id: "10/100/5", name: "a.png", altText: "A cat" }] },
      ],
    });
  });

  const embed = {
    author: { name: "CI" },
    title: "Build",
    description: "is red",
    fields: [{ name: "Job", value: "lint" }],
    footer: { text: "now" },
  };
  const poll = {
    question: { text: "Where to?" },
    answers: [
      { answer_id: 1, poll_media: { text: "Rome" } },
      { answer_id: 2, poll_media: { emoji: { name: "🏝" } } },
    ],
  };
  const row = { type: 1, components: [{ type: 2, style: 1, label: "Deploy", custom_id: "x" }] };

  test.each<[string, object, string]>([
    ["an embed", { content: "see", embeds: [embed] }, "see\n\n> CI\n> Build\n> is red\n> Job\n> lint\n> now"],
    [
      "a forwarded embed",
      {
        content: "",
        message_reference: { type: 1, message_id: "5", channel_id: "6" },
        message_snapshots: [{ message: { content: "old", embeds: [{ title: "Build" }] } }],
      },
      "> old\n> Build",
    ],
    ["a poll", { content: "", poll }, "> Where to?\n> - Rome"],
    ["a button", { content: "Ready", components: [row] }, "Ready\n\n> Deploy"],
    ["what is no embed", { content: "hi", embeds: [{ title: 7 }], poll: "none" }, "hi"],
  ])("%s is read", (_title, changes, text) => {
    expect(create(changes)).toMatchObject({ events: [{ kind: "message", text }] });
  });

  test("Parley's own buttons are none of its words", () => {
    const own = {
      ...message({ content: "An answer." }),
      components: [row],
      author: { id: context().botId, username: "parley" },
    };
    expect(textOf(MessagePayload.parse(own), context())).toBe("An answer.");
  });

  test("names are those that people chose", () => {
    const named = (changes: object) => {
      const parsed = create(changes);
      const [event] = parsed.kind === "events" ? parsed.events : [];
      return event?.kind === "message" ? event.author : undefined;
    };
    expect(named({ member: { nick: "Countess" } })).toEqual({ id: "2", name: "Countess", isBot: false });
    expect(named({})).toMatchObject({ name: "Ada L." });
    expect(named({ author: { id: "2", username: "ada", global_name: null } })).toMatchObject({ name: "ada" });
  });
});

const file = {
  id: "5",
  filename: "a.png",
  content_type: "image/png",
  size: 3,
  url: "https://cdn.discordapp.com/attachments/1/5/a.png",
  description: "A cat",
};

describe("edits, deletions and buttons", () => {
  test("an edit has its own time; an update without one is none", () => {
    const edited = message({
      edited_timestamp: "2026-11-05T12:01:00+00:00",
      content: "<@7> better",
      mentions: [bot],
    });
    expect(parsePacket({ t: "MESSAGE_UPDATE", d: edited }, context())).toMatchObject({
      events: [
        {
          kind: "edited",
          text: "better",
          conversation: "discord/1/10/100",
          editedAt: Date.parse("2026-11-05T12:01:00Z"),
        },
      ],
    });
    for (const d of [message(), { id: "100", channel_id: "10", guild_id: "1", embeds: [] }])
      expect(parsePacket({ t: "MESSAGE_UPDATE", d }, context())).toMatchObject({
        events: [{ kind: "ignored" }],
      });
  });

  test("deletions ask what is remembered of their chain, except in threads and direct messages", () => {
    const deleted = (d: object, with_ = {}) =>
      parsePacket(
        { t: "MESSAGE_DELETE", d: { id: "100", channel_id: "10", guild_id: "1", ...d } },
        context(with_),
      );
    expect(deleted({})).toEqual({ kind: "missing", need: { what: "root", channel: "10", message: "100" } });
    expect(deleted({}, { rootOf: () => "80" })).toMatchObject({
      events: [{ kind: "deleted", conversation: "discord/1/10/80", deletedAt: 5_000 }],
    });
    expect(deleted({}, { wasRemoved: () => true })).toMatchObject({ events: [{ kind: "ignored" }] });
    expect(deleted({ channel_id: "11" })).toMatchObject({ events: [{ conversation: "discord/1/10/11" }] });
    expect(deleted({ guild_id: undefined })).toMatchObject({
      events: [{ conversation: "discord/%40me/10" }],
    });
  });

  test.for([
    [
      { type: 3, data: { custom_id: "stop" }, member: { user: bot } },
      { kind: "pressed", action: { name: "stop" }, by: { id: "7" }, message: "100", deliveryIds: ["500"] },
    ],
    [
      { type: 3, data: { custom_id: "stop" }, user: { id: "2", username: "a" } },
      { kind: "pressed", by: { id: "2", name: "a" } },
    ],
    [{ type: 3, data: { custom_id: "stop" } }, { kind: "ignored" }],
    [{ type: 3, data: { custom_id: "other" }, user: bot }, { kind: "ignored" }],
    [{ type: 2, data: { name: "help" }, user: bot }, { kind: "ignored" }],
    [{ type: 4 }, { kind: "ignored" }],
    [{ type: 5 }, { kind: "ignored" }],
    [{ type: 1 }, { kind: "ignored" }],
  ] as const)("interaction %j", ([changes, expected]) => {
    const d = {
      id: "500",
      application_id: "9",
      token: "t",
      guild_id: "1",
      channel_id: "11",
      message: message({ author: bot, channel_id: "11", guild_id: undefined }),
      ...changes,
    };
    expect(parsePacket({ t: "INTERACTION_CREATE", d }, context())).toMatchObject({ events: [expected] });
  });
});

test("nothing that the gateway may send makes it throw", () => {
  const names = fc.constantFrom(
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_DELETE",
    "MESSAGE_DELETE_BULK",
    "INTERACTION_CREATE",
    "TYPING_START",
    "",
  );
  fc.assert(
    fc.property(names, fc.jsonValue(), (t, d) => {
      expect(["events", "missing"]).toContain(parsePacket({ t, d }, context()).kind);
    }),
  );
  const keys = Object.keys(message());
  fc.assert(
    fc.property(names, fc.constantFrom(...keys), fc.jsonValue(), (t, key, value) => {
      const d = { ...message(named), [key]: value };
      expect(["events", "missing"]).toContain(parsePacket({ t, d }, context()).kind);
    }),
  );
});
