import type { RateLimitOptions } from "./rate-limits.ts";

export interface SlackServerOptions {
  /** Any free port when left out. */
  readonly port?: number;
  /** How events reach the app. Over HTTP they go to `eventsUrl`. */
  readonly mode?: "socket" | "http";
  /** The app's request URL; `connectTo` says it later. */
  readonly eventsUrl?: string;
  /** The app is an agent (`features.agent_view`); true when left out. */
  readonly agentView?: boolean;
  readonly scopes?: readonly string[];
  /** What the app is subscribed to, such as `message.channels`; everything when left out. */
  readonly subscriptions?: readonly string[];
  /** `app_mention` comes before the `message` event of the same message. */
  readonly mentionFirst?: boolean;
  /** How long Slack waits for an ack; 3 s when left out. */
  readonly ackTimeoutMs?: number;
  /** Between a failed attempt at an event and the next; at once, 1 min, 5 min when left out. */
  readonly retryDelaysMs?: readonly number[];
  readonly pingIntervalMs?: number;
  /** How long a stream stays open, whatever is appended; 5 min when left out. */
  readonly streamLifeMs?: number;
  /** Streams only in direct messages, as in workspaces where channels answer `channel_type_not_supported`. */
  readonly streamsInImsOnly?: boolean;
  /** Off when left out; `real` with the documented numbers. */
  readonly limits?: "off" | "real" | RateLimitOptions;
  /** A benchmark keeps nothing of the bodies. */
  readonly recordBodies?: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}
