import type { Place } from "./event.ts";
import type { ChannelId, MessageId, ThreadId } from "./ids.ts";

/** Addresses at which people read what was said, and the way back. */
export interface Links {
  /** Where people read a message, as far as that is known by now. */
  linkTo(place: Place, message: MessageId): string | undefined;
  /** What such an address names; nothing for any other. It says nothing of whether it exists. */
  readLink(link: string): LinkedSpot | undefined;
}

export interface LinkedSpot {
  readonly channel: ChannelId;
  readonly thread?: ThreadId;
  readonly message?: MessageId;
}
