import { describe, expect, it } from "vitest";

import { askFaultyModel } from "../support/faulty-model.ts";

describe("a model service of which a third fails", { timeout: 120_000 }, () => {
  it("leaves an answer or an explanation to each question, and is not asked over and over", async () => {
    const report = await askFaultyModel("Discord", 200, 0.3);
    expect(report.answered + report.explained).toBe(report.questions);
    expect(report.doubled).toBe(0);
    expect(report.explained).toBeGreaterThan(0);
    // Three of ten faults are worth another call at once, and the next may fail as well.
    expect(report.callsEach).toBeLessThanOrEqual(1.25);
  });
});
