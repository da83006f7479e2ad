import { AppError } from "../core/errors.ts";
import type { MessageCreated } from "../core/event.ts";
import { joinKey, personKey } from "../core/ids.ts";
import type { Storage } from "../core/storage.ts";
import type { Story } from "./story.ts";

export interface FloodLimits {
  readonly repliesPerPersonPerMinute: number;
  readonly repliesPerChannelPerMinute: number;
}

const windowMs = 60_000;

/** Counts a reply against what its asker and its channel may have in a minute. @throws AppError `flooded` */
export async function takeReply(
  story: Pick<Story, "claim" | "last">,
  counters: Storage["counters"],
  limits: FloodLimits,
): Promise<void> {
  // A story that is resumed was counted.
  if (story.claim.entries.some((entry) => entry.attempt > 1)) return;
  await takeOneReply(story.last, counters, limits);
}

/** The same for an answer that is no reply to a message. @throws AppError `flooded` */
export async function takeOneReply(
  asked: Pick<MessageCreated, "place" | "author">,
  counters: Storage["counters"],
  limits: FloodLimits,
): Promise<void> {
  const { platform, workspace, channel } = asked.place;
  const taken = await Promise.all([
    counters.take(`flood/${personOf(asked)}`, 1, { limit: limits.repliesPerPersonPerMinute, windowMs }),
    counters.take(joinKey("flood-channel", platform, workspace, channel), 1, {
      limit: limits.repliesPerChannelPerMinute,
      windowMs,
    }),
  ]);
  const waits = taken.map((each) => (each.ok ? 0 : each.retryAfterMs));
  const retryAfterMs = Math.max(...waits);
  if (retryAfterMs > 0) throw new AppError("flooded", "more than may be asked at once", { retryAfterMs });
}

const noticeEveryMs = 30_000;

/** Whether it is time to say so again: a person who floods is not flooded with notices. */
export async function mayTellFlooded(
  event: Pick<MessageCreated, "place" | "author">,
  counters: Storage["counters"],
): Promise<boolean> {
  const key = `flood-told/${personOf(event)}`;
  return (await counters.take(key, 1, { limit: 1, windowMs: noticeEveryMs })).ok;
}

function personOf({ place, author }: Pick<MessageCreated, "place" | "author">): string {
  return personKey(place.platform, place.workspace, author.id);
}
