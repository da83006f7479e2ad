import { PermissionFlagsBits } from "discord-api-types/v10";

import { refusal } from "./discord-error.ts";
import { memberPayload } from "./payloads.ts";
import { may } from "./permissions.ts";
import type { Service } from "./service.ts";
import type { StoredMessage } from "./world.ts";

/** Who reacted with what: message id and emoji → user ids. */
export type Reactions = Map<string, Set<string>>;

/** @throws DiscordError 10014, 50013, 50083 */
export function addReaction(
  service: Service,
  reactions: Reactions,
  userId: string,
  message: StoredMessage,
  emoji: string,
): void {
  const { world, emit } = service;
  const { channel, payload } = message;
  // One pictograph, or a custom emoji as `name:id` (developers/resources/message, Create Reaction).
  if (!/^\p{Extended_Pictographic}/u.test(emoji) && !/^\w+:\d+$/.test(emoji)) throw refusal("unknownEmoji");
  if (channel.thread?.archived) throw refusal("archivedThread");
  const key = `${payload.id} ${emoji}`;
  const reacted = reactions.get(key) ?? new Set<string>();
  const needed =
    PermissionFlagsBits.ReadMessageHistory | (reacted.size > 0 ? 0n : PermissionFlagsBits.AddReactions);
  if (!may(world, userId, channel, needed)) throw refusal("missingPermissions");
  if (reacted.has(userId)) return;
  reactions.set(key, reacted.add(userId));
  emit({ t: "MESSAGE_REACTION_ADD", d: reactionEvent(service, userId, message, emoji, true), channel });
}

export function removeReaction(
  service: Service,
  reactions: Reactions,
  userId: string,
  message: StoredMessage,
  emoji: string,
): void {
  if (!reactions.get(`${message.payload.id} ${emoji}`)?.delete(userId)) return;
  const d = reactionEvent(service, userId, message, emoji, false);
  service.emit({ t: "MESSAGE_REACTION_REMOVE", d, channel: message.channel });
}

function reactionEvent(
  { world }: Service,
  userId: string,
  { channel, payload, authorId }: StoredMessage,
  emoji: string,
  isNew: boolean,
): object {
  const guild = world.guilds.get(channel.guildId ?? "");
  const member = guild?.members.get(userId);
  const [name, id] = emoji.split(":");
  return {
    user_id: userId,
    channel_id: channel.id,
    message_id: payload.id,
    emoji: { id: id ?? null, name },
    burst: false,
    type: 0,
    ...(guild && { guild_id: guild.id }),
    ...(isNew && member && { member: memberPayload(world, member) }),
    ...(isNew && { message_author_id: authorId }),
  };
}
