import { ChannelType, PermissionFlagsBits as P, Routes } from "discord-api-types/v10";

import type { Rights } from "../../core/command/permissions.ts";
import type { Place } from "../../core/event.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../core/ids.ts";
import type { ChannelFacts, PersonFacts } from "../../core/platform.ts";
import type { Now } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import { refusalCode } from "./errors.ts";
import type { GuildView } from "./guild-view.ts";
import { isThreadType } from "./guild-view.ts";
import { nameOf } from "./name.ts";
import { directWorkspace } from "./spot.ts";
import type { KnownChannel } from "./spot.ts";
import { ChannelPayload, MemberPayload, User } from "./schema.ts";

/** Who is who, and who may see what. What changes without an event that Parley gets is kept for a minute. */
export interface Directory {
  /** What is known without asking. */
  known(channel: string): KnownChannel | undefined;
  /** Asks Discord about a channel that isn't known. @throws AppError `platform_unreachable` */
  load(channel: string, signal: AbortSignal): Promise<KnownChannel | undefined>;
  channelName(channel: string): string | undefined;
  channel(workspace: WorkspaceId, channel: ChannelId, signal: AbortSignal): Promise<ChannelFacts | undefined>;
  person(workspace: WorkspaceId, person: PersonId, signal: AbortSignal): Promise<PersonFacts | undefined>;
  rights(place: Place, person: PersonId, signal: AbortSignal): Promise<Rights>;
  canRead(
    workspace: WorkspaceId,
    person: PersonId,
    channel: ChannelId,
    signal: AbortSignal,
  ): Promise<boolean>;
  canWrite(place: Place, person: PersonId, signal: AbortSignal): Promise<boolean>;
}

type Seen = KnownChannel & {
  readonly name: string;
  readonly guild?: string;
  readonly recipients?: readonly string[];
};

const keptMs = 60_000;
const maxKept = 2_000;
const mayAdminister = P.ManageGuild | P.Administrator;
const voiceTypes: readonly ChannelType[] = [ChannelType.GuildVoice, ChannelType.GuildStageVoice];

