import { expect, it } from "vitest";

import { writeUsd } from "../../src/core/words/money.ts";

it.each([
  [0, "$0.00"],
  [1, "$0.000001"],
  [4_200, "$0.0042"],
  [4_249, "$0.0042"],
  [168, "$0.00017"],
  [10_000, "$0.01"],
  [42_130, "$0.0421"],
  [999_999, "$1.00"],
  [1_234_567, "$1.23"],
  [12_345_678_901, "$12,345.68"],
  [-4_200, "−$0.0042"],
])("%d micro-USD are written %s", (microUsd, written) => expect(writeUsd(microUsd)).toBe(written));
