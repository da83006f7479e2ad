import { parentPort, workerData } from "node:worker_threads";

import { Resvg } from "@resvg/resvg-js";
import { parse, View } from "vega";
import { compile } from "vega-lite";

import type { CostChart } from "../../core/report/chart.ts";
import type { MapChart } from "../../core/threads/map-chart.ts";
import { costSpec } from "./cost-spec.ts";
import { mapSpec } from "./map-spec.ts";
import { frameChart, withDrawableWords } from "./frame.ts";

/** What the thread of pictures is begun with. */
export interface DrawingFonts {
  readonly files: readonly string[];
  readonly family: string;
}

export type Chart = CostChart | MapChart;

export interface DrawingTask {
  readonly id: number;
  readonly chart: Chart;
}

export interface Drawing {
  readonly id: number;
  /** A PNG, or why there is none. */
  readonly png?: Uint8Array;
  readonly problem?: string;
}

/** Twice as fine as it is laid out, for screens that show that. */
const zoom = 2;
const { files, family } = workerData as DrawingFonts;

async function draw(asked: Chart): Promise<Uint8Array> {
  const chart = withDrawableWords(asked);
  const { spec } = compile("kind" in chart ? mapSpec(chart, family) : costSpec(chart, family));
  const view = new View(parse(spec), { renderer: "none" });
  try {
    const svg = frameChart(await view.toSVG(), chart, family);
    const font = { fontFiles: [...files], loadSystemFonts: false, defaultFontFamily: family };
    return new Resvg(svg, { fitTo: { mode: "zoom", value: zoom }, font }).render().asPng();
  } finally {
    view.finalize();
  }
}

async function answer({ id, chart }: DrawingTask): Promise<void> {
  try {
    const png = Uint8Array.from(await draw(chart));
    parentPort?.postMessage({ id, png } satisfies Drawing, [png.buffer]);
  } catch (error) {
    const problem = error instanceof Error ? error.message : "unknown";
    parentPort?.postMessage({ id, problem } satisfies Drawing);
  }
}

parentPort?.on("message", (task: DrawingTask) => void answer(task));
