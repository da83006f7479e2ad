import { ChannelType } from "discord-api-types/v10";

import { conversationOf } from "../../core/conversation.ts";
import type { ChannelKind, Place } from "../../core/event.ts";
import type { ChannelId, ConversationKey, MessageId, ThreadId, WorkspaceId } from "../../core/ids.ts";

/** A channel as far as it decides where a conversation is held. */
export interface KnownChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly type: ChannelType;
  /** Of a thread: the channel it belongs to. */
  readonly parent?: string;
  /** What the channel, or a thread's channel, is grouped in. */
  readonly category?: string;
}

/** What is known of channels and chains without asking. */
export interface SpotContext {
  readonly threads: "open" | "never";
  channel(id: string): KnownChannel | undefined;
  /** The message that a chain of replies began with. */
  rootOf(message: string): string | undefined;
}

/** What has to be looked up before a packet can be understood; then it is parsed again. */
export type Missing =
  | { readonly what: "channel"; readonly channel: string }
  /** `reference` is what the message replies to; without it only what is remembered is asked for. */
  | {
      readonly what: "root";
      readonly channel: string;
      readonly message: string;
      readonly reference?: string;
    };

/** The workspace of direct messages; Discord's own address has it in the guild's place. */
export const directWorkspace = "@me" as WorkspaceId;

/** Channels in which a thread can be opened from a message (developers/topics/threads). */
const threadParents: readonly ChannelType[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];
export interface Spot {
  readonly place: Place;
  readonly conversation: ConversationKey;
}

/** How far the beginning of a chain of replies is looked for: not at all, in what is remembered, or message by message. */
export interface Chain {
  readonly effort: "none" | "remembered" | "walked";
  /** What the message replies to, where that is known. */
  readonly reference?: string | undefined;
}

/**
 * Where a message stands, and what it belongs to. In a text channel a message that names Parley begins a thread of its
 * own id, unless it goes on with a chain of replies. A chain's key is the same as that of a thread opened from its root.
 */
export function spotOf(
  message: { readonly id: string; readonly guild_id?: string | undefined },
  channel: KnownChannel,
  { effort, reference }: Chain,
  context: SpotContext,
): Spot | { readonly need: Missing } {
  const workspace = (message.guild_id ?? directWorkspace) as WorkspaceId;
  const replyTo = message.id as MessageId;
  const base = { platform: "discord", workspace, ...categoryOf(channel), replyTo } as const;
  if (channel.kind === "direct") {
    const place = { ...base, channel: channel.id as ChannelId };
    return { place, conversation: conversationOf({ ...place, kind: "direct" }) };
  }
  if (channel.parent !== undefined) {
    const place = { ...base, channel: channel.parent as ChannelId, thread: channel.id as ThreadId };
    return { place, conversation: conversationOf({ ...place, kind: "discordThread" }) };
  }
  const known = context.rootOf(message.id);
  if (known === undefined && effort !== "none") {
    const need = { what: "root", channel: channel.id, message: message.id } as const;
    return { need: effort === "walked" && reference !== undefined ? { ...need, reference } : need };
  }
  const root = (known ?? message.id) as MessageId;
  const inChannel = { ...base, channel: channel.id as ChannelId };
  const opensThread = opensThreads(channel, context) && root === replyTo;
  return {
    place: opensThread ? { ...inChannel, thread: message.id as ThreadId } : inChannel,
    conversation: conversationOf({ ...inChannel, kind: "replyChain", root }),
  };
}

/** For a place. */
export function categoryOf({ category }: KnownChannel): { readonly category?: ChannelId } {
  return category === undefined ? {} : { category: category as ChannelId };
}

/** Whether a mention in this channel is answered in a thread of its own. */
export function opensThreads({ type }: KnownChannel, { threads }: SpotContext): boolean {
  return threads === "open" && threadParents.includes(type);
}

/** A direct channel needs no look-up: a message without a guild was sent in one. */
export function channelOf(
  d: { readonly channel_id: string; readonly guild_id?: string | undefined },
  context: SpotContext,
): KnownChannel | undefined {
  return d.guild_id === undefined
    ? { id: d.channel_id, kind: "direct", type: ChannelType.DM }
    : context.channel(d.channel_id);
}
