import type { FeedbackStore, Hints, Shares } from "../../core/stores.ts";
import type { PressDeps } from "./find-answer.ts";
import { createGoOn } from "./go-on.ts";
import { createMark } from "./mark.ts";
import type { Presses } from "./press.ts";
import type { ReviewPresses } from "./review.ts";
import { createNotHelpful } from "./not-helpful.ts";
import { createRegenerate } from "./regenerate.ts";
import { createRemoveAnswer } from "./remove-answer.ts";
import { createShare } from "./share.ts";

/** What each button does. */
export function createPresses(
  deps: PressDeps & { readonly feedback: FeedbackStore; readonly shares: Shares; readonly hints: Hints },
  reviews: ReviewPresses,
): Presses {
  return {
    regenerate: createRegenerate(deps),
    continue: createGoOn(deps),
    good: createMark("good", deps),
    bad: createMark("bad", deps),
    removeAnswer: createRemoveAnswer(deps),
    share: createShare(deps),
    notHelpful: createNotHelpful(deps),
    ...reviews,
  };
}
