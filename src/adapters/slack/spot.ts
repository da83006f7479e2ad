import type { CommandTable } from "../../core/command/shape.ts";
import type { conversationOf } from "../../core/conversation.ts";
import type { ChannelKind, EventIgnored, Place } from "../../core/event.ts";
import type { ChannelId, MessageId, ThreadId, WorkspaceId } from "../../core/ids.ts";
import type { NamesInText } from "./read-text.ts";

/** What a payload doesn't say itself. */
export interface ParseContext extends NamesInText {
  /** The commands that are offered. */
  readonly table: CommandTable;
  readonly teamId: string;
  readonly botId: string;
  channelKind(channel: string): ChannelKind | undefined;
  readonly now: number;
}

/** Ids under which Slack may send the same again. */
export type Delivery = { readonly deliveryIds: readonly string[] };

/** In channels every message is the root of its own thread; in a direct channel a thread is a conversation of its own. */
export function placeOf(
  message: { readonly channel: string; readonly ts: string; readonly thread_ts?: string | undefined },
  kind: ChannelKind,
  { teamId }: ParseContext,
): Place {
  const thread = message.thread_ts ?? (kind === "direct" ? undefined : message.ts);
  return {
    platform: "slack",
    workspace: teamId as WorkspaceId,
    channel: message.channel as ChannelId,
    ...(thread !== undefined && { thread: thread as ThreadId }),
    replyTo: message.ts as MessageId,
  };
}

export function surfaceOf(place: Place, kind: ChannelKind): Parameters<typeof conversationOf>[0] {
  const { thread, ...rest } = place;
  if (thread === undefined) return { ...rest, kind: kind === "direct" ? "direct" : "channel" };
  return { ...rest, kind: kind === "direct" ? "agentTab" : "thread", thread };
}

export function kindOf(type: string | undefined, channel: string, context: ParseContext): ChannelKind {
  switch (type) {
    case "im":
      return "direct";
    case "channel":
      return "public";
    case "group":
    case "mpim":
      return "private";
    default:
      return context.channelKind(channel) ?? (channel.startsWith("D") ? "direct" : "private");
  }
}

/** Slack's ids of messages are times: seconds with a fraction. */
export function toMs(ts: string): number {
  return Number(ts) * 1_000;
}

export function eventMs(
  { event_ts: ts }: { readonly event_ts?: string | undefined },
  { now }: ParseContext,
): number {
  const ms = ts === undefined ? Number.NaN : toMs(ts);
  return Number.isFinite(ms) ? ms : now;
}

export function ignored(reason: string): EventIgnored {
  return { kind: "ignored", reason };
}
