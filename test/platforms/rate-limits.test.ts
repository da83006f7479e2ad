import { describe, expect, it } from "vitest";

import { stormOfRefusals, storms } from "../support/refusal-storm.ts";

const bounds = { stormMs: 6_000, replies: 20 };

describe.concurrent("refusals for going too fast", { timeout: 60_000 }, () => {
  it.each(storms)("in $title $what cost no answer, and nobody comes too early", async (storm) => {
    const report = await stormOfRefusals(storm, bounds);
    expect(report.whole).toEqual(Array.from({ length: report.replies }, (_, i) => i));
    expect(report.refused).toBeGreaterThan(3);
    expect(report.tooEarly).toEqual([]);
    expect(report.metrics).toMatch(
      /parley_rate_limit_wait_seconds_total\{platform="\w+",method="[\w.]+"\} [1-9]/,
    );
  });
});
