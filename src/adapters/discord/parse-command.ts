import type { CommandTable } from "../../core/command/shape.ts";
import { conversationOf } from "../../core/conversation.ts";
import type { CommandGiven } from "../../core/event.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "../../core/ids.ts";
import type { AnswerTo } from "./answer-to.ts";
import { writeAnswerTo } from "./answer-to.ts";
import { nameOf } from "./name.ts";
import { readDiscordCommand } from "./read-command.ts";
import type { CommandInteraction } from "./schema.ts";
import { directWorkspace } from "./spot.ts";
import type { KnownChannel, Spot } from "./spot.ts";

/** An application command; `undefined` when it isn't one of `/parley`. */
export function parseCommandInteraction(
  interaction: CommandInteraction,
  channel: KnownChannel,
  { table, now }: { readonly table: CommandTable; readonly now: number },
): CommandGiven | undefined {
  const { id, application_id: application, token, data, member } = interaction;
  const by = member?.user ?? interaction.user;
  const read = readDiscordCommand(table, data);
  if (read === undefined || by === undefined) return undefined;
  const { reading, files } = read;
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
    attachments: files.map((file) => ({
      id: file.url,
      name: file.filename,
      mediaType: file.content_type ?? "application/octet-stream",
      sizeBytes: file.size,
      ...(typeof file.description === "string" && { altText: file.description }),
    })),
    answerTo: writeAnswerTo(answerTo),
  };
}

/** A command answers no message: it belongs to its thread, to its direct channel, or to the channel as a whole. */
function spotOfCommand({ guild_id: guild }: CommandInteraction, { id, kind, parent }: KnownChannel): Spot {
  const workspace = (guild ?? directWorkspace) as WorkspaceId;
  const base = { platform: "discord", workspace } as const;
  if (parent !== undefined) {
    const place = { ...base, channel: parent as ChannelId, thread: id as ThreadId };
    return { place, conversation: conversationOf({ ...place, kind: "discordThread" }) };
  }
  const place = { ...base, channel: id as ChannelId };
  const surface = kind === "direct" ? "direct" : "channel";
  return { place, conversation: conversationOf({ ...place, kind: surface }) };
}
