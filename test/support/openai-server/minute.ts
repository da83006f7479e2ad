import { Refusal } from "./refusal.ts";

export interface MinuteRates {
  readonly requests: number;
  readonly tokens: number;
}

const minuteMs = 60_000;

/** Counts what is asked for in a minute, says so in headers as OpenAI does, and refuses more. */
export function createMinute({ requests, tokens }: MinuteRates) {
  let taken: readonly { readonly at: number; readonly tokens: number }[] = [];
  return {
    /** The headers of the answer. @throws Refusal 429 */
    take(cost: number): Readonly<Record<string, string>> {
      const now = Date.now();
      taken = taken.filter(({ at }) => at > now - minuteMs);
      const used = taken.reduce((sum, each) => sum + each.tokens, 0);
      const fits = taken.length < requests && used + cost <= tokens;
      if (fits) taken = [...taken, { at: now, tokens: cost }];
      const waitMs = (taken[0]?.at ?? now) + minuteMs - now;
      const left = fits ? Math.max(0, tokens - used - cost) : Math.max(0, tokens - used);
      const headers = {
        "x-ratelimit-limit-requests": String(requests),
        "x-ratelimit-limit-tokens": String(tokens),
        "x-ratelimit-remaining-requests": String(Math.max(0, requests - taken.length)),
        "x-ratelimit-remaining-tokens": String(left),
        "x-ratelimit-reset-requests": `${waitMs}ms`,
        "x-ratelimit-reset-tokens": `${waitMs}ms`,
      };
      if (fits) return headers;
      throw new Refusal(
        429,
        { message: "Rate limit reached", type: "requests", code: "rate_limit_exceeded" },
        { ...headers, "retry-after-ms": String(waitMs) },
      );
    },
  };
}
