import { expect, test } from "vitest";

import { calculate } from "../../../../src/adapters/openai/offline/arithmetic.ts";

test.each([
  ["1 + 2 * 3", "7"],
  ["(1 + 2) * 3", "9"],
  ["2 ^ 3 ^ 2", "512"],
  ["-4 + 10", "6"],
  ["2 * -3", "-6"],
  ["0.1 + 0.2", "0.3"],
  ["7 divided by 2", "3.5"],
  ["12 times 12", "144"],
  ["3 x 4", "12"],
  ["15% of 80", "12"],
  ["what is 1,000 plus 24?", "1024"],
  ["the square root of 144", "12"],
  ["ten is 20 − 10, right?", "10"],
])("%s is %s", (text, result) => {
  expect(calculate(text)?.result).toBe(result);
});

test("a division by zero has no result", () => {
  expect(calculate("10 / 0")).toMatchObject({ result: undefined });
});

test.each(["no numbers", "version 24", "on 2026-11-22", "(1 + 2", "1 + + 2 +", "call 5"])(
  "%s is no calculation",
  (text) => {
    expect(calculate(text)?.result).toBeUndefined();
  },
);
