// docs.slack.dev/apis/web-api/rate-limits: tiers per method, workspace and app; each method's tier is on its own page.

export interface Limit {
  readonly count: number;
  readonly windowMs: number;
  /** Counted per channel too. */
  readonly perChannel?: boolean;
}

export type RateLimitOptions = Readonly<Record<string, Limit>>;

const perMinute = (count: number): Limit => ({ count, windowMs: 60_000 });
const tier2 = perMinute(20);
const tier3 = perMinute(50);
const tier4 = perMinute(100);

const usual: RateLimitOptions = {
  // "Allows 1 message per second per channel, with short bursts" (the page above, Posting messages).
  "chat.postMessage": { count: 5, windowMs: 5_000, perChannel: true },
  "chat.update": tier3,
  "chat.delete": tier3,
  "chat.postEphemeral": tier4,
  "chat.startStream": tier2,
  "chat.appendStream": tier4,
  "chat.stopStream": tier2,
  "conversations.info": tier3,
  "conversations.history": tier3,
  "conversations.replies": tier3,
  "conversations.members": tier4,
  "conversations.open": tier3,
  "conversations.list": tier2,
  "users.conversations": tier3,
  "users.info": tier4,
  "users.list": tier2,
  "bots.info": tier3,
  "reactions.add": tier3,
  "reactions.remove": tier2,
  "files.info": tier4,
  "files.getUploadURLExternal": tier4,
  "files.completeUploadExternal": tier4,
  "views.open": tier4,
  "assistant.threads.setSuggestedPrompts": tier4,
  "assistant.threads.setTitle": tier4,
  "agents.sessions.setStatus": tier3,
  "agents.sessions.rename": tier3,
  "apps.connections.open": tier3,
};

export type RateVerdict =
  | { readonly allowed: true; readonly cameEarly: boolean }
  | { readonly allowed: false; readonly cameEarly: boolean; readonly retryAfterSec: number };

interface Window {
  /** When calls were let through, oldest first. */
  taken: number[];
  /** The client was told to wait until then. */
  waitUntil: number;
}

/** A sliding window per method (and channel); `off` lets everything through. `now` in milliseconds. */
export function createRateLimits(options: "off" | RateLimitOptions, now: () => number) {
  const limits: RateLimitOptions = options === "off" ? {} : { ...usual, ...options };
  const windows = new Map<string, Window>();

  function windowOf(method: string, channel: string | undefined): Window {
    const key = (limits[method] ?? usual[method])?.perChannel ? `${method} ${channel}` : method;
    const known = windows.get(key) ?? { taken: [], waitUntil: 0 };
    windows.set(key, known);
    return known;
  }

  return {
    judge(method: string, channel: string | undefined): RateVerdict {
      const window = windowOf(method, channel);
      const at = now();
      const cameEarly = at < window.waitUntil;
      const limit = limits[method];
      if (!limit) return { allowed: true, cameEarly };
      window.taken = window.taken.filter((time) => time > at - limit.windowMs);
      const oldest = window.taken[0];
      if (oldest === undefined || window.taken.length < limit.count) {
        window.taken.push(at);
        return { allowed: true, cameEarly };
      }
      const retryAfterSec = Math.max(1, Math.ceil((oldest + limit.windowMs - at) / 1_000));
      window.waitUntil = at + retryAfterSec * 1_000;
      return { allowed: false, cameEarly, retryAfterSec };
    },
    /** The client was told to wait for another reason. */
    noteWait(method: string, channel: string | undefined, retryAfterSec: number): void {
      windowOf(method, channel).waitUntil = now() + retryAfterSec * 1_000;
    },
  };
}

export type RateLimits = ReturnType<typeof createRateLimits>;
