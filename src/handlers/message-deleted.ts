import type { MessageDeleted } from "../core/event.ts";
import type { Storage } from "../core/storage.ts";
import type { Conversations } from "../core/stores.ts";
import { publishControl } from "./control.ts";
import type { OfferRemoval } from "./offer-removal.ts";

/**
 * Takes a deleted message out of memory, also one that comes in only later, and ends a reply that is being written to it.
 * An answer that stands is offered for removal.
 */
export type HandleMessageDeleted = (event: MessageDeleted, signal: AbortSignal) => Promise<void>;

export function createHandleMessageDeleted(deps: {
  readonly storage: Pick<Storage, "commit" | "signals">;
  readonly conversations: Conversations;
  readonly offerRemoval: OfferRemoval;
}): HandleMessageDeleted {
  const { storage, conversations, offerRemoval } = deps;
  return async (event, signal) => {
    const { conversation, message } = event;
    await storage.commit([conversations.removing(conversation, message)]);
    await publishControl(storage.signals, conversation, { kind: "deleted", message });
    await offerRemoval(event, signal);
  };
}
