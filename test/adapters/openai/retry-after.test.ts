import { expect, test } from "vitest";

import { readRetryAfterMs } from "../../../src/adapters/openai/retry-after.ts";

const date = "Sun, 22 Nov 2026 10:00:00 GMT";

test.each<readonly [Record<string, string>, number | undefined]>([
  [{ "retry-after": "3" }, 3_000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after-ms": "250", "retry-after": "3" }, 250],
  [{ "retry-after-ms": "soon", "retry-after": "3" }, 3_000],
  [{ date, "retry-after": "Sun, 22 Nov 2026 10:01:00 GMT" }, 60_000],
  [{ date, "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT" }, 0],
  // Without the service's clock a date says nothing.
  [{ "retry-after": "Sun, 22 Nov 2026 10:01:00 GMT" }, undefined],
  [{ "retry-after": "-3" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{}, undefined],
])("%o asks for %s milliseconds", (headers, ms) => {
  expect(readRetryAfterMs(new Headers(headers))).toBe(ms);
});
