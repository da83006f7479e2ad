import fc from "fast-check";
import { expect, test } from "vitest";

import { formatAmount, formatExactAmount, readAmount } from "../../src/core/amount.ts";

test.each<[text: string, microUsd: number | undefined]>([
  ["5", 5_000_000],
  ["$5", 5_000_000],
  ["$ 5", 5_000_000],
  ["US$5", 5_000_000],
  ["5$", 5_000_000],
  ["0.50", 500_000],
  [".5", 500_000],
  ["0.000001", 1],
  ["$1,250.00", 1_250_000_000],
  ["5 USD", 5_000_000],
  ["1000000", 1_000_000_000_000],
  ["1000001", undefined],
  ["0", undefined],
  ["0.00", undefined],
  ["-5", undefined],
  ["−5", undefined],
  ["", undefined],
  ["$", undefined],
  [".", undefined],
  ["5.", undefined],
  ["1,25", undefined],
  ["1e3", undefined],
  ["NaN", undefined],
  ["Infinity", undefined],
  ["0.0000001", undefined],
  ["five", undefined],
  ["5 EUR", undefined],
])("%j is %j millionths of a dollar", (text, microUsd) => {
  expect(readAmount(text)).toBe(microUsd);
});

test("an amount that is written out in full is read as the same again", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), (microUsd) => {
      expect(readAmount(formatExactAmount(microUsd))).toBe(microUsd);
    }),
  );
});

test.each<[microUsd: number, text: string]>([
  [5_000_000, "$5.00"],
  [1_250_004_000, "$1,250.00"],
  [400, "$0.0004"],
  [0, "$0.00"],
])("%d is shown as %s", (microUsd, text) => {
  expect(formatAmount(microUsd)).toBe(text);
});
