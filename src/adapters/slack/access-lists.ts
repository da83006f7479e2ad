import type { AccessChange, Standing } from "../../core/access.ts";
import type { AskedOnce } from "../../core/asked-once.ts";
import type { PersonId } from "../../core/ids.ts";
import type { Api } from "./api.ts";
import { refusalOf } from "./errors.ts";
import { ChannelPayload, UserPayload } from "./schema.ts";

/** What Slack lists of people and channels, each asked once. What is longer than the bounds stays unknown. */
export interface AccessLists {
  /** Public channels, and private ones that Parley is in; also archived ones, which people still read. */
  channels(signal: AbortSignal): Promise<readonly ChannelPayload[]>;
  /** One of any kind; nothing where there is none that Parley knows of. */
  channel(id: string, signal: AbortSignal): Promise<ChannelPayload | undefined>;
  /** Who is in a channel. */
  membersOf(channel: string, signal: AbortSignal): Promise<ReadonlySet<PersonId> | undefined>;
  /** Of the channels that Parley knows of, those that somebody is in. */
  channelsOf(person: PersonId, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Those of them whom Slack knows. */
  people(ids: readonly PersonId[], signal: AbortSignal): Promise<ReadonlyMap<PersonId, KnownPerson>>;
  forget(change: AccessChange): void;
}

export interface KnownPerson {
  readonly standing: Standing;
  /** Of this workspace, and not of another one that shares channels with it. */
  readonly isAtHome: boolean;
}

/** Up to 999 of people or channels (docs.slack.dev/reference/methods/conversations.list). */
const pageSize = 999;
const maxPages = 30;
/** More are looked up in the list of everybody. */
const maxSingly = 30;
const kinds = "public_channel,private_channel";
const unknown = new Set(["user_not_found", "user_not_visible", "channel_not_found", "not_in_channel"]);
const listKey = "channels";
const peopleKey = "people";

export function createAccessLists(deps: {
  readonly api: Api;
  readonly once: AskedOnce;
  readonly teamId: () => string;
}): AccessLists {
  const { api, once, teamId } = deps;
  /** Told of since everybody was listed: people change their status all day long, and a list is long. */
  const changed = new Set<PersonId>();

  /** Answers `undefined` where Slack says that there is no such thing, or that Parley may not see it. */
  async function look<Answer>(
    method: string,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    try {
      return (await api.call(method, args, { repeatable: true, signal })) as Answer;
    } catch (error) {
      if (unknown.has(refusalOf(error) ?? "")) return undefined;
      throw error;
    }
  }

  /** `isWhole`: there are no more than these. */
  async function list(
    method: string,
    field: string,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly unknown[]; readonly isWhole: boolean }> {
    const items: unknown[] = [];
    let cursor = "";
    for (let page = 0; page < maxPages; page++) {
      const asked = { ...args, limit: pageSize, ...(cursor !== "" && { cursor }) };
      const answer = await look<Page>(method, asked, signal);
      const found = answer?.[field];
      if (Array.isArray(found)) items.push(...(found as readonly unknown[]));
      cursor = answer?.response_metadata?.next_cursor ?? "";
      if (cursor === "") return { items, isWhole: answer !== undefined };
    }
    return { items, isWhole: false };
  }

  async function everybody(signal: AbortSignal): Promise<ReadonlyMap<PersonId, KnownPerson>> {
    return once.ask(peopleKey, signal, async () => {
      changed.clear();
      const { items } = await list("users.list", "members", {}, signal);
      return new Map(items.flatMap((item) => entryOf(item, teamId())));
    });
  }

  async function personCalled(id: PersonId, signal: AbortSignal): Promise<KnownPerson | undefined> {
    return once.ask(personKey(id), signal, async () => {
      const answer = await look<{ readonly user?: unknown }>("users.info", { user: id }, signal);
      return entryOf(answer?.user, teamId())[0]?.[1];
    });
  }

  return {
    channels: (signal) =>
      once.ask(listKey, signal, async () => {
        const { items } = await list("conversations.list", "channels", { types: kinds }, signal);
        return readChannels(items);
      }),
    channel: (id, signal) =>
      once.ask(channelKey(id), signal, async () => {
        const answer = await look<{ readonly channel?: unknown }>(
          "conversations.info",
          { channel: id },
          signal,
        );
        return ChannelPayload.safeParse(answer?.channel).data;
      }),
    membersOf: (channel, signal) =>
      once.ask(membersKey(channel), signal, async () => {
        const { items, isWhole } = await list("conversations.members", "members", { channel }, signal);
        return isWhole ? new Set(items as readonly PersonId[]) : undefined;
      }),
    channelsOf: (person, signal) =>
      once.ask(placesKey(person), signal, async () => {
        const args = { user: person, types: kinds };
        const { items } = await list("users.conversations", "channels", args, signal);
        return new Set(readChannels(items).map(({ id }) => id));
      }),
    async people(ids, signal) {
      const listed = ids.length > maxSingly ? await everybody(signal) : new Map<PersonId, KnownPerson>();
      // People of other workspaces are in no list.
      const unlisted = ids.filter((id) => !listed.has(id) || changed.has(id)).slice(0, maxSingly);
      const single = await Promise.all(
        unlisted.map(async (id) => [id, await personCalled(id, signal)] as const),
      );
      const fromList = ids.filter((id) => !changed.has(id)).map((id) => [id, listed.get(id)] as const);
      return new Map(
        [...fromList, ...single].flatMap(([id, person]) => (person ? [[id, person] as const] : [])),
      );
    },
    forget({ channel, person }) {
      if (channel === undefined && person === undefined) return once.forgetAll();
      if (channel !== undefined) once.forget(channelKey(channel), membersKey(channel));
      if (person === undefined) return once.forget(listKey);
      once.forget(placesKey(person));
      // Somebody went into a channel or left it, and is who they were.
      if (channel !== undefined) return;
      once.forget(personKey(person));
      changed.add(person);
      if (changed.size > maxSingly) once.forget(peopleKey);
    },
  };
}

interface Page {
  readonly response_metadata?: { readonly next_cursor?: string };
  readonly [field: string]: unknown;
}

const channelKey = (id: string): string => `channel ${id}`;
const membersKey = (channel: string): string => `members ${channel}`;
const placesKey = (person: PersonId): string => `places ${person}`;
const personKey = (id: PersonId): string => `person ${id}`;

function readChannels(items: readonly unknown[]): readonly ChannelPayload[] {
  return items.flatMap((item) => ChannelPayload.safeParse(item).data ?? []);
}

function entryOf(item: unknown, teamId: string): readonly (readonly [PersonId, KnownPerson])[] {
  const { data } = UserPayload.safeParse(item);
  if (!data) return [];
  const isAtHome = data.team_id === undefined || data.team_id === teamId;
  return [[data.id as PersonId, { standing: standingOf(data, isAtHome), isAtHome }]];
}

function standingOf(user: UserPayload, isAtHome: boolean): Standing {
  if (user.deleted) return "gone";
  if (user.is_bot) return "bot";
  return user.is_restricted || user.is_ultra_restricted || !isAtHome ? "guest" : "member";
}
