import { h } from "./dom.js";
import { usd } from "./format.js";

const width = 720;
const height = 260;
const left = 78;
const bottom = 26;
const top = 10;

/** What each day cost, stacked by model. The same stands in a table for whoever can't see it. */
export function dailyChart(days) {
  const highest = Math.max(...days.map(({ microUsd }) => microUsd), 1);
  const step = niceStep(highest);
  const most = Math.ceil(highest / step) * step;
  const y = (value) => top + (height - top - bottom) * (1 - value / most);
  const slot = (width - left) / Math.max(days.length, 1);
  const bar = Math.min(slot * 0.72, 48);
  const lines = Array.from({ length: Math.round(most / step) + 1 }, (_, i) => i * step);
  const every = Math.ceil(days.length / 8);
  const label = `What each day cost by model, ${days.length} days, at most ${usd(highest)} on a day`;
  return h(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    lines.map((value) => [
      h("line", { x1: left, x2: width, y1: y(value), y2: y(value), class: "grid" }),
      h("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, usd(value)),
    ]),
    days.map((day, i) => {
      const x = left + slot * i + (slot - bar) / 2;
      let under = 0;
      return h(
        "g",
        {},
        h("title", {}, `${day.date}: ${usd(day.microUsd)}`),
        day.byModel.map((microUsd, model) => {
          const from = under;
          under += microUsd;
          const tall = y(from) - y(under);
          return (
            tall > 0 &&
            h("rect", { x, y: y(under), width: bar, height: tall, class: `series s${(model % 8) + 1}` })
          );
        }),
        i % every === 0 && h("text", { x: x + bar / 2, y: height - 8, "text-anchor": "middle" }, day.label),
      );
    }),
  );
}

export function legend(models) {
  return h(
    "ul",
    { class: "legend" },
    models.map(({ model, microUsd }, i) =>
      h("li", {}, h("span", { class: `swatch s${(i % 8) + 1}` }), `${model} `, h("b", {}, usd(microUsd))),
    ),
  );
}

/** Four lines at the most, at values that people like to read. */
function niceStep(highest) {
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? power * 10;
}
