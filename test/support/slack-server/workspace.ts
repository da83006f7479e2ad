import type { NewId, NewTs } from "./ids.ts";

// What Slack knows: people, channels, messages, files. Changing it here tells nobody; the callers send events.

export type Json = Readonly<Record<string, unknown>>;

export interface User {
  readonly id: string;
  name: string;
  realName: string;
  isAdmin: boolean;
  isOwner: boolean;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  deleted: boolean;
  /** Of another workspace, met in a Slack Connect channel. */
  readonly teamId: string;
  /** Of a bot user. */
  readonly bot?: { readonly botId: string; readonly appId: string };
}

/** As `channel_type` in events names them. */
export type ChannelType = "channel" | "group" | "im" | "mpim";

export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  name: string;
  topic: string;
  readonly members: Set<string>;
  readonly creator: string;
  /** Seconds since the epoch. */
  readonly created: number;
  archived: boolean;
  extShared: boolean;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly user: string;
  title: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** When Slack has read it: milliseconds since the epoch. */
  readonly readyAt: number;
  /** Where it was shared. */
  readonly channels: Set<string>;
  deleted: boolean;
}

export interface MessageVersion {
  readonly text: string;
  readonly blocks: readonly Json[] | undefined;
  readonly streamingState: StreamingState | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type StreamingState = "in_progress" | "completed" | "errored";

export interface Stream {
  state: StreamingState;
  /** What it was first given; the other kind is refused from then on. */
  mode: "markdown_text" | "chunks" | undefined;
  readonly recipientUser: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  stoppedByUser: boolean;
  /** An update has put blocks in place of what was streamed. */
  replaced: boolean;
}

export interface StoredMessage {
  readonly ts: string;
  readonly channel: Channel;
  readonly user: string;
  /** Set where an app wrote it. */
  readonly botId: string | undefined;
  readonly appId: string | undefined;
  /** Name that a post was given with chat:write.customize. */
  readonly username: string | undefined;
  readonly subtype: string | undefined;
  /** Set on replies only; the root of a thread has none of its own. */
  readonly threadTs: string | undefined;
  /** Fields of a subtype (`topic`, `inviter` …). */
  readonly extra: Json;
  readonly clientMsgId: string | undefined;
  readonly files: readonly StoredFile[];
  readonly unfurl: { readonly links: boolean; readonly media: boolean };
  text: string;
  /** As the app sent them; of a plain text there are none. */
  blocks: readonly Json[] | undefined;
  /** The text is Markdown, as from `markdown_text`. */
  isMarkdown: boolean;
  attachments: readonly Json[] | undefined;
  metadata: Json | undefined;
  edited: { readonly user: string; readonly ts: string } | undefined;
  stream: Stream | undefined;
  deleted: boolean;
  /** Emoji name → user ids. */
  readonly reactions: Map<string, Set<string>>;
  /** As posted, and after each edit. */
  readonly history: MessageVersion[];
}

export interface Ephemeral {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Json[] | undefined;
  readonly threadTs: string | undefined;
}

export interface Workspace {
  readonly teamId: string;
  readonly teamName: string;
  readonly domain: string;
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  /** Of each channel, oldest first; deleted ones stay in it. */
  readonly messages: Map<string, StoredMessage[]>;
  /** Keyed by channel and ts. */
  readonly messageByTs: Map<string, StoredMessage>;
  /** Keyed by channel and the root's ts, oldest first. */
  readonly repliesByRoot: Map<string, StoredMessage[]>;
  readonly ephemerals: Ephemeral[];
  readonly files: Map<string, StoredFile>;
  readonly newId: NewId;
  readonly newTs: NewTs;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** @throws when a test names what isn't there; requests of the tested program are checked before. */
export function need<T>(map: ReadonlyMap<string, T>, id: string, what: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`no ${what} has the id ${id}`);
  return found;
}

export function findMessage(workspace: Workspace, channel: string, ts: string): StoredMessage | undefined {
  const message = workspace.messageByTs.get(`${channel} ${ts}`);
  return message?.deleted ? undefined : message;
}

export function repliesTo(workspace: Workspace, root: StoredMessage): StoredMessage[] {
  return (workspace.repliesByRoot.get(`${root.channel.id} ${root.ts}`) ?? []).filter(
    (reply) => !reply.deleted,
  );
}

/** Guests see the channels that they are in; full members also all public ones. */
export function maySee(user: User, channel: Channel, teamId: string): boolean {
  if (channel.members.has(user.id)) return true;
  const isGuest = user.isRestricted || user.isUltraRestricted || user.teamId !== teamId;
  return channel.type === "channel" && !isGuest && user.bot === undefined;
}

export function keepMessage(workspace: Workspace, message: StoredMessage): void {
  const list = workspace.messages.get(message.channel.id) ?? [];
  list.push(message);
  workspace.messages.set(message.channel.id, list);
  workspace.messageByTs.set(`${message.channel.id} ${message.ts}`, message);
  if (message.threadTs === undefined) return;
  const key = `${message.channel.id} ${message.threadTs}`;
  const replies = workspace.repliesByRoot.get(key) ?? [];
  replies.push(message);
  workspace.repliesByRoot.set(key, replies);
}
