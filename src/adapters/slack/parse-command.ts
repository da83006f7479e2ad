import { readCommand } from "../../core/command/parse.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import { conversationKey } from "../../core/conversation.ts";
import type { CommandGiven, ChannelKind, Place } from "../../core/event.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../core/ids.ts";
import { readText } from "./read-text.ts";
import type { NamesInText } from "./read-text.ts";
import type { SlashCommand } from "./schema.ts";

export interface CommandContext extends NamesInText {
  readonly table: CommandTable;
  readonly teamId: string;
  channelKind(channel: string): ChannelKind | undefined;
  readonly now: number;
}

/** A slash command; there are none in threads. What Slack doesn't know better is taken for private. */
export function parseSlashCommand(command: SlashCommand, context: CommandContext): CommandGiven {
  const { channel_id: channel, user_id: user, trigger_id: trigger, response_url: answerTo } = command;
  const place: Place = {
    platform: "slack",
    workspace: context.teamId as WorkspaceId,
    channel: channel as ChannelId,
  };
  return {
    kind: "command",
    deliveryIds: [],
    conversation: conversationKey(place),
    place,
    command: trigger,
    sentAt: context.now,
    by: {
      id: user as PersonId,
      name: context.userName(user) ?? command.user_name ?? user,
      isBot: false,
    },
    channelKind: context.channelKind(channel) ?? "private",
    reading: readCommand(context.table, readText(command.text, context, "ids")),
    attachments: [],
    answerTo,
  };
}
