import type { APIMessage } from "discord-api-types/v10";
import { ChannelType, EmbedType, MessageFlags, PermissionFlagsBits } from "discord-api-types/v10";

import { refusal } from "./discord-error.ts";
import type { UploadedFile } from "./http.ts";
import { resolveMentions } from "./mentions.ts";
import type { MessageBody } from "./message-body.ts";
import { editableTypes, isCounted, storeFile, tellOf, versionOf } from "./messages.ts";
import { userPayload } from "./payloads.ts";
import { may } from "./permissions.ts";
import type { Service } from "./service.ts";
import { isoAt, need } from "./world.ts";
import type { StoredMessage } from "./world.ts";

/**
 * Edits as the author; who manages messages may only set the flags of others' messages.
 * @throws DiscordError 50005, 50006, 50021, 50083 …
 */
export function editMessage(
  service: Service,
  actorId: string,
  message: StoredMessage,
  body: MessageBody,
  files: readonly UploadedFile[] = [],
): void {
  const { world } = service;
  const { payload, channel } = message;
  if (!editableTypes.includes(payload.type)) throw refusal("systemMessage");
  if (message.authorId !== actorId) {
    const keys = Object.keys(body);
    const manages = may(world, actorId, channel, PermissionFlagsBits.ManageMessages);
    if (!manages || keys.some((key) => key !== "flags")) throw refusal("notYours");
  }
  if (channel.thread?.archived) throw refusal("archivedThread");
  const next: APIMessage = { ...payload, edited_timestamp: isoAt(world.now()) };
  if (body.content !== undefined) next.content = (body.content ?? "").trim();
  if (body.embeds !== undefined) {
    next.embeds = (body.embeds ?? []).map((embed) => ({ ...embed, type: EmbedType.Rich }));
  }
  if (body.components !== undefined) next.components = body.components ?? [];
  if (body.flags !== undefined && body.flags !== null) {
    const kept = (payload.flags ?? 0) & ~MessageFlags.SuppressEmbeds;
    next.flags = kept | (body.flags & MessageFlags.SuppressEmbeds);
  }
  const wasLoading = ((payload.flags ?? 0) & MessageFlags.Loading) !== 0;
  next.flags = (next.flags ?? 0) & ~MessageFlags.Loading;
  const keptIds = body.attachments?.map(({ id }) => String(id));
  next.attachments = [
    ...payload.attachments.filter(({ id }) => keptIds?.includes(id) ?? true),
    ...files.map((file) => storeFile(service, channel, body, file)),
  ];
  const isEmpty =
    !next.content && !next.embeds.length && !next.attachments.length && !next.components?.length;
  if (isEmpty) throw refusal("emptyMessage");
  if (body.content !== undefined || body.allowed_mentions) {
    const allowed = body.allowed_mentions ?? undefined;
    const named = resolveMentions(world, channel, message.authorId, next.content, allowed);
    next.mentions = named.users.map((id) => userPayload(need(world.users, id, "user")));
    next.mention_roles = [...named.roles];
    next.mention_everyone = named.everyone;
    // Edits notify nobody, except the one that fills in a response that was still to come.
    if (wasLoading) message.pings = named;
  }
  Object.assign(payload, next);
  message.history.push(versionOf(payload, world.now()));
  tellOf(service, "MESSAGE_UPDATE", message);
}

/** @throws DiscordError 50013, in a DM 50003. */
export function deleteMessage(service: Service, actorId: string, message: StoredMessage): void {
  const { world } = service;
  const { channel } = message;
  if (message.authorId !== actorId) {
    if (channel.type === ChannelType.DM) throw refusal("notInDms");
    if (!may(world, actorId, channel, PermissionFlagsBits.ManageMessages))
      throw refusal("missingPermissions");
  }
  removeMessage(service, message);
}

/** Takes a message away, whoever may. */
export function removeMessage(service: Service, message: StoredMessage): void {
  const { channel } = message;
  message.deletedAt = service.world.now();
  if (message.seenBy !== undefined) return;
  if (channel.thread && isCounted(message)) channel.thread.messageCount--;
  const guild = channel.guildId === undefined ? {} : { guild_id: channel.guildId };
  service.emit({
    t: "MESSAGE_DELETE",
    d: { id: message.payload.id, channel_id: channel.id, ...guild },
    channel,
  });
}