export function createDirectory(deps: {
  readonly api: Api;
  readonly guilds: GuildView;
  readonly now: Now;
}): Directory {
  const { api, guilds, now } = deps;
  const kept = <Value>() => createBoundedMap<Value>({ maxSize: maxKept, ttlMs: keptMs, now });
  const channels = kept<Seen | "none">();
  const members = kept<MemberPayload | "none">();
  const users = kept<User | "none">();
  const threadMembers = kept<boolean>();

  /** Answers `undefined` where Discord says that there is no such thing, or that Parley may not see it. */
  async function look(route: `/${string}`, bucket: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await api.request({ method: "GET", route, bucket }, signal);
    } catch (error) {
      const isAnswer = refusalCode(error) !== undefined && refusalCode(error) !== 0;
      if (isAnswer) return undefined;
      throw error;
    }
  }

  async function lookOnce<Value>(
    map: { get(key: string): Value | "none" | undefined; set(key: string, value: Value | "none"): void },
    key: string,
    ask: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const known = map.get(key) ?? (await ask()) ?? "none";
    map.set(key, known);
    return known === "none" ? undefined : known;
  }

  function seen(id: string): Seen | undefined {
    const known = guilds.known(id) ?? channels.get(id);
    return known === "none" ? undefined : known;
  }

  async function load(id: string, signal: AbortSignal): Promise<Seen | undefined> {
    const known = guilds.known(id);
    if (known) return known;
    return lookOnce(channels, id, async () => {
      const { data } = ChannelPayload.safeParse(await look(Routes.channel(id), "channel", signal));
      return data && describe(data);
    });
  }

  function describe(payload: ChannelPayload): Seen {
    const { id, name, guild_id: guild, parent_id: parentId, recipients } = payload;
    const type = payload.type as ChannelType;
    if (guild === undefined) {
      const people = (recipients ?? []).map((user) => user.id);
      const [other] = recipients ?? [];
      return { id, type, kind: "direct", name: other ? nameOf(other) : "", recipients: people };
    }
    const parent = isThreadType(type) && typeof parentId === "string" ? parentId : undefined;
    // A channel that discord.js doesn't know of is taken for private, unless it is a public thread of one that it knows.
    const kind =
      type === ChannelType.PrivateThread ? "private" : (guilds.known(parent ?? "")?.kind ?? "private");
    const category = parent === undefined ? parentId : guilds.known(parent)?.category;
    return {
      id,
      type,
      kind,
      name: name ?? "",
      guild,
      ...(parent !== undefined && { parent }),
      ...(typeof category === "string" && { category }),
    };
  }

  async function memberOf(
    guild: string,
    id: string,
    signal: AbortSignal,
  ): Promise<MemberPayload | undefined> {
    return lookOnce(members, `${guild}/${id}`, async () => {
      const found = await look(Routes.guildMember(guild, id), `member ${guild}`, signal);
      return MemberPayload.safeParse(found).data;
    });
  }

  async function isInThread(thread: string, person: string, signal: AbortSignal): Promise<boolean> {
    const key = `${thread}/${person}`;
    const known = threadMembers.get(key);
    if (known !== undefined) return known;
    const found = await look(Routes.threadMembers(thread, person), `thread-member ${thread}`, signal);
    threadMembers.set(key, found !== undefined);
    return found !== undefined;
  }

  return {
    known: seen,
    load,
    channelName: (id) => seen(id)?.name,

    async channel(workspace, id, signal) {
      const channel = await load(id, signal);
      if (!channel || (channel.guild ?? directWorkspace) !== workspace) return undefined;
      return { name: channel.name, kind: channel.kind };
    },

    async person(workspace, id, signal) {
      if (workspace === directWorkspace) {
        const user = await lookOnce(
          users,
          id,
          async () => User.safeParse(await look(Routes.user(id), "user", signal)).data,
        );
        return user && { name: nameOf(user), isAdmin: false, isGuest: false, isBot: user.bot === true };
      }
      const member = await memberOf(workspace, id, signal);
      if (!member) return undefined;
      const { user, nick, roles } = member;
      const rights = guilds.permissionsOf(workspace, { person: id, roles }) ?? 0n;
      return {
        name: nameOf(user, nick),
        isAdmin: (rights & mayAdminister) !== 0n,
        isGuest: false,
        isBot: user.bot === true,
      };
    },

    async rights({ workspace, channel: id }, person, signal) {
      // With Parley alone, everybody manages their own channel.
      if (workspace === directWorkspace) return { isAdmin: false, isChannelManager: true };
      members.delete(`${workspace}/${person}`);
      const member = await memberOf(workspace, person, signal);
      if (!member) return { isAdmin: false, isChannelManager: false };
      const holder = { person, roles: member.roles };
      const [guildRights = 0n, channelRights = 0n] = [
        guilds.permissionsOf(workspace, holder),
        guilds.permissionsIn(id, holder),
      ];
      const isAdmin = (guildRights & mayAdminister) !== 0n;
      return { isAdmin, isChannelManager: isAdmin || (channelRights & P.ManageChannels) !== 0n };
    },

    async canWrite({ workspace, channel: id, thread }, person, signal) {
      if (workspace === directWorkspace) return true;
      const member = await memberOf(workspace, person, signal);
      const held = member && guilds.permissionsIn(id, { person, roles: member.roles });
      const needed = P.ViewChannel | (thread === undefined ? P.SendMessages : P.SendMessagesInThreads);
      return ((held ?? 0n) & needed) === needed;
    },

    async canRead(workspace, person, id, signal) {
      const channel = await load(id, signal);
      if (!channel || (channel.guild ?? directWorkspace) !== workspace) return false;
      if (channel.kind === "direct") return channel.recipients?.includes(person) ?? false;
      const member = await memberOf(workspace, person, signal);
      if (!member) return false;
      const { roles } = member;
      const rights = guilds.permissionsIn(channel.parent ?? id, { person, roles }) ?? 0n;
      const needed = neededToRead(channel.type);
      if ((rights & needed) !== needed) return false;
      // discord.js asks the parent only (ThreadChannel.permissionsFor).
      const isOpen = channel.type !== ChannelType.PrivateThread || (rights & P.ManageThreads) !== 0n;
      return isOpen || isInThread(id, person, signal);
    },
  };
}

/** What was said before is read with ReadMessageHistory only; in a voice channel all rights hang on Connect. */
function neededToRead(type: ChannelType): bigint {
  const needed = P.ViewChannel | P.ReadMessageHistory;
  return voiceTypes.includes(type) ? needed | P.Connect : needed;
}
