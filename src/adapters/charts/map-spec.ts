import type { TopLevelSpec } from "vega-lite";

import type { MapChart } from "../../core/threads/map-chart.ts";
import { fontPx, palette, themes, widthPx } from "./cost-spec.ts";

/** More colours than that are hard to tell apart; the marks of the next groups have another shape. */
const shapes = ["circle", "square", "triangle-up", "diamond", "cross"] as const;
const heightPx = 520;
/** The room of the dollars beside the chart of costs. */
const besidePx = 92;
const fewPoints = 60;
const maxLabelChars = 60;

/** A point for each thread, coloured by its group, with the groups named below, as wide as a picture of costs. */
export function mapSpec({ theme, groups }: MapChart, family: string): TopLevelSpec {
  const colours = themes[theme];
  const labels = groups.map(({ label }) => shorten(label));
  const values = groups.flatMap(({ points }, i) => points.map(([x, y]) => ({ x, y, group: labels[i] })));
  const bright = palette.slice(0, -1);
  const colourOf = (_label: string, i: number) => bright[i % bright.length] ?? "";
  const shapeOf = (_label: string, i: number) =>
    shapes[Math.floor(i / bright.length) % shapes.length] ?? "circle";
  const axis = { grid: true, labels: false, ticks: false, domain: false, title: null, tickCount: 4 } as const;
  // What is near an edge has room for all of its mark.
  const scale = { zero: false, nice: true, padding: 24 } as const;
  return {
    padding: 0,
    background: colours.background,
    // The line around it is as wide as its marks may be cut.
    width: widthPx + besidePx - 2,
    height: heightPx,
    encoding: {
      x: { field: "x", type: "quantitative", axis, scale },
      y: { field: "y", type: "quantitative", axis, scale },
    },
    layer: [
      {
        data: { values },
        mark: {
          type: "point",
          filled: true,
          size: values.length <= fewPoints ? 320 : 110,
          opacity: values.length <= fewPoints ? 0.9 : 0.7,
        },
        encoding: {
          color: { field: "group", type: "nominal", scale: { domain: labels, range: labels.map(colourOf) } },
          shape: { field: "group", type: "nominal", scale: { domain: labels, range: labels.map(shapeOf) } },
        },
      },
      // The number of each group at its middle, readable on any ground.
      ...[{ stroke: colours.background, strokeWidth: 6 }, {}].map((halo) => ({
        data: { values: groups.map(({ points }, i) => ({ ...middleOf(points), number: String(i + 1) })) },
        mark: {
          type: "text" as const,
          fontSize: fontPx + 9,
          fontWeight: "bold" as const,
          color: colours.text,
          // Over a crowd, and beside a mark that stands alone.
          dy: values.length <= fewPoints ? -24 : 0,
          ...halo,
        },
        encoding: { text: { field: "number", type: "nominal" as const } },
      })),
    ],
    config: {
      font: family,
      view: { stroke: colours.line },
      axis: { gridColor: colours.line },
      legend: {
        labelFontSize: fontPx,
        labelColor: colours.text,
        labelLimit: 0,
        symbolSize: 240,
        rowPadding: 8,
        title: null,
        orient: "bottom",
        columns: 1,
        offset: 18,
      },
    },
  };
}

function middleOf(points: MapChart["groups"][number]["points"]): { readonly x: number; readonly y: number } {
  const sum = (of: 0 | 1) => points.reduce((all, point) => all + point[of], 0);
  const count = Math.max(1, points.length);
  return { x: sum(0) / count, y: sum(1) / count };
}

function shorten(label: string): string {
  const characters = [...label];
  return characters.length <= maxLabelChars ? label : `${characters.slice(0, maxLabelChars - 1).join("")}…`;
}
