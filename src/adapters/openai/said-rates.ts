import type { SaidRates } from "../../core/rate-limit.ts";

/**
 * The rates that a response names in its `x-ratelimit-*` headers. Where requests or tokens are used up, nothing is to be asked
 * until they come back. Source: the provider's rate-limit guide, "Rate limits in headers".
 */
export function readSaidRates(headers: Headers): SaidRates {
  const requestsPerMinute = countIn(headers, "limit-requests");
  const tokensPerMinute = countIn(headers, "limit-tokens");
  const pauses = (["requests", "tokens"] as const).flatMap((what) => {
    const resetMs = readResetMs(headers.get(`x-ratelimit-reset-${what}`));
    return headers.get(`x-ratelimit-remaining-${what}`) === "0" && resetMs !== undefined ? [resetMs] : [];
  });
  return {
    // None at all is no rate but another kind of refusal.
    ...(requestsPerMinute && { requestsPerMinute }),
    ...(tokensPerMinute && { tokensPerMinute }),
    ...(pauses.length > 0 && { pauseMs: Math.max(...pauses) }),
  };
}

function countIn(headers: Headers, name: string): number | undefined {
  const value = headers.get(`x-ratelimit-${name}`);
  return value !== null && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** `1s`, `6m0s`, `8.64s`, `120ms` */
function readResetMs(value: string | null): number | undefined {
  if (value === null || !/^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/.test(value)) return undefined;
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g);
  return [...parts].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
}
