import type { Answers, FeedbackStore, Hints, Reviews, Shares, Threads } from "../core/stores.ts";
import { createHandleMessageDeleted } from "../handlers/message-deleted.ts";
import { createHandleMessageEdited } from "../handlers/message-edited.ts";
import { createHandleReacted } from "../handlers/note-reaction.ts";
import { createOfferRemoval } from "../handlers/offer-removal.ts";
import { createPresses } from "../handlers/presses/offered.ts";
import type { Pauses } from "../handlers/pauses.ts";
import type { ReviewPresses } from "../handlers/presses/review.ts";
import { createHandleFailedPress, createRunPress } from "../handlers/run-press.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";

/** Wires what becomes of an answer that stands: buttons, thumbs, and changes of what it answers. */
export function assembleReplies(
  story: ChatMessageDeps & {
    readonly stores: {
      readonly reviews: Reviews;
      readonly answers: Answers;
      readonly feedback: FeedbackStore;
      readonly shares: Shares;
      readonly hints: Hints;
      readonly threads: Threads;
    };
  },
  {
    admins,
    reviews,
    pauses,
  }: {
    readonly admins: readonly string[];
    readonly reviews: ReviewPresses;
    readonly pauses: Pauses;
  },
) {
  const { storage, stores } = story;
  const offerRemoval = createOfferRemoval(story);
  const { feedback, shares, hints } = stores;
  return {
    press: createRunPress(createPresses({ ...story, feedback, shares, hints, admins }, reviews), {
      ...story,
      pauses,
    }),
    failedPress: createHandleFailedPress(story),
    reacted: createHandleReacted({ storage, ...stores }),
    messageEdited: createHandleMessageEdited({ ...story, pauses }, offerRemoval),
    messageDeleted: createHandleMessageDeleted({ storage, stores, offerRemoval, now: story.ambient.now }),
  };
}
