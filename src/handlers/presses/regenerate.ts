import { answeringAgain } from "../answer-again.ts";
import { findNewestAnswer } from "./find-answer.ts";
import type { PressDeps } from "./find-answer.ts";
import { telling } from "./press.ts";
import type { Press } from "./press.ts";

/** Writes the newest answer of a conversation anew, in its own messages, with the memory as it was before. */
export function createRegenerate(deps: PressDeps): Press {
  const { conversations } = deps.stores;
  const { words } = deps.ambient;
  return async (press, signal) => {
    const found = await findNewestAnswer(press, deps, signal);
    if ("refused" in found) return found.refused;
    const { answer } = found;
    // Pressed twice before it was written anew, it is written anew once.
    const edition = `pressed/${answer.writtenAt}`;
    const again = await answeringAgain(answer, { edition, ifChanged: false }, conversations);
    return again ? { operations: [again] } : telling(words.actions.questionForgotten);
  };
}
