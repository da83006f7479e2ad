import type { CauseId } from "../core/ids.ts";
import { toAppError } from "../core/errors.ts";
import type { Pause, Review } from "../core/review.ts";
import type { PauseStore } from "../core/stores.ts";
import { authorOf } from "./pauses.ts";
import type { Pauses } from "./pauses.ts";
import type { ChatMessageDeps } from "./story.ts";

/** Answers nobody but a review's author any more for a while, and tells that person directly. @throws AppError `storage_*` */
export type PauseAuthor = (review: Review, pause: Pause, signal: AbortSignal) => Promise<void>;

export function createPauseAuthor(
  deps: Pick<ChatMessageDeps, "platformOf" | "storage" | "ambient"> & {
    readonly stores: { readonly pauses: PauseStore };
    readonly pauses: Pauses;
  },
): PauseAuthor {
  const { platformOf, storage, stores, pauses } = deps;
  const { words, log } = deps.ambient;

  return async (review, pause, signal) => {
    const person = authorOf(review);
    await storage.commit([stores.pauses.putting(person, pause)]);
    await pauses.changed();
    const { place, author, id } = review;
    const text = words.reviews.youArePaused(`${new Date(pause.until).toISOString().slice(11, 16)} UTC`);
    const cause = `pause:${id}:${pause.by ?? ""}` as CauseId;
    try {
      await platformOf(place).sendDirect(place.workspace, author.id, cause, text, signal);
    } catch (error) {
      // Somebody may take no direct messages: the pause holds all the same.
      log.info({ code: toAppError(error).code }, "a person could not be told directly");
    }
    log.info({ platform: place.platform, byHand: pause.by !== undefined }, "person paused");
  };
}
