import type { ConversationKey, MessageId } from "../core/ids.ts";
import type { Signals } from "../core/storage.ts";

/** What happened to a conversation while a reply is being written. The durable truth stands in the stores. */
export interface ControlSignal {
  readonly kind: "stop" | "edited" | "deleted";
  readonly message: MessageId;
}

export interface ControlWatch {
  close(): Promise<void>;
}

export function publishControl(
  signals: Signals,
  conversation: ConversationKey,
  signal: ControlSignal,
): Promise<void> {
  return signals.publish(topicOf(conversation), signal);
}

/** Hears of stops, edits and deletions in a conversation, on whichever instance they arrived. */
export async function watchControl(
  signals: Signals,
  conversation: ConversationKey,
  onSignal: (signal: ControlSignal) => void,
): Promise<ControlWatch> {
  const unsubscribe = await signals.subscribe(topicOf(conversation), (payload) =>
    onSignal(payload as ControlSignal),
  );
  return { close: unsubscribe };
}

function topicOf(conversation: ConversationKey): string {
  return `control/${conversation}`;
}
