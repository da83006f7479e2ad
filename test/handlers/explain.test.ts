import { describe, expect, it } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { en } from "../../src/core/words/en.ts";
import { createExplain } from "../../src/handlers/explain.ts";
import { createMemoryLog } from "../support/log.ts";

function explainWith() {
  const log = createMemoryLog();
  return {
    log,
    explain: createExplain({ words: en, newId: () => "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", log }),
  };
}

describe("explain", () => {
  it("ties the sentence to a log line by one reference", () => {
    const { log, explain } = explainWith();
    const sentence = explain(new AppError("model_unreachable", "refused"), { conversation: "k" });
    expect(sentence).toBe(`${en.errors.model_unreachable({})} *Reference 0a1b2c3d*`);
    expect(log.lines).toMatchObject([
      { level: "error", fields: { reference: "0a1b2c3d", code: "model_unreachable", conversation: "k" } },
    ]);
  });

  it.each([
    [5_000, "wait 5 seconds"],
    [400, "wait 1 second."],
    [600_000, "wait 10 minutes"],
  ])("says how long to wait after %i ms", (retryAfterMs, words) => {
    expect(
      explainWith().explain(new AppError("model_rate_limited", "slow down", { retryAfterMs }), {}),
    ).toContain(words);
  });

  it("shows and logs nothing of what a foreign error says", () => {
    const { log, explain } = explainWith();
    const sentence = explain(new Error("canary: the message of a person"), {});
    expect(sentence).toContain(en.errors.internal({}));
    expect(JSON.stringify([sentence, log.lines])).not.toContain("canary");
  });

  it("has a sentence with a next step for every code", () => {
    for (const code of Object.keys(en.errors) as ErrorCode[])
      expect(en.errors[code]({}).length).toBeGreaterThan(40);
  });
});
