import { randomUUID } from "node:crypto";

import { MessageFlags, MessageType, PermissionFlagsBits } from "discord-api-types/v10";
import { Keyv } from "keyv";

import { createDiscord } from "../../../src/adapters/discord/adapter.ts";
import type { DiscordOptions } from "../../../src/adapters/discord/adapter.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { Place } from "../../../src/core/event.ts";
import type { ChannelId, MessageId, PersonId, WorkspaceId } from "../../../src/core/ids.ts";
import type { ChannelKind } from "../../../src/core/event.ts";
import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer } from "../discord-server.ts";
import type { OptionDraft } from "../discord-server/using-apps.ts";
import { createMemoryLog, noMetrics } from "../log.ts";
import { viewMessage } from "./discord-view.ts";
import { until } from "./harness.ts";
import type { Harness, KnownChannel, OpenOptions, PlatformTraits, Room, Shown, Who } from "./harness.ts";
import { readMarkdown } from "./readable.ts";
import { createRecordedIntake } from "./recorded-intake.ts";
import type { Platform } from "../../../src/core/platform.ts";
import { createDiscordForms } from "../form-client.ts";
import { formsOf } from "../forms.ts";

export const discordTraits: PlatformTraits = {
  acks: false,
  guests: false,
  moves: true,
  otherBots: true,
  replies: true,
  attachments: true,
  previews: false,
  remote: true,
  fieldErrors: false,
  activityIn: ["public", "private", "direct"],
};

