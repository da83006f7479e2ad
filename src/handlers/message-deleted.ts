import type { MessageDeleted } from "../core/event.ts";
import type { Storage } from "../core/storage.ts";
import type { Conversations } from "../core/stores.ts";
import { publishControl } from "./control.ts";

/** Takes a deleted message out of memory, also one that comes in only later, and ends a reply that is being written to it. */
export type HandleMessageDeleted = (event: MessageDeleted) => Promise<void>;

export function createHandleMessageDeleted(deps: {
  readonly storage: Pick<Storage, "commit" | "signals">;
  readonly conversations: Conversations;
}): HandleMessageDeleted {
  const { storage, conversations } = deps;
  return async ({ conversation, message }) => {
    await storage.commit([conversations.removing(conversation, message)]);
    await publishControl(storage.signals, conversation, { kind: "deleted", message });
  };
}
