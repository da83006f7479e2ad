import type { Author, ButtonPressed } from "../../core/event.ts";
import { identityOf } from "../../core/event.ts";
import type { MessageCreated } from "../../core/event.ts";
import { joinKey, personKey } from "../../core/ids.ts";
import { quoteBlock, quoteText } from "../../core/quote-text.ts";
import type { Review, ReviewSettings } from "../../core/review.ts";
import type { Operation } from "../../core/storage.ts";
import { authorOf } from "../pauses.ts";
import { formatTime, showingAgain } from "../report-review.ts";
import type { ReviewDeps } from "../report-review.ts";
import type { WritePolicy } from "../write-policy.ts";
import { telling } from "./press.ts";
import type { Press, PressOutcome, Presses } from "./press.ts";

export interface ReviewPressDeps extends ReviewDeps {
  readonly admins: readonly string[];
  readonly writePolicy: WritePolicy;
}

export type ReviewPresses = Pick<
  Presses,
  "allowOnce" | "keepBlocked" | "pausePerson" | "liftPause" | "showText" | "showPolicy"
>;

interface Found {
  readonly review: Review;
  readonly version: number;
}

const pauseMs = 3_600_000;

/** What moderators do about a message. Who presses is asked of the platform each time, for the place that it is about. */
export function createReviewPresses(deps: ReviewPressDeps): ReviewPresses {
  const { stores, pauses, pauseAuthor, writePolicy } = deps;
  const { words, now } = deps.ambient;
  const said = words.reviews;

  const allowing = decide("allowed", ({ question }, by): readonly Operation[] => {
    if (question === undefined) return [];
    const { event, hash } = question;
    const { platform, workspace } = event.place;
    const allowed: MessageCreated = {
      ...event,
      deliveryIds: [],
      allowed: { hash, by: personKey(platform, workspace, by.id) },
    };
    const people = [authorOf(event)];
    const ids: [string] = [joinKey("allowed", identityOf(event))];
    return [{ op: "queue.enqueue", key: event.conversation, ids, payload: allowed, people }];
  });

  return {
    allowOnce: allowing,
    keepBlocked: decide("kept", () => []),

    pausePerson: forModerators(async ({ review }, press, signal) => {
      const until = now() + pauseMs;
      await pauseAuthor(review, { until, by: press.by.id }, signal);
      const told = said.pausedNow(quoteText(review.author.name), formatTime(until));
      return { operations: [showingAgain(review, `paused-${press.press}`)], told };
    }),

    liftPause: forModerators(async ({ review }, press) => {
      await deps.storage.commit([stores.pauses.lifting(authorOf(review))]);
      await pauses.changed();
      const told = said.lifted(quoteText(review.author.name));
      return { operations: [showingAgain(review, `lifted-${press.press}`)], told };
    }),

    showText: forModerators(async ({ review }) =>
      telling(review.excerpt === undefined ? said.noText : quoteBlock(review.excerpt)),
    ),

    showPolicy: forModerators(async ({ review }) => telling(await writePolicy(review.place))),
  };

  function decide(
    state: "allowed" | "kept",
    also: (review: Review, by: Author) => readonly Operation[],
  ): Press {
    return forModerators(async ({ review, version }, { by }) => {
      if (review.state !== "open")
        return telling(said.decidedAlready(review.state, quoteText(review.decidedBy?.name ?? "")));
      if (state === "allowed" && review.question === undefined) return telling(said.tooLate);
      const decidedBy = { id: by.id, name: by.name };
      const { question: _question, ...rest } = review;
      const decided: Review = { ...rest, state, decidedBy };
      return {
        operations: [
          stores.reviews.putting(decided, version),
          ...also(review, by),
          showingAgain(decided, state),
        ],
        told: said.decidedNow[state],
      };
    });
  }

  function forModerators(
    act: (found: Found, press: ButtonPressed, signal: AbortSignal) => Promise<PressOutcome>,
  ): Press {
    return async (press, signal) => {
      const { value: review, version } = await stores.reviews.get(press.action.argument ?? "");
      if (review === undefined || !standsUnder(review, press, deps.reviews)) return telling(said.unknown);
      // Of a direct channel its person would be the manager.
      const place = review.channelKind === "direct" ? press.place : review.place;
      const { isAdmin, isChannelManager } = await deps.platformOf(place).rights(place, press.by.id, signal);
      const mayAct = isAdmin || isChannelManager || deps.admins.includes(press.by.id);
      return mayAct ? act({ review, version }, press, signal) : telling(said.notYours);
    };
  }
}

/** A button of a review is good under its own notice only. */
function standsUnder(
  { notice, place: about }: Review,
  { place, message }: ButtonPressed,
  { channels }: ReviewSettings,
): boolean {
  // Somebody may press before it is written down which message the notice became.
  if (notice === undefined)
    return about.workspace === place.workspace && channels[place.platform] === place.channel;
  if (notice.message !== message) return false;
  return notice.place.platform === place.platform && notice.place.channel === place.channel;
}
