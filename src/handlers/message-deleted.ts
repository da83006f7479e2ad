import type { MessageDeleted } from "../core/event.ts";
import { identityOf } from "../core/event.ts";
import type { ConversationKey } from "../core/ids.ts";
import { reviewId, withoutWords } from "../core/review.ts";
import type { Now } from "../core/ports.ts";
import type { Operation, Storage } from "../core/storage.ts";
import type { Conversations, Reviews, Summaries } from "../core/stores.ts";
import { publishControl } from "./control.ts";
import type { OfferRemoval } from "./offer-removal.ts";
import { showingAgain } from "./report-review.ts";
import { amendingSummary, commitBesideFolds } from "./summary-due.ts";

/**
 * Takes a deleted message out of memory, also one that comes in only later, with the summary that stands for it, and ends a
 * reply that is being written to it. An answer that stands is offered for removal.
 */
export type HandleMessageDeleted = (event: MessageDeleted, signal: AbortSignal) => Promise<void>;

export function createHandleMessageDeleted(deps: {
  readonly storage: Pick<Storage, "commit" | "signals">;
  readonly stores: {
    readonly conversations: Conversations;
    readonly summaries: Summaries;
    readonly reviews: Reviews;
  };
  readonly offerRemoval: OfferRemoval;
  readonly now: Now;
}): HandleMessageDeleted {
  const { storage, stores, offerRemoval, now } = deps;
  const { conversations, reviews } = stores;

  return async (event, signal) => {
    const { place, message } = event;
    const imported = await conversations.importedInto(place, message);
    const keys = [...new Set([event.conversation, ...imported])];
    await commitBesideFolds(storage, async () => {
      const removals = await Promise.all(keys.map((key) => removing(event, key)));
      return [...removals.flat(), ...(await silencing(event))];
    });
    await Promise.all(keys.map((key) => publishControl(storage.signals, key, { kind: "deleted", message })));
    await offerRemoval(event, signal);
  };

  /** What moderators were shown of it goes too, and nobody can allow it any more. */
  async function silencing({ place, message }: MessageDeleted): Promise<readonly Operation[]> {
    const { value: review, version } = await reviews.get(reviewId(place, message));
    if (review === undefined) return [];
    const silent = withoutWords(review);
    return [reviews.putting(silent, version), ...(review.notice ? [showingAgain(silent, "deleted")] : [])];
  }

  async function removing(event: MessageDeleted, key: ConversationKey): Promise<readonly Operation[]> {
    const [turn, conversation] = await Promise.all([
      conversations.turn(key, event.message),
      conversations.get(key),
    ]);
    const change = { by: turn?.author?.id, cause: identityOf(event), now: now() };
    const amended = await amendingSummary(key, turn ? [turn] : [], change, { ...stores, conversation });
    return [conversations.removing(key, event.message), ...amended];
  }
}
