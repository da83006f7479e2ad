import { afterAll, describe, expect, it } from "vitest";

import { createCharts } from "../../../src/adapters/charts/charts.ts";
import { readImageHeader } from "../../../src/adapters/attachments/image-header.ts";
import type { CostChart } from "../../../src/core/report/chart.ts";

const never = new AbortController().signal;
const charts = createCharts();
afterAll(() => charts.close());

function chartOf(models: readonly string[], changes: Partial<CostChart> = {}): CostChart {
  return {
    theme: "light",
    title: "$12.34",
    subtitle: "this month",
    models,
    days: Array.from({ length: 30 }, (_, day) => ({
      label: `${day + 1} Nov`,
      byModel: models.map((_model, i) => (day + 1) * (i + 1) * 10_000),
    })),
    shares: models.length === 0 ? [] : [{ label: "answers", microUsd: 1e6, value: "$1.00 · 100 %" }],
    headings: { days: "By day and model", shares: "What for" },
    nothing: "Nothing was spent.",
    ...changes,
  };
}

const draw = (chart: CostChart) => charts.drawCosts(chart, never);

describe("a map of threads", { timeout: 120_000 }, () => {
  it.each([0, 1, 5, 20])("of %d groups is as wide, whatever they are called", async (count) => {
    const names = [
      "keys, signing",
      "デプロイ, 更新",
      "🚀",
      "</text><script>&",
      "\u0000\ud800",
      "x".repeat(300),
    ];
    for (const theme of ["light", "dark"] as const) {
      const groups = Array.from({ length: count }, (_, i) => ({
        label: `${i + 1}. ${names[i % names.length] ?? ""}`,
        points: Array.from({ length: i + 1 }, (_point, at) => [Math.cos(at), i] as const),
      }));
      const map = { kind: "map", theme, title: names.join(" "), subtitle: "&<>", groups } as const;
      // oxlint-disable-next-line no-await-in-loop -- drawn one after the other.
      expect(readImageHeader(await charts.drawMap(map, never))).toMatchObject({ width: 1_576 });
    }
  });
});

describe("a picture of costs", { timeout: 120_000 }, () => {
  it.each(["light", "dark"] as const)("is as wide whatever it shows, in %s", async (theme) => {
    const names = [
      "gpt-6-luna",
      "工程部モデル",
      "🚀 rocket",
      "</text><script>&",
      "\u0000\ud800 broken",
      "x".repeat(200),
      "b",
    ];
    for (const models of [[], names.slice(0, 1), names]) {
      // oxlint-disable-next-line no-await-in-loop -- drawn one after the other.
      const png = await draw(chartOf(models, { theme, title: names.join(" "), subtitle: "&<>\u0008" }));
      expect(readImageHeader(png)).toMatchObject({ width: 1_576 });
    }
  });

  it.each(["工程部", "한국어", "🚀", "Ωмега", "ﷺ"])("has a glyph for %s", async (text) => {
    // A character without one leaves nothing, or the same box as any other.
    const [drawn, missing] = await Promise.all([
      draw(chartOf([], { title: text })),
      draw(chartOf([], { title: "\u{10FFFD}".repeat([...text].length) })),
    ]);
    const empty = await draw(chartOf([], { title: "" }));
    expect(Buffer.compare(drawn, empty)).not.toBe(0);
    expect(Buffer.compare(drawn, missing)).not.toBe(0);
  });

  it("that is given up leaves the next one to be drawn", async () => {
    const ended = new AbortController();
    const drawing = charts.drawCosts(chartOf(["m"]), ended.signal);
    ended.abort();
    await expect(drawing).rejects.toMatchObject({ code: "aborted" });
    expect((await draw(chartOf(["m"]))).length).toBeGreaterThan(1_000);
  });

  it("that takes too long is given up", async () => {
    const hasty = createCharts({ timeoutMs: 1 });
    await expect(hasty.drawCosts(chartOf(["m"]), never)).rejects.toMatchObject({ code: "internal" });
    await hasty.close();
  });
});