/** The adapter, connected by the real client to a Discord of its own. */
export async function openDiscord(
  discord: Pick<DiscordOptions, "threads">,
  { wrongToken = false }: OpenOptions = {},
): Promise<Harness> {
  const server = await startDiscordServer();
  const ids: Readonly<Record<Who, string>> = {
    admin: server.people.ada,
    member: server.people.bo,
    guest: server.people.gil,
  };
  const { general, secret } = server.channels;
  const allow = PermissionFlagsBits.ViewChannel;
  server.setOverwrite(secret, { id: ids.member, type: "member", allow });
  // What Parley may, it could do by mistake.
  const mayPing = PermissionFlagsBits.MentionEveryone;
  server.setOverwrite(general, { id: server.bot.id, type: "member", allow: mayPing });
  const intake = createRecordedIntake();
  const cache = new Keyv();
  let platform: Platform = await begin();

  async function begin() {
    const token = wrongToken ? `${server.token}x` : server.token;
    const options = { token, apiUrl: server.apiUrl, requestsPerSecond: 100_000, ...discord };
    const deps = {
      table: commandTable,
      completionValues: async () => ({ persona: ["technical"] }),
      forms: formsOf(() => platform),
      cache,
      now: Date.now,
      newId: randomUUID,
      log: createMemoryLog(),
      metrics: noMetrics,
    };
    const created = createDiscord(options, deps).platform;
    await created.start(intake.take, () => {});
    if (!wrongToken) await until(() => created.health().ok, "a connection to Discord");
    return created;
  }

  const threadOf = (message: string) =>
    [general, secret].flatMap(server.threads).find(({ id }) => id === message);

  const roomId = (room: Room, as: Who): string =>
    room === "direct" ? server.dm(ids[as]) : room === "public" ? general : secret;

  function channelOf({ channel, thread }: Place): string {
    return thread !== undefined && server.threads(channel).some(({ id }) => id === thread) ? thread : channel;
  }

  const own = (channel: string, as?: Who): readonly Shown[] =>
    server
      .messages(channel, as ? { as: ids[as] } : {})
      .filter(({ author, type }) => author === server.bot.id && written.includes(type))
      .map(viewMessage);

  return {
    get platform() {
      return platform;
    },
    intake,
    unreachable: server.people.cleo as PersonId,
    people: {
      admin: person(ids.admin, "Ada", true),
      member: person(ids.member, "Bo", false),
      guest: person(ids.guest, "Gil", false),
    },
    names: {
      parley: { typed: `<@${server.bot.id}>`, heard: "", heardWithin: "@Parley" },
      person: (who) => ({
        typed: `<@${ids[who]}>`,
        heard: `@${{ admin: "Ada", member: "Bo", guest: "Gil" }[who]}`,
      }),
      channel: (room) =>
        room === "public"
          ? { typed: `<#${general}>`, heard: "#general" }
          : { typed: `<#${secret}>`, heard: "#private-channel" },
      link: { typed: "[a page](https://example.org/a?b=c)", heard: "[a page](https://example.org/a?b=c)" },
      typed: (text) => text,
      live: [
        "@everyone",
        "@here",
        `<@${ids.member}>`,
        `<@!${ids.member}>`,
        `<@&${server.roles.team}>`,
        `<#${general}>`,
      ],
    },
    channels: channelsOf(server, ids),
    closed: server.channels.board as ChannelId,

    async say({ as, room, thread, text, replyTo, files = [] }) {
      const parent = roomId(room, as);
      if (thread !== undefined && !threadOf(thread))
        server.startThread({ as: ids[as], channel: parent, name: "A thread", message: thread });
      const { id } = server.say({
        as: ids[as],
        channel: thread ?? parent,
        content: text,
        ...(replyTo !== undefined && { replyTo }),
        attachments: files.map(({ name, mediaType, bytes }) => ({ name, mediaType, content: bytes })),
      });
      return { id: id as MessageId, as, room, ...(thread !== undefined && { thread }) };
    },
    async give({ as, room, text }) {
      await until(() => server.commands().length > 0, "the commands to be registered");
      const id = server.slash({
        as: ids[as],
        channel: roomId(room, as),
        command: "parley",
        options: optionsOf(text),
      });
      const look = () => server.interactions().find((interaction) => interaction.id === id);
      return {
        isAcked: () => look()?.response !== undefined,
        async answers() {
          const { original, followUps = [] } = look() ?? {};
          const all = [...(original ? [original] : []), ...followUps];
          return all.filter(({ flags }) => (flags & MessageFlags.Loading) === 0).map(viewMessage);
        },
      };
    },
    forms: createDiscordForms(server),
    async edit({ as, id }, text) {
      server.edit({ as: ids[as], message: id, content: text });
    },
    async remove({ id, ...said }, as = said.as) {
      server.remove({ as: ids[as], message: id });
    },
    async press(as, _place, message, action) {
      server.press({ as: ids[as], message, customId: action });
    },
    async react(as, _place, message, emoji, isOn) {
      const act = { as: ids[as], message, emoji: emoji === "👍" ? "👍🏿" : emoji };
      if (isOn) server.react(act);
      else server.unreact(act);
    },
    async removeOwn(_place, message) {
      server.remove({ as: ids.admin, message });
    },
    async makeNoise({ id, as, room }) {
      const [channel, person] = [roomId(room, as), ids[as]];
      server.react({ as: person, message: id, emoji: "👍" });
      server.resolveLinks({ message: id, url: "https://example.org/page" });
      server.resolveLinks({ message: id, url: "https://example.org/page", partial: true });
      server.startTyping({ as: person, channel });
      server.pin({ as: room === "direct" ? person : ids.admin, message: id });
      if (room === "direct") return;
      for (const type of [MessageType.UserJoin, MessageType.GuildBoost, MessageType.ChannelNameChange])
        server.postSystemMessage({ as: person, channel, type });
      server.startThread({ as: person, channel, name: "A new thread", message: id });
    },
    async botSays(room, text) {
      const channel = roomId(room, "member");
      server.postByWebhook({ channel, name: "Hook", content: text });
      return server.say({ as: server.people.otherBot, channel, content: text }).id as MessageId;
    },
    // As when a session is resumed a little behind what was delivered.
    async deliverAgain({ id }) {
      const event = server
        .dispatched()
        .findLast(({ t, d }) => t === "MESSAGE_CREATE" && (d as { id: string }).id === id);
      if (!event) throw new Error(`${id} was never delivered`);
      server.dispatchRaw("MESSAGE_CREATE", event.d);
    },
    wasAcked: () => {
      throw new Error("nothing is acked in Discord");
    },

    shown: async (place, as) => own(channelOf(place), as),
    notices: async (_place, who) => own(server.dm(ids[who]), who),
    async everythingSeenBy(who) {
      const rooms = Object.values(server.channels);
      const threads = rooms.flatMap((parent) => server.threads(parent).map(({ id }) => id));
      const direct = Object.values(ids).map((id) => server.dm(id));
      return [...rooms, ...threads, ...direct].flatMap((channel) =>
        server.messages(channel, { as: ids[who] }).map(({ content }) => readMarkdown(content).text),
      );
    },
    canSee(who, { id }) {
      if (server.messages(id).length === 0)
        server.postSystemMessage({ as: server.people.owner, channel: id, type: MessageType.UserJoin });
      return server.messages(id, { as: ids[who] }).length > 0;
    },
    async letIn(who, isIn) {
      server.setOverwrite(secret, { id: ids[who], type: "member", ...(isIn && { allow }) });
    },
    activity: (place) => server.typing.filter(({ channel }) => channel === channelOf(place)).length,

    disturb(call, trouble) {
      const route = `/channels/:channel/messages${call === "edit" ? "/:message" : ""}`;
      server.fail(call === "edit" ? "PATCH" : "POST", route, faults[trouble]);
    },
    async restart(meanwhile) {
      await platform.stopIntake();
      await platform.stop();
      await meanwhile?.();
      platform = await begin();
    },
    async [Symbol.asyncDispose]() {
      await platform.stop();
      await server.close();
    },
  };
}

