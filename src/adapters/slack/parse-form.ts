import { readOnMessage } from "../../core/command/on-message.ts";
import { readForm } from "../../core/command/read-form.ts";
import { conversationKey } from "../../core/conversation.ts";
import type { ChannelKind, CommandGiven, Place } from "../../core/event.ts";
import type { ChannelId, MessageId, PersonId, ThreadId, WorkspaceId } from "../../core/ids.ts";
import { readMetadata, readValues } from "./form.ts";
import type { CommandContext } from "./parse-command.ts";
import type { MessageShortcut, ViewSubmission } from "./schema.ts";

/** A command from a message's menu; `undefined` where nobody knows it. */
export function parseShortcut(shortcut: MessageShortcut, context: CommandContext): CommandGiven | undefined {
  const { callback_id: name, trigger_id: trigger, response_url: answerTo, message, channel } = shortcut;
  const reading = readOnMessage(context.table, name);
  if (reading === undefined) return undefined;
  const kind = kindOf(channel.id, context);
  // In a direct channel a thread is a conversation of its own; elsewhere every message is the root of one.
  const thread = message.thread_ts ?? (kind === "direct" ? undefined : message.ts);
  const place = placeOf({ channel: channel.id, thread, replyTo: message.ts }, context);
  return {
    ...given(place, kind, shortcut.user, context),
    command: trigger,
    reading,
    about: message.ts as MessageId,
    ...(answerTo !== undefined && { answerTo }),
  };
}

/** A form that was filled in; a view can be submitted once. `undefined` where nobody knows it. */
export function parseSubmission(
  { user, view }: ViewSubmission,
  context: CommandContext,
): CommandGiven | undefined {
  const metadata = readMetadata(view.private_metadata);
  const read = metadata && readForm(context.table, metadata.formKey, readValues(view.state.values));
  if (metadata === undefined || read === undefined) return undefined;
  const place = placeOf(metadata, context);
  return { ...given(place, kindOf(metadata.channel, context), user, context), ...read, command: view.id };
}

function given(
  place: Place,
  channelKind: ChannelKind,
  user: { readonly id: string; readonly name?: string | undefined },
  context: CommandContext,
) {
  const name = context.userName(user.id) ?? user.name ?? user.id;
  return {
    kind: "command",
    deliveryIds: [],
    conversation: conversationKey(place),
    place,
    sentAt: context.now,
    by: { id: user.id as PersonId, name, isBot: false },
    channelKind,
    attachments: [],
  } as const;
}

function placeOf(
  at: {
    readonly channel: string;
    readonly thread?: string | undefined;
    readonly replyTo?: string | undefined;
  },
  { teamId }: CommandContext,
): Place {
  return {
    platform: "slack",
    workspace: teamId as WorkspaceId,
    channel: at.channel as ChannelId,
    ...(at.thread !== undefined && { thread: at.thread as ThreadId }),
    ...(at.replyTo !== undefined && { replyTo: at.replyTo as MessageId }),
  };
}

function kindOf(channel: string, context: CommandContext): ChannelKind {
  return context.channelKind(channel) ?? (channel.startsWith("D") ? "direct" : "private");
}
