import type { APIMessage } from "discord-api-types/v10";
import { MessageFlags, PermissionFlagsBits } from "discord-api-types/v10";

import { may } from "./permissions.ts";
import { need, standingMessages } from "./world.ts";
import type { MessageVersion, Pings, StoredMessage, World } from "./world.ts";

/** A message as a person sees it, with what a test wants to know about it. */
export interface MessageView {
  readonly id: string;
  readonly channel: string;
  readonly author: string;
  readonly content: string;
  readonly type: number;
  readonly replyTo: string | undefined;
  readonly flags: number;
  readonly edited: boolean;
  readonly attachments: APIMessage["attachments"];
  readonly embeds: APIMessage["embeds"];
  readonly components: NonNullable<APIMessage["components"]>;
  readonly nonce: string | number | undefined;
  /** Whom it notified. */
  readonly pings: Pings;
  /** Links that show a preview. */
  readonly unfurled: readonly string[];
  /** As posted, then after each edit. */
  readonly history: readonly MessageVersion[];
  /** For one person only. */
  readonly seenBy: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Oldest first; of somebody who may not read the channel, nothing. */
export function viewMessages(world: World, channelId: string, as?: string): readonly MessageView[] {
  const channel = need(world.channels, channelId, "channel");
  const reads = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;
  if (as !== undefined && !may(world, as, channel, reads)) return [];
  return standingMessages(world, channelId)
    .filter(({ seenBy }) => as === undefined || seenBy === undefined || seenBy === as)
    .map((message) => viewOf(world, message));
}

export function viewOf(world: World, message: StoredMessage): MessageView {
  const { payload } = message;
  return {
    id: payload.id,
    channel: message.channel.id,
    author: message.authorId,
    content: payload.content,
    type: payload.type,
    replyTo: payload.message_reference?.message_id,
    flags: payload.flags ?? 0,
    edited: payload.edited_timestamp !== null,
    attachments: payload.attachments,
    embeds: payload.embeds,
    components: payload.components ?? [],
    nonce: message.nonce,
    pings: message.pings,
    unfurled: unfurledLinks(world, message),
    history: message.history,
    seenBy: message.seenBy,
    createdAt: message.history[0]?.at ?? 0,
  };
}

/** Links outside code and `<…>` show a preview, unless the message or the author's rights forbid it. */
function unfurledLinks(world: World, { payload, authorId, channel }: StoredMessage): readonly string[] {
  const isSuppressed = ((payload.flags ?? 0) & MessageFlags.SuppressEmbeds) !== 0;
  if (isSuppressed || !may(world, authorId, channel, PermissionFlagsBits.EmbedLinks)) return [];
  const text = payload.content.replaceAll(/```[\s\S]*?```|``[\s\S]*?``|`[^`]*`|<https?:[^>\s]*>/g, " ");
  return text.match(/https?:\/\/[^\s<>)\]]+/g) ?? [];
}
