import type { Chart } from "./worker.ts";
import { fontPx, themes, widthPx } from "./cost-spec.ts";

const paddingPx = 28;
const titlePx = 28;
const headHeightPx = 84;
/** Beside the bars stand the dollars. */
const besidePx = 92;

/** The chart under its title, on the ground of its theme. Of any words of any length, the picture is as wide. */
export function frameChart(chartSvg: string, { theme, title, subtitle }: Chart, family: string): string {
  const { background, text, faint } = themes[theme];
  const size = /viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"/.exec(chartSvg);
  const chartHeight = Math.ceil(Number(size?.[4] ?? 0));
  const width = widthPx + besidePx + 2 * paddingPx;
  const height = chartHeight + headHeightPx + 2 * paddingPx;
  const words = (y: number, px: number, fill: string, said: string, weight = "normal") =>
    `<text x="${paddingPx}" y="${y}" font-family="${family}" font-size="${px}" font-weight="${weight}" fill="${fill}">${escapeXml(said)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    words(paddingPx + titlePx, titlePx, text, title, "bold"),
    words(paddingPx + titlePx + 30, fontPx, faint, subtitle),
    `<g transform="translate(${paddingPx},${paddingPx + headHeightPx})">${withoutDeclaration(chartSvg)}</g>`,
    "</svg>",
  ].join("");
}

function withoutDeclaration(svg: string): string {
  return svg.slice(svg.indexOf("<svg"));
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The same chart with words that XML 1.0 may have in it: some characters it takes in no form. */
export function withDrawableWords<Drawn extends Chart>(chart: Drawn): Drawn {
  return JSON.parse(JSON.stringify(chart), (_key, value: unknown) =>
    typeof value === "string" ? value.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD") : value,
  ) as Drawn;
}