/** As the client sends what the tests write: the command, and its one value. */
function optionsOf(text: string): readonly OptionDraft[] {
  const [first = "", second, third] = text.split(" ");
  const parameters: Readonly<Record<string, string>> = { help: "group" };
  const parameter = parameters[first];
  if (parameter !== undefined) {
    const options = second === undefined ? [] : [{ name: parameter, type: 3, value: second }];
    return [{ name: first, type: 1, options }];
  }
  const value = third === undefined ? [] : [{ name: "name", type: 3, value: third }];
  return [{ name: first, type: 2, options: [{ name: second ?? "", type: 1, options: value }] }];
}

const faults = {
  answerLost: { loseResponse: "close" },
  rateUsedUp: { retryAfterSec: 0.2 },
  failing: { status: 503 },
} as const;

const written: readonly number[] = [MessageType.Default, MessageType.Reply];

const person = (id: string, name: string, isAdmin: boolean) => ({
  id: id as PersonId,
  name,
  isAdmin,
  isGuest: false,
  isBot: false,
});

function channelsOf(server: DiscordServer, ids: Readonly<Record<Who, string>>): readonly KnownChannel[] {
  const { general, random, secret, board, readOnly, noThreads, announcements, forum, voice } =
    server.channels;
  const { owner } = server.people;
  const thread = server.startThread({ as: owner, channel: general, name: "chatter" });
  const closed = server.startThread({ as: owner, channel: general, name: "whispers", private: true });
  server.invite({ as: owner, thread: closed, person: server.bot.id });
  server.invite({ as: owner, thread: closed, person: ids.guest });
  const inGuild = (id: string, name: string, kind?: ChannelKind): KnownChannel => ({
    workspace: server.guild.id as WorkspaceId,
    id: id as ChannelId,
    ...(kind && { facts: { name, kind } }),
    title: name,
  });
  return [
    inGuild(general, "general", "public"),
    inGuild(random, "random", "public"),
    inGuild(secret, "secret", "private"),
    inGuild(board, "board"),
    inGuild(readOnly, "read-only", "public"),
    inGuild(noThreads, "no-threads", "public"),
    inGuild(announcements, "announcements", "public"),
    inGuild(forum, "forum", "public"),
    inGuild(voice, "voice", "public"),
    { ...inGuild(thread, "chatter", "public"), parent: general as ChannelId },
    { ...inGuild(closed, "whispers", "private"), parent: general as ChannelId },
    ...Object.entries(ids).map(([who, id]) => ({
      workspace: "@me" as WorkspaceId,
      id: server.dm(id) as ChannelId,
      facts: { name: who, kind: "direct" as const },
      title: `direct channel of ${who}`,
    })),
  ];
}
