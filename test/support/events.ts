import { conversationKey } from "../../src/core/conversation.ts";
import type { CommandGiven, MessageCreated } from "../../src/core/event.ts";
import type { ChannelId, MessageId, PersonId, ThreadId, WorkspaceId } from "../../src/core/ids.ts";

/** A message in a thread of a public channel of the playground, by U1, unless told otherwise. */
export function messageCreated(changes: Partial<MessageCreated> = {}): MessageCreated {
  const place = {
    platform: "playground",
    workspace: "W" as WorkspaceId,
    channel: "C1" as ChannelId,
    thread: "M1" as ThreadId,
  } as const;
  return {
    kind: "message",
    deliveryIds: [],
    conversation: conversationKey(place),
    place,
    message: "M1" as MessageId,
    sentAt: 1_000,
    author: { id: "U1" as PersonId, name: "Ana", isBot: false },
    text: "hello",
    attachments: [],
    channelKind: "public",
    addressed: "mention",
    ...changes,
  };
}

/** `/parley help` in a public channel of the playground, by U1, unless told otherwise. */
export function commandGiven(changes: Partial<CommandGiven> = {}): CommandGiven {
  const place = {
    platform: "playground",
    workspace: "W" as WorkspaceId,
    channel: "C1" as ChannelId,
  } as const;
  return {
    kind: "command",
    deliveryIds: [],
    conversation: conversationKey(place),
    place,
    command: "G1",
    sentAt: 1_000,
    by: { id: "U1" as PersonId, name: "Ana", isBot: false },
    channelKind: "public",
    reading: { kind: "command", command: { name: "help", arguments: {} } },
    attachments: [],
    ...changes,
  };
}
