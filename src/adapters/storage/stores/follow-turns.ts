import type { ConversationKey } from "../../../core/ids.ts";
import type { Operation, Storage } from "../../../core/storage.ts";
import { conversationOfTurns } from "./conversations.ts";

/** Adds to each step in which turns change what follows from that, by conversation: both happen, or neither. */
export function followTurns<Committing extends Pick<Storage, "commit">>(
  storage: Committing,
  following: (conversation: ConversationKey) => Operation,
): Committing {
  return {
    ...storage,
    async commit(operations) {
      const changed = new Set(operations.flatMap((operation) => changedIn(operation) ?? []));
      await storage.commit([...operations, ...[...changed].map(following)]);
    },
  };
}

function changedIn(operation: Operation): ConversationKey | undefined {
  switch (operation.op) {
    case "log.put":
    case "log.remove":
    case "log.removeBefore":
      return conversationOfTurns(operation.key);
    default:
      return undefined;
  }
}
