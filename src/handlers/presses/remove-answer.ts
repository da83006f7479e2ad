import { findOwnAnswer } from "./find-answer.ts";
import type { PressDeps } from "./find-answer.ts";
import type { Press } from "./press.ts";

/** Takes an answer away, from the platform and from memory. */
export function createRemoveAnswer(deps: PressDeps): Press {
  const { platformOf } = deps;
  const { answers, conversations } = deps.stores;
  const { words } = deps.ambient;
  return async (press, signal) => {
    const found = await findOwnAnswer(press, deps, signal);
    if ("refused" in found) return found.refused;
    const { cause, conversation, place, messages } = found.answer;
    for (const message of messages) await platformOf(place).delete(place, message, signal);
    return {
      operations: [conversations.removing(conversation, cause), answers.removing(cause)],
      told: words.actions.removed,
    };
  };
}
