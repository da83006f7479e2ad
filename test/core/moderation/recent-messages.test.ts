import fc from "fast-check";
import { expect, test } from "vitest";

import { createNormalise } from "../../../src/core/moderation/normalise.ts";
import { withRecent } from "../../../src/core/moderation/recent-messages.ts";

const minute = 60_000;
const at = 100 * minute;

test("a text that is cut in pieces is seen whole, wherever it is cut", async () => {
  const whole = "i want to kill you";
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 }), async (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const pieces = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)];
      const said = pieces.map((text, i) => ({ text, at: at + i * 1_000 }));
      const [last = { text: "", at }] = said.splice(-1);
      const seen = withRecent(last, said).join("\n").replaceAll(/\s+/g, " ");
      // A cut between two words takes the space with it where the platform trims.
      expect(seen.replaceAll(" ", "")).toContain(whole.replaceAll(" ", ""));
    }),
  );
});

test("letters that come one by one are seen as a word", async () => {
  const said = [..."kil"].map((text, i) => ({ text, at: at + i }));
  const joined = withRecent({ text: "l", at: at + 9 }, said);
  const ways = (await Promise.all(joined.map(createNormalise()))).flat();
  expect(ways).toContain("kill");
});

test.each([
  ["nothing was said before", [], []],
  ["what was said is old", [{ text: "old", at: at - 11 * minute }], []],
  ["it was said later", [{ text: "later", at: at + 1 }], []],
  ["it was empty", [{ text: " \n", at }], []],
  ["it was just now", [{ text: "then", at: at - minute }], ["then\nnow", "thennow"]],
])("%s", (_case, earlier, expected) => {
  expect(withRecent({ text: "now", at }, earlier)).toEqual(expected);
});

test("no more than the last four messages and 2,000 characters are looked at", () => {
  const many = Array.from({ length: 9 }, (_message, i) => ({ text: `m${i}`, at: at - 9 + i }));
  expect(withRecent({ text: "now", at }, many)[0]).toBe("m5\nm6\nm7\nm8\nnow");
  const long = [{ text: `${"x".repeat(5_000)}end`, at }];
  const [apart = ""] = withRecent({ text: "now", at }, long);
  expect(apart).toHaveLength(2_000 + "\nnow".length);
  expect(apart).toContain("end\nnow");
});
