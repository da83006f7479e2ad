import { PermissionFlagsBits as P, Routes } from "discord-api-types/v10";

import type { AccessLook, AudiencePlace, RoleAccess, RoleChannel, RoleMember } from "../../core/access.ts";
import { createAskedOnce } from "../../core/asked-once.ts";
import type { AskedOnce } from "../../core/asked-once.ts";
import { AppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "../../core/ids.ts";
import type { Now } from "../../core/ports.ts";
import { channelPermissions } from "../../core/role-permissions.ts";
import { peopleNamedIn } from "../../core/role-access.ts";
import type { Api } from "./api.ts";
import { refusalCode, refusals } from "./errors.ts";
import { threadKindOf } from "./guild-access.ts";
import type { GuildAccess, GuildChannel, PrivateThread, ThreadKind } from "./guild-access.ts";
import { ChannelPayload, MemberPayload } from "./schema.ts";

/**
 * Who has which role and who is in a private thread Discord tells only apps with the members intent
 * (developers/events/gateway, List of Intents): without it that is asked each time, and kept for questions that come at once.
 */
const keptMs = 500;
/** The latest active ones that it is asked of; what is in others stays out. */
const maxThreads = 50;
/** Let in by name where the answer is posted, or kept out somewhere; of more it isn't asked which roles they have. */
const maxNamed = 25;
const nothing: RoleAccess = {
  kind: "roles",
  rights: { guild: "", owner: "", administrator: P.Administrator, roles: new Map() },
  roles: [],
  members: new Map(),
  channels: [],
};

/** Who may read what in a guild: channels, roles and overwrites as the gateway keeps them up to date, and people by asking. */
export function createAccess(deps: {
  readonly api: Api;
  /** `undefined` where Parley isn't in it. @throws AppError `platform_unreachable` while that isn't known */
  readonly guild: (id: string) => GuildAccess | undefined;
  readonly now: Now;
}) {
  return (workspace: WorkspaceId): AccessLook => {
    const once = createAskedOnce({ now: deps.now, keptMs });
    const people = createPeopleLookUp(deps.api, once, workspace);

    const audienceIn = ({ id }: GuildChannel): AudiencePlace => ({
      platform: "discord",
      workspace,
      channel: id as ChannelId,
    });

    /** What can be read without more ado, and what only by those in it. */
    function channelsOf(guild: GuildAccess, inside: ReadonlySet<PrivateThread>, person: PersonId) {
      const open = guild.channels.map((channel): RoleChannel => ({
        ...channel,
        audience: audienceIn(channel),
      }));
      const closed = [...inside].map((thread): RoleChannel => ({
        ...thread.parent,
        audience: { ...audienceIn(thread.parent), privateThread: thread.id as ThreadId },
        thread: { inside: new Set([person]), managedBy: P.ManageThreads },
      }));
      return [...open, ...closed];
    }

    async function threadsOf(
      guild: GuildAccess,
      person: PersonId,
      { roles }: RoleMember,
      signal: AbortSignal,
    ): Promise<ReadonlySet<PrivateThread>> {
      const candidates = guild.privateThreads
        .map((thread) => {
          const bits = channelPermissions(guild.rights, { person, roles }, thread.parent.overwrites);
          return { thread, bits, mayRead: (bits & thread.parent.toRead) === thread.parent.toRead };
        })
        .filter(({ mayRead }) => mayRead);
      const managed = candidates.filter(({ bits }) => (bits & P.ManageThreads) !== 0n);
      const others = candidates.filter(({ bits }) => (bits & P.ManageThreads) === 0n).slice(0, maxThreads);
      const isIn = await Promise.all(others.map(({ thread }) => people.isIn(thread.id, person, signal)));
      return new Set([...managed, ...others.filter((_, index) => isIn[index])].map(({ thread }) => thread));
    }

    async function threadKind(
      { thread, replyTo }: Place,
      { threads }: GuildAccess,
      signal: AbortSignal,
    ): Promise<ThreadKind | undefined> {
      if (thread === undefined) return "open";
      const known = threads.get(thread) ?? (await people.threadKind(thread, signal));
      // A thread that is yet to be opened has the id of its question, and such threads are open ones.
      return known ?? ((thread as string) === replyTo ? "open" : undefined);
    }

    return {
      async audienceOf(place, signal) {
        const guild = deps.guild(workspace);
        const channel = guild?.channels.find(({ id }) => id === place.channel);
        const kind = guild && channel && (await threadKind(place, guild, signal));
        if (!channel || !kind) return undefined;
        const { thread } = place;
        return { ...audienceIn(channel), ...(kind === "closed" && thread && { privateThread: thread }) };
      },

      async facts({ person, place }, signal) {
        const guild = deps.guild(workspace);
        if (!guild) return nothing;
        const along = place && guild.channels.find(({ id }) => id === place.channel);
        const keptOut = guild.channels.flatMap(({ overwrites, toRead }) =>
          overwrites.filter(({ deny }) => (deny & toRead) !== 0n),
        );
        const named = along ? peopleNamedIn(guild, along, { overwrites: keptOut }) : [];
        const asked = [...new Set([person, ...named.filter((id) => id !== guild.self).slice(0, maxNamed)])];
        const found = await Promise.all(
          asked.map(async (id) => [id, await people.member(id, signal)] as const),
        );
        const own = found[0]?.[1];
        const threads =
          own && own !== "gone" ? await threadsOf(guild, person, own, signal) : new Set<never>();
        const self = [guild.self as PersonId, { roles: [], isBot: true }] as const;
        return {
          kind: "roles",
          rights: guild.rights,
          roles: guild.roles,
          members: new Map<PersonId, RoleMember | "gone">([self, ...found]),
          channels: channelsOf(guild, threads, person),
          ...(along && { along: { overwrites: along.overwrites, needed: P.ViewChannel } }),
        };
      },

      forget: () => once.forgetAll(),
    };
  };
}

function createPeopleLookUp(api: Api, once: AskedOnce, guild: string) {
  /** Answers `undefined` where Discord refuses with one of these codes. */
  async function look(
    route: `/${string}`,
    bucket: string,
    codes: readonly number[],
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      return await api.request({ method: "GET", route, bucket }, signal);
    } catch (error) {
      if (codes.includes(refusalCode(error) ?? 0)) return undefined;
      throw error;
    }
  }

  return {
    member: (id: PersonId, signal: AbortSignal): Promise<RoleMember | "gone"> =>
      once.ask(`member ${id}`, signal, async () => {
        const codes = [refusals.unknownMember, refusals.unknownUser];
        const found = await look(Routes.guildMember(guild, id), `member ${guild}`, codes, signal);
        if (found === undefined) return "gone";
        const { data } = MemberPayload.safeParse(found);
        if (!data)
          throw new AppError("platform_unreachable", "Discord answered something else than a member");
        return { roles: data.roles, isBot: data.user.bot === true };
      }),
    isIn: (thread: string, person: PersonId, signal: AbortSignal): Promise<boolean> =>
      once.ask(`in ${thread} ${person}`, signal, async () => {
        const route = Routes.threadMembers(thread, person);
        const codes = [refusals.unknownMember, refusals.unknownChannel, refusals.missingAccess];
        return (await look(route, `thread-member ${thread}`, codes, signal)) !== undefined;
      }),
    threadKind: (id: string, signal: AbortSignal): Promise<ThreadKind | undefined> =>
      once.ask(`thread ${id}`, signal, async () => {
        const codes = [refusals.unknownChannel, refusals.missingAccess];
        const { data } = ChannelPayload.safeParse(await look(Routes.channel(id), "channel", codes, signal));
        return data && threadKindOf(data.type);
      }),
  };
}
