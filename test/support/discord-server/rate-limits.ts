// developers/topics/rate-limits. The numbers per route are not documented; these are what the headers say in practice.

export interface Limit {
  readonly count: number;
  readonly windowMs: number;
}

export interface RateLimitOptions {
  /** Keyed as `POST /channels/:channel/messages`; added to the usual ones. */
  readonly routes?: Readonly<Record<string, Limit>>;
  readonly global?: Limit;
}

const usualRoutes: Readonly<Record<string, Limit>> = {
  "POST /channels/:channel/messages": { count: 5, windowMs: 5_000 },
  "PATCH /channels/:channel/messages/:message": { count: 5, windowMs: 5_000 },
  "DELETE /channels/:channel/messages/:message": { count: 5, windowMs: 1_000 },
  "GET /channels/:channel/messages": { count: 5, windowMs: 5_000 },
  "POST /channels/:channel/typing": { count: 5, windowMs: 5_000 },
  "PUT /channels/:channel/messages/:message/reactions/:emoji/@me": { count: 1, windowMs: 250 },
  "POST /channels/:channel/messages/:message/threads": { count: 50, windowMs: 300_000 },
  "POST /channels/:channel/threads": { count: 50, windowMs: 300_000 },
  "POST /webhooks/:application/:token": { count: 5, windowMs: 2_000 },
  "PATCH /webhooks/:application/:token/messages/:message": { count: 5, windowMs: 2_000 },
};
const usualGlobal: Limit = { count: 50, windowMs: 1_000 };
const majorParameters = ["channel", "guild", "application", "token"];

export interface RateVerdict {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterMs: number;
  readonly isGlobal: boolean;
  /** The client had been told before that nothing was left. */
  readonly cameEarly: boolean;
}

interface Bucket {
  used: number;
  resetsAtMs: number;
  /** An answer has said that nothing is left. */
  told: boolean;
}

/** Fixed windows per route and major parameter that begin with their first request. */
export function createRateLimits(options: RateLimitOptions, now: () => number) {
  const routes = { ...usualRoutes, ...options.routes };
  const global = options.global ?? usualGlobal;
  const buckets = new Map<string, Bucket>();

  function take(key: string, limit: Limit): { readonly bucket: Bucket; readonly allowed: boolean } {
    const at = now();
    const known = buckets.get(key);
    const bucket =
      known && known.resetsAtMs > at ? known : { used: 0, resetsAtMs: at + limit.windowMs, told: false };
    buckets.set(key, bucket);
    const allowed = bucket.used < limit.count;
    if (allowed) bucket.used++;
    return { bucket, allowed };
  }

  return function judge(
    method: string,
    route: string,
    params: Readonly<Record<string, string>>,
  ): RateVerdict | undefined {
    const isInteraction = route.startsWith("/interactions/") || route.startsWith("/webhooks/");
    const key = `${method} ${route}`;
    const limit = routes[key];
    if (!isInteraction) {
      const { bucket, allowed } = take("global", global);
      if (!allowed) {
        const cameEarly = bucket.told;
        bucket.told = true;
        const headers = { "x-ratelimit-global": "true", "x-ratelimit-scope": "global" };
        return { allowed, headers, retryAfterMs: bucket.resetsAtMs - now(), isGlobal: true, cameEarly };
      }
    }
    if (!limit) return undefined;
    const major = majorParameters.flatMap((name) => params[name] ?? []).join(":");
    const { bucket, allowed } = take(`${key} ${major}`, limit);
    const cameEarly = !allowed && bucket.told;
    bucket.told ||= bucket.used >= limit.count;
    const resetAfterMs = bucket.resetsAtMs - now();
    const headers = {
      "x-ratelimit-limit": String(limit.count),
      "x-ratelimit-remaining": String(limit.count - bucket.used),
      "x-ratelimit-reset": (bucket.resetsAtMs / 1_000).toFixed(3),
      "x-ratelimit-reset-after": (resetAfterMs / 1_000).toFixed(3),
      "x-ratelimit-bucket": Buffer.from(key).toString("hex").slice(-32),
      ...(!allowed && { "x-ratelimit-scope": "user" }),
    };
    return { allowed, headers, retryAfterMs: resetAfterMs, isGlobal: false, cameEarly };
  };
}
