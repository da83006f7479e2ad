import { pressed } from "../../core/feedback.ts";
import type { Opinion } from "../../core/feedback.ts";
import { personKey } from "../../core/ids.ts";
import type { FeedbackStore } from "../../core/stores.ts";
import { findAnswer } from "./find-answer.ts";
import type { PressDeps } from "./find-answer.ts";
import type { Press } from "./press.ts";

/** Notes what whoever presses thinks of an answer; pressed again it is taken back. Everybody may who sees the button. */
export function createMark(opinion: Opinion, deps: PressDeps & { readonly feedback: FeedbackStore }): Press {
  const { feedback } = deps;
  const { words } = deps.ambient;
  return async (press, signal) => {
    const found = await findAnswer(press, deps, signal);
    if ("refused" in found) return found.refused;
    const { cause: answer, conversation, place } = found.answer;
    const person = personKey(place.platform, place.workspace, press.by.id);
    const before = await feedback.of(answer, person);
    const now = pressed(opinion, before?.opinion);
    const noted = { conversation, answer, person, at: press.sentAt, ...(now && { opinion: now }) };
    return {
      operations: [feedback.saving(noted)],
      told: words.actions.feedback[now ?? "takenBack"],
    };
  };
}
