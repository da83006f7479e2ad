import type { CommandReading } from "../../core/command/parse.ts";
import { readForm } from "../../core/command/read-form.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import { conversationOf } from "../../core/conversation.ts";
import type { Attachment, CommandGiven } from "../../core/event.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "../../core/ids.ts";
import type { AnswerTo } from "./answer-to.ts";
import { writeAnswerTo } from "./answer-to.ts";
import { readModal } from "./form.ts";
import { nameOf } from "./name.ts";
import { readDiscordCommand } from "./read-command.ts";
import type { AttachmentPayload, CommandInteraction } from "./schema.ts";
import { categoryOf, directWorkspace } from "./spot.ts";
import type { KnownChannel, Spot } from "./spot.ts";

interface CommandContext {
  readonly table: CommandTable;
  channel(id: string): KnownChannel | undefined;
  readonly now: number;
}

/** An application command; `undefined` when it isn't Parley's. */
export function parseCommandInteraction(
  interaction: CommandInteraction,
  channel: KnownChannel,
  context: CommandContext,
): CommandGiven | undefined {
  const read = readDiscordCommand(context.table, interaction.data);
  if (read === undefined) return undefined;
  const { reading, files, about } = read;
  const thread = about === undefined ? undefined : context.channel(about);
  // A thread that was opened from a message has its id.
  const where = thread?.parent === channel.id ? thread : channel;
  const given = commandOf(interaction, where, reading, context);
  return given && { ...given, attachments: files.map(attachmentOf), ...(about !== undefined && { about }) };
}

/** A form that was filled in; `undefined` where nobody knows it. */
export function parseModalSubmit(
  interaction: CommandInteraction,
  channel: KnownChannel,
  context: CommandContext,
): CommandGiven | undefined {
  const modal = readModal(interaction.data);
  const read = modal && readForm(context.table, modal.key, modal.values);
  const given = read && commandOf(interaction, channel, read.reading, context);
  return given && { ...given, ...read };
}

function commandOf(
  interaction: CommandInteraction,
  channel: KnownChannel,
  reading: CommandReading,
  { table, now }: CommandContext,
): CommandGiven | undefined {
  const { id, application_id: application, token, member } = interaction;
  const by = member?.user ?? interaction.user;
  if (by === undefined) return undefined;
  const command = reading.kind === "command" ? table.commands[reading.command.name] : undefined;
  const isPrivate = command?.answer !== "public";
  const answerTo: AnswerTo = { id, application, token, isPrivate };
  return {
    ...spotOfCommand(interaction, channel),
    kind: "command",
    deliveryIds: [],
    command: id,
    sentAt: now,
    by: { id: by.id as PersonId, name: nameOf(by, member?.nick), isBot: by.bot === true },
    channelKind: channel.kind,
    reading,
    attachments: [],
    answerTo: writeAnswerTo(answerTo),
  };
}

function attachmentOf(file: AttachmentPayload): Attachment {
  return {
    id: file.url,
    name: file.filename,
    mediaType: file.content_type ?? "application/octet-stream",
    sizeBytes: file.size,
    ...(typeof file.description === "string" && { altText: file.description }),
  };
}

/** A command answers no message: it belongs to its thread, to its direct channel, or to the channel as a whole. */
function spotOfCommand({ guild_id: guild }: CommandInteraction, known: KnownChannel): Spot {
  const { id, kind, parent } = known;
  const workspace = (guild ?? directWorkspace) as WorkspaceId;
  const base = { platform: "discord", workspace, ...categoryOf(known) } as const;
  if (parent !== undefined) {
    const place = { ...base, channel: parent as ChannelId, thread: id as ThreadId };
    return { place, conversation: conversationOf({ ...place, kind: "discordThread" }) };
  }
  const place = { ...base, channel: id as ChannelId };
  const surface = kind === "direct" ? "direct" : "channel";
  return { place, conversation: conversationOf({ ...place, kind: surface }) };
}
