/**
 * How long a response asks to wait, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date,
 * which is read by the service's own clock (`date`). `undefined` where it asks nothing that can be read.
 */
export function readRetryAfterMs(headers: Headers): number | undefined {
  const inMs = numberOf(headers.get("retry-after-ms"));
  if (inMs !== undefined) return inMs;
  const value = headers.get("retry-after");
  const inSeconds = numberOf(value);
  if (inSeconds !== undefined) return inSeconds * 1000;
  const waitMs = Date.parse(value ?? "") - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

function numberOf(value: string | null): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
