import { buttonFor } from "../core/action.ts";
import type { ActionName } from "../core/action.ts";
import type { Place } from "../core/event.ts";
import { joinKey } from "../core/ids.ts";
import type { CauseId } from "../core/ids.ts";
import type { OutgoingMessage, Platform } from "../core/platform.ts";
import type { Button } from "../core/platform.ts";
import { quoteText } from "../core/quote-text.ts";
import { scoreBars } from "../core/review.ts";
import type { Review, ReviewSettings } from "../core/review.ts";
import type { Operation } from "../core/storage.ts";
import type { PauseStore, Reviews } from "../core/stores.ts";
import type { PauseAuthor } from "./pause-author.ts";
import { authorOf } from "./pauses.ts";
import type { Pauses } from "./pauses.ts";
import type { ChatMessageDeps } from "./story.ts";

/** What the inbox holds where moderators are to be told, or told anew because something was decided. */
export interface ReviewDue {
  readonly kind: "review";
  readonly place: Place;
  readonly review: Review;
}

/** Tells moderators about a message, or shows them how it stands now. @throws AppError `platform_*`, `storage_*` */
export type ReportReview = (due: ReviewDue, signal: AbortSignal) => Promise<void>;

export interface ReviewDeps extends Pick<ChatMessageDeps, "platformOf" | "storage" | "ambient"> {
  readonly stores: { readonly reviews: Reviews; readonly pauses: PauseStore };
  readonly reviews: ReviewSettings;
  readonly pauses: Pauses;
  readonly pauseAuthor: PauseAuthor;
}

/** Of one person; what comes beyond stands in the log. */
const maxNotices = 5;
const noticeWindowMs = 10 * 60_000;

/** Puts a report into the inbox, once a message. */
export function reporting(review: Review): Operation {
  return queueing(review, joinKey("review", review.id));
}

/** Shows moderators what became of it, once a state. */
export function showingAgain(review: Review, what: string): Operation {
  return queueing(review, joinKey("review", review.id, what));
}

function queueing(review: Review, id: string): Operation {
  const { place } = review;
  const payload: ReviewDue = { kind: "review", place, review };
  return { op: "queue.enqueue", key: joinKey("review", review.id), ids: [id], payload };
}

export function createReportReview(deps: ReviewDeps): ReportReview {
  const { platformOf, storage, stores, reviews: settings, pauses, pauseAuthor } = deps;
  const { counters } = storage;
  const { words, log, now } = deps.ambient;
  const said = words.reviews;

  return async ({ review: reported }, signal) => {
    const platform = platformOf(reported.place);
    await platform.ready(signal);
    const { value: known, version } = await stores.reviews.get(reported.id);
    if (known?.notice) return show(known, known.notice, platform, signal);
    const review = known ?? reported;
    if (known === undefined) {
      await storage.commit([stores.reviews.putting(review, version)]);
      await slowDown(review, signal);
    }
    const channel = settings.channels[review.place.platform];
    const room = channel === undefined ? "none" : await roomFor(review);
    if (channel === undefined || room === "none") return;
    const place: Place = { platform: platform.name, workspace: review.place.workspace, channel };
    const cause = `review:${review.id}` as CauseId;
    const posted = await platform.findPosted(place, cause, signal);
    const content = await contentOf(review, platform, signal, room === "last" ? said.more : undefined);
    const message = posted[0] ?? (await platform.post(place, cause, content, signal));
    await storage.commit([stores.reviews.putting({ ...review, notice: { place, message } }, version + 1)]);
    log.info({ platform: platform.name, decision: review.decision }, "moderators told");
  };

  async function show(
    review: Review,
    notice: NonNullable<Review["notice"]>,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<void> {
    await platform.edit(notice.place, notice.message, await contentOf(review, platform, signal), signal);
  }

  /** Who is blocked again and again is paused of itself. */
  async function slowDown(review: Review, signal: AbortSignal): Promise<void> {
    const { repeat } = settings;
    if (repeat === undefined || review.decision !== "block") return;
    const window = { limit: repeat.blocks - 1, windowMs: repeat.withinMs };
    const taken = await counters.take(joinKey("blocked", authorOf(review)), 1, window);
    if (!taken.ok) await pauseAuthor(review, { until: now() + repeat.pauseMs }, signal);
  }

  /** A flood of messages doesn't flood the moderators. */
  async function roomFor(review: Review): Promise<"some" | "last" | "none"> {
    const take = (name: string, limit: number) =>
      counters.take(joinKey(name, authorOf(review)), 1, { limit, windowMs: noticeWindowMs });
    if ((await take("reviews", maxNotices - 1)).ok) return "some";
    return (await take("reviews-last", 1)).ok ? "last" : "none";
  }

  async function contentOf(
    review: Review,
    platform: Platform,
    signal: AbortSignal,
    more?: string,
  ): Promise<OutgoingMessage> {
    const { author, decision, scores, place, channelKind, state, decidedBy } = review;
    const until = await pauses.until(authorOf(review));
    const facts = await platform.channel(place.workspace, place.channel, signal).catch(() => undefined);
    const isNamed = channelKind === "public" && facts !== undefined;
    const where = isNamed ? said.inChannel(quoteText(facts.name)) : said.where[channelKind];
    const link = channelKind === "public" ? platform.linkTo(place, review.message) : undefined;
    const parts = [
      [where, link && `[${said.link}](${link})`].filter(Boolean).join(" · "),
      `\`\`\`\n${scoreBars(scores)}\n\`\`\``,
      state !== "open" && said.decided(state, quoteText(decidedBy?.name ?? "")),
      until !== undefined && said.paused(formatTime(until)),
      more,
    ];
    const onBehalfOf = { person: author.id, name: author.name, says: said.title[decision] };
    const text = parts.filter(Boolean).join("\n\n");
    return { text, onBehalfOf, buttons: buttonsFor(review, until !== undefined) };
  }

  function buttonsFor({ id, state, question, excerpt }: Review, isPaused: boolean): readonly Button[] {
    const names: readonly (ActionName | false)[] = [
      state === "open" && question !== undefined && "allowOnce",
      state === "open" && question !== undefined && "keepBlocked",
      isPaused ? "liftPause" : "pausePerson",
      excerpt !== undefined && "showText",
      "showPolicy",
    ];
    return names.flatMap((name) => (name ? [buttonFor({ name, argument: id }, words)] : []));
  }
}

/** `14:05 UTC` */
export function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
