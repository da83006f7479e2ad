import type { CommandGiven, MessageCreated } from "../event.ts";
import { readCommand, readMentionCommand } from "./parse.ts";
import type { CommandTable } from "./shape.ts";

/**
 * A message to Parley as the command that it gives; any other stays what it is. `text` is the message's, less the mention
 * that it begins with.
 */
export function commandInMessage(
  table: CommandTable,
  message: MessageCreated,
  text = message.text,
): MessageCreated | CommandGiven {
  const isToParley = message.addressed === "mention" || message.addressed === "direct";
  const written = isToParley && !message.author.isBot ? readMentionCommand(table, text) : undefined;
  if (written === undefined) return message;
  const { deliveryIds, conversation, place, sentAt, author, channelKind, attachments } = message;
  return {
    kind: "command",
    deliveryIds,
    conversation,
    place,
    command: message.message,
    message: message.message,
    sentAt,
    by: author,
    channelKind,
    reading: readCommand(table, written),
    attachments,
  };
}
