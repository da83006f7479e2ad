import type { ChannelPlace } from "./channel-settings.ts";
import type { Place } from "./event.ts";
import type { ConversationKey, MessageId } from "./ids.ts";

/** What a platform can tell of a channel's threads. */
export interface ThreadList {
  /**
   * The threads of a channel that hold more than their first message, those of which the platform keeps a list: newest
   * first, on Discord those that are archived last. A page may hold fewer than `limit`, or none, and still have a `next`,
   * which stays good, also for another process. What is archived or opened again meanwhile may be told twice, or missed.
   * @throws AppError `platform_*`; `platform_refused` where there are no threads, or Parley may not read them
   */
  threads(channel: ChannelPlace, options: ThreadsOptions, signal: AbortSignal): Promise<ThreadsPage>;
}

export interface ThreadsOptions {
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface ThreadsPage {
  readonly threads: readonly PlatformThread[];
  readonly next?: string;
}

export interface PlatformThread {
  /** With `thread`: what was said in it is its `history`. */
  readonly place: Place;
  /** The key that a message in it has. */
  readonly conversation: ConversationKey;
  /** What it hangs on; may be gone, or where a thread began by itself never have been. */
  readonly root: MessageId;
  /** When something was last said in it, where the list says so; milliseconds since the epoch. */
  readonly lastAt?: number;
  /** Fewer people than the channel's may read it. */
  readonly isPrivate?: true;
}
