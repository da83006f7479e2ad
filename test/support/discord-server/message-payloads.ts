import type { APIMessage } from "discord-api-types/v10";
import { MessageType } from "discord-api-types/v10";

import { memberPartPayload } from "./payloads.ts";
import type { StoredMessage, World } from "./world.ts";

/** A message as REST answers it. What it replies to is shown as it is now, one level deep, null when it is gone. */
export function messagePayload(world: World, { payload }: StoredMessage): APIMessage {
  const referenced = payload.message_reference?.message_id;
  if (payload.type !== MessageType.Reply || referenced === undefined) return payload;
  const found = world.messageById.get(referenced);
  const isGone = found === undefined || found.deletedAt !== undefined;
  return { ...payload, referenced_message: isGone ? null : found.payload };
}

/** A message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with what the REST answer leaves out. */
export function messageEventPayload(world: World, message: StoredMessage): Record<string, unknown> {
  const { channel } = message;
  const payload = messagePayload(world, message);
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  const member = payload.webhook_id === undefined ? guild?.members.get(message.authorId) : undefined;
  const mentions = payload.mentions.map((user) => {
    const mentioned = guild?.members.get(user.id);
    return mentioned ? { ...user, member: memberPartPayload(world, mentioned) } : user;
  });
  return {
    ...payload,
    mentions,
    channel_type: channel.type,
    ...(guild && { guild_id: guild.id }),
    ...(member && { member: memberPartPayload(world, member) }),
  };
}

/** What an app without the message content intent gets of others' messages (developers/events/gateway). */
export function withoutContent<T extends object>(payload: T, botId: string, isDm: boolean): T {
  const message = payload as Partial<APIMessage>;
  const mentionsBot = message.mentions?.some(({ id }) => id === botId) ?? false;
  const reference = message.referenced_message
    ? { referenced_message: withoutContent(message.referenced_message, botId, isDm) }
    : {};
  if (isDm || mentionsBot || message.author?.id === botId) return { ...payload, ...reference };
  const emptied = {
    ...("content" in message && { content: "" }),
    ...("embeds" in message && { embeds: [] }),
    ...("attachments" in message && { attachments: [] }),
    ...("components" in message && { components: [] }),
  };
  return { ...payload, ...emptied, ...reference };
}
