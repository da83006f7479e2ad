import type { Config } from "../config.ts";
import type { PauseStore, Reviews } from "../core/stores.ts";
import type { ChatSettings } from "../handlers/chat-settings.ts";
import { createPauseAuthor } from "../handlers/pause-author.ts";
import type { Pauses } from "../handlers/pauses.ts";
import { createReviewPresses } from "../handlers/presses/review.ts";
import { createReportReview } from "../handlers/report-review.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";
import { createWritePolicy } from "../handlers/write-policy.ts";

/** Wires what moderators are told, and what they can do about it. */
export function assembleReviews(
  story: ChatMessageDeps & {
    readonly stores: { readonly reviews: Reviews; readonly pauses: PauseStore };
  },
  deps: {
    readonly config: Pick<Config, "admins" | "moderation">;
    readonly chatSettings: ChatSettings;
    readonly pauses: Pauses;
  },
) {
  const { config, chatSettings, pauses } = deps;
  const { words } = story.ambient;
  const reviews = {
    ...story,
    reviews: config.moderation.reviews,
    pauses,
    pauseAuthor: createPauseAuthor({ ...story, pauses }),
  };
  const writePolicy = createWritePolicy({ chatSettings, listed: config.moderation.words, words });
  return {
    reportReview: createReportReview(reviews),
    presses: createReviewPresses({ ...reviews, admins: config.admins, writePolicy }),
  };
}
