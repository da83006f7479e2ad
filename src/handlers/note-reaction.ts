import type { Reacted } from "../core/event.ts";
import { reacted } from "../core/feedback.ts";
import { personKey } from "../core/ids.ts";
import type { Storage } from "../core/storage.ts";
import type { Answers, FeedbackStore } from "../core/stores.ts";
import { findShown } from "./find-shown.ts";

/** Notes a thumb under an answer as what its person thinks of it. Under anything else it says nothing. */
export type HandleReacted = (event: Reacted, signal: AbortSignal) => Promise<void>;

export function createHandleReacted(deps: {
  readonly storage: Pick<Storage, "commit">;
  readonly answers: Answers;
  readonly feedback: FeedbackStore;
}): HandleReacted {
  const { storage, answers, feedback } = deps;
  return async ({ place, message, by, opinion, isOn, at }, signal) => {
    const found = await findShown(place, message, answers, signal);
    if (found === undefined) return;
    const { cause: answer, conversation } = found;
    const person = personKey(place.platform, place.workspace, by);
    const before = await feedback.of(answer, person);
    const now = reacted(opinion, isOn, before?.opinion);
    if (now === before?.opinion) return;
    await storage.commit([
      feedback.saving({ conversation, answer, person, at, ...(now && { opinion: now }) }),
    ]);
  };
}
