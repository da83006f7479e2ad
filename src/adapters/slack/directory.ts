import type { ChannelKind } from "../../core/event.ts";
import type { ChannelFacts, PersonFacts, Platform } from "../../core/platform.ts";
import type { Now } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import { refusalOf } from "./errors.ts";
import { ChannelPayload, UserPayload } from "./schema.ts";

/** Who and what there is in the workspace, looked up when it is needed and kept for a minute. */
export interface Directory extends Pick<Platform, "channel" | "person" | "canRead" | "rights"> {
  userName(id: string): string | undefined;
  channelName(id: string): string | undefined;
  channelKind(id: string): ChannelKind | undefined;
  /** Learns what a channel is from an event that says it. */
  learnKind(id: string, kind: ChannelKind): void;
  loadUser(id: string, signal: AbortSignal): Promise<UserPayload | undefined>;
  loadChannel(id: string, signal: AbortSignal): Promise<ChannelPayload | undefined>;
}

const keptMs = 60_000;
/** Names change seldom, and nothing hangs on them. */
const nameKeptMs = 3_600_000;
const maxKept = 10_000;
const pageSize = 200;
const maxPages = 50;
const unknown = new Set([
  "user_not_found",
  "users_not_found",
  "user_not_visible",
  "channel_not_found",
  "not_in_channel",
]);

export function createDirectory({
  api,
  now,
  teamId,
}: {
  api: Api;
  now: Now;
  teamId: () => string;
}): Directory {
  const kept = <Value>(ttlMs: number) => createBoundedMap<Value>({ maxSize: maxKept, ttlMs, now });
  const users = kept<UserPayload | "none">(keptMs);
  const channels = kept<ChannelPayload | "none">(keptMs);
  const memberships = kept<boolean>(keptMs);
  const userNames = kept<string>(nameKeptMs);
  const channelNames = kept<string>(nameKeptMs);
  const kinds = kept<ChannelKind>(nameKeptMs);

  /** Answers `undefined` where Slack says that there is no such thing, or that Parley may not see it. */
  async function look(method: string, args: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
    try {
      return await api.call(method, args, { repeatable: true, signal });
    } catch (error) {
      if (unknown.has(refusalOf(error) ?? "")) return undefined;
      throw error;
    }
  }

  async function loadUser(id: string, signal: AbortSignal): Promise<UserPayload | undefined> {
    const known = users.get(id);
    if (known !== undefined) return known === "none" ? undefined : known;
    const answer = (await look("users.info", { user: id }, signal)) as
      | { readonly user?: unknown }
      | undefined;
    const { data } = UserPayload.safeParse(answer?.user);
    users.set(id, data ?? "none");
    if (data) userNames.set(id, nameOf(data));
    return data;
  }

  async function loadChannel(id: string, signal: AbortSignal): Promise<ChannelPayload | undefined> {
    const known = channels.get(id);
    if (known !== undefined) return known === "none" ? undefined : known;
    const answer = (await look("conversations.info", { channel: id }, signal)) as
      | { readonly channel?: unknown }
      | undefined;
    const { data } = ChannelPayload.safeParse(answer?.channel);
    channels.set(id, data ?? "none");
    if (data) {
      kinds.set(id, kindOf(data));
      channelNames.set(id, data.name ?? "");
    }
    return data;
  }

  async function isMember(channel: string, person: string, signal: AbortSignal): Promise<boolean> {
    const key = `${channel}/${person}`;
    const known = memberships.get(key);
    if (known !== undefined) return known;
    let cursor = "";
    for (let page = 0; page < maxPages; page++) {
      const args = { channel, limit: pageSize, ...(cursor !== "" && { cursor }) };
      const answer = (await look("conversations.members", args, signal)) as MembersPage | undefined;
      if (answer?.members?.includes(person)) {
        memberships.set(key, true);
        return true;
      }
      cursor = answer?.response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    memberships.set(key, false);
    return false;
  }

  return {
    userName: (id) => userNames.get(id),
    channelName: (id) => channelNames.get(id),
    channelKind: (id) => kinds.get(id),
    learnKind: (id, kind) => {
      if (kinds.get(id) !== kind) kinds.set(id, kind);
    },
    loadUser,
    loadChannel,

    async channel(workspace, id, signal): Promise<ChannelFacts | undefined> {
      if (workspace !== teamId()) return undefined;
      const channel = await loadChannel(id, signal);
      return channel && { name: channel.name ?? "", kind: kindOf(channel) };
    },

    async person(workspace, id, signal): Promise<PersonFacts | undefined> {
      if (workspace !== teamId()) return undefined;
      const user = await loadUser(id, signal);
      if (!user || user.deleted) return undefined;
      const isAtHome = user.team_id === undefined || user.team_id === workspace;
      return {
        name: nameOf(user),
        isAdmin: isAtHome && (user.is_admin === true || user.is_owner === true),
        isGuest: isGuest(user) || !isAtHome,
        isBot: user.is_bot === true,
      };
    },

    async rights({ workspace, channel: id }, person, signal) {
      if (workspace !== teamId()) return { isAdmin: false, isChannelManager: false };
      users.delete(person);
      const [user, channel] = await Promise.all([loadUser(person, signal), loadChannel(id, signal)]);
      if (!user || user.deleted) return { isAdmin: false, isChannelManager: false };
      const isAtHome = user.team_id === undefined || user.team_id === workspace;
      const isAdmin = isAtHome && (user.is_admin === true || user.is_owner === true);
      const isOwnChannel =
        channel?.creator === person || (channel?.is_im === true && channel.user === person);
      return { isAdmin, isChannelManager: isAdmin || isOwnChannel };
    },

    /** A public channel is open to every full member; guests and people of other workspaces read only where they are in. */
    async canRead(workspace, person, id, signal) {
      if (workspace !== teamId()) return false;
      const [channel, user] = await Promise.all([loadChannel(id, signal), loadUser(person, signal)]);
      if (!channel || !user || user.deleted) return false;
      if (channel.is_im) return channel.user === person;
      const isAtHome = user.team_id === undefined || user.team_id === workspace;
      const isOpen = kindOf(channel) === "public" && isAtHome && !isGuest(user);
      return isOpen || isMember(id, person, signal);
    },
  };
}

interface MembersPage {
  readonly members?: readonly string[];
  readonly response_metadata?: { readonly next_cursor?: string };
}

function kindOf({ is_im: isIm, is_mpim: isMpim, is_private: isPrivate }: ChannelPayload): ChannelKind {
  if (isIm) return "direct";
  return isMpim || isPrivate ? "private" : "public";
}

function isGuest(user: UserPayload): boolean {
  return user.is_restricted === true || user.is_ultra_restricted === true;
}

function nameOf({ profile, name, id }: UserPayload): string {
  return profile?.display_name || profile?.real_name || name || id;
}
