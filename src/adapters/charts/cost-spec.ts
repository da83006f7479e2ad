import type { TopLevelSpec } from "vega-lite";
import type { Field } from "vega-lite/types_unstable/channeldef.js";
import type { LayerSpec, UnitSpec } from "vega-lite/types_unstable/spec/index.js";

import type { CostChart } from "../../core/report/chart.ts";

/** Told apart by people who don't see all colours (Okabe and Ito, Color Universal Design); the last one is for the rest. */
export const palette: readonly string[] = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#CC79A7",
  "#56B4E9",
  "#D55E00",
  "#8A8F98",
];

export const themes = {
  light: { background: "#FFFFFF", text: "#1F2328", faint: "#59636E", line: "#D8DEE4" },
  dark: { background: "#16181D", text: "#F0F3F6", faint: "#A8B1BB", line: "#343A42" },
} as const;

/** In the units of the picture; it is drawn larger than that. */
export const widthPx = 640;
const daysHeightPx = 260;
const nothingHeightPx = 150;
const shareHeightPx = 52;
export const fontPx = 17;
/** About as many labels of days stand beside each other. */
const maxDayLabels = 7;

/** Bars by day, stacked by model, over bars for what it was spent on. */
export function costSpec(chart: CostChart, family: string): TopLevelSpec {
  const colours = themes[chart.theme];
  const isEmpty = chart.days.every(({ byModel }) => byModel.every((each) => each === 0));
  const heading = (text: string) => ({ text, color: colours.text });
  const parts = isEmpty
    ? [drawNothing(chart, colours.faint)]
    : [
        { title: heading(chart.headings.days), ...drawDays(chart) },
        { title: heading(chart.headings.shares), ...drawShares(chart) },
      ];
  return {
    padding: 0,
    background: colours.background,
    vconcat: parts,
    spacing: 36,
    resolve: { legend: { color: "independent" } },
    config: {
      font: family,
      view: { stroke: null },
      title: { anchor: "start", frame: "group", fontSize: fontPx, offset: 16 },
      axis: {
        labelFontSize: fontPx - 1,
        labelColor: colours.faint,
        gridColor: colours.line,
        domainColor: colours.line,
        labelPadding: 8,
        title: null,
        ticks: false,
      },
      text: { fontSize: fontPx - 1, color: colours.text },
      legend: {
        labelFontSize: fontPx - 1,
        labelColor: colours.text,
        labelLimit: 0,
        symbolSize: 220,
        symbolType: "square",
        rowPadding: 8,
        columnPadding: 20,
        title: null,
        orient: "bottom",
        columns: 2,
        offset: 16,
      },
    },
  };
}

type Part = LayerSpec<Field> | UnitSpec<Field>;

function drawDays(chart: CostChart): Part {
  const { days, models } = chart;
  const every = Math.ceil(days.length / maxDayLabels);
  const labelled = days.filter((_, i) => i % every === 0).map(({ label }) => label);
  const bars = days.flatMap(({ label, byModel }, day) =>
    models.map((model, i) => ({ day, label, model, order: i, usd: (byModel[i] ?? 0) / 1e6 })),
  );
  // What isn't named is grey, however few are.
  const range = models.map((_, i) => palette[Math.min(i, palette.length - 1)] ?? "");
  return {
    width: widthPx,
    height: daysHeightPx,
    data: { values: bars },
    mark: { type: "bar" },
    encoding: {
      x: {
        field: "label",
        type: "ordinal",
        sort: { field: "day" },
        scale: { paddingInner: 0.25, paddingOuter: 0.1 },
        axis: { values: labelled, labelAngle: 0, labelOverlap: true, labelFlush: true, grid: false },
      },
      y: {
        field: "usd",
        type: "quantitative",
        // The left edge is the one of everything above and below.
        axis: { orient: "right", format: dollarFormat(chart), tickCount: 4, domain: false },
      },
      color: { field: "model", type: "nominal", scale: { domain: [...models], range } },
      order: { field: "order", type: "quantitative" },
    },
  };
}

/** A line of words over each bar. */
function drawShares({ shares }: CostChart): Part {
  const values = shares.map(({ label, value, microUsd }) => ({
    row: label,
    text: `${label} · ${value}`,
    usd: microUsd / 1e6,
  }));
  const most = Math.max(...values.map(({ usd }) => usd));
  return {
    width: widthPx,
    height: shares.length * shareHeightPx,
    data: { values },
    encoding: { y: { field: "row", type: "nominal", sort: null, axis: null } },
    layer: [
      {
        mark: { type: "bar", color: palette[0] ?? "", height: 14, yOffset: 12, cornerRadiusEnd: 2 },
        encoding: {
          x: { field: "usd", type: "quantitative", axis: null, scale: { domain: [0, most || 1] } },
        },
      },
      {
        mark: { type: "text", align: "left", dy: -10 },
        encoding: { x: { value: 0 }, text: { field: "text", type: "nominal" } },
      },
    ],
  };
}

function drawNothing({ nothing }: CostChart, color: string): Part {
  return {
    width: widthPx,
    height: nothingHeightPx,
    data: { values: [{}] },
    mark: { type: "text", fontSize: fontPx + 3, color },
    encoding: {
      x: { value: widthPx / 2 },
      y: { value: nothingHeightPx / 2 },
      text: { value: nothing },
    },
  };
}

/** As many digits as the bars are high. */
function dollarFormat({ days }: CostChart): string {
  const highest = Math.max(0, ...days.map(({ byModel }) => byModel.reduce((sum, each) => sum + each, 0)));
  if (highest >= 10_000_000) return "$,.0f";
  if (highest >= 100_000) return "$,.2f";
  return "$,.2~g";
}
