import { dailyChart, legend } from "./chart.js";
import { choice, h, table } from "./dom.js";
import { count, percent, usd } from "./format.js";

const periodWords = {
  today: "Today",
  yesterday: "Yesterday",
  week: "This week",
  "last-week": "Last week",
  month: "This month",
  "last-month": "Last month",
  year: "This year",
  "last-year": "Last year",
};
const scopeWords = { workspace: "Everybody", channel: "This channel", mine: "Me" };
const groupingWords = { channel: "Channels", person: "People", persona: "Personas" };

/** What was spent, with what it may be narrowed down to. `ask` asks for it anew under other terms. */
export function showCosts(data, ask) {
  if (data === null) return h("p", { class: "empty" }, "No model was asked in any workspace yet.");
  const { report } = data;
  return h(
    "div",
    {},
    h("h1", {}, data.title),
    filters(data, ask),
    headline(report),
    report.total.calls === 0
      ? h("p", { class: "empty" }, "No model was asked in this time.")
      : [
          h("section", {}, h("h2", {}, "By day and model"), dailyChart(report.days), legend(report.models)),
          data.noted.length > 0 &&
            h(
              "section",
              {},
              h("h2", {}, "Worth a look"),
              h(
                "ul",
                {},
                data.noted.map((line) => h("li", {}, line)),
              ),
            ),
          h(
            "div",
            { class: "columns" },
            table(
              "What for",
              ["kind", "calls", "cost"],
              report.kinds.map(({ kind, calls, microUsd }) => [kind, count(calls), usd(microUsd)]),
            ),
            data.top.length > 0 &&
              table(
                groupingWords[data.by],
                ["name", "calls", "cost"],
                data.top.map(({ name, calls, microUsd }) => [name, count(calls), usd(microUsd)]),
              ),
          ),
          h(
            "details",
            {},
            h("summary", {}, "All days"),
            table(
              "What each day cost",
              ["day", "cost", ...report.models.map(({ model }) => model)],
              report.days.map(({ date, microUsd, byModel }) => [date, usd(microUsd), ...byModel.map(usd)]),
            ),
          ),
        ],
    data.isOffline &&
      h("p", { class: "note" }, "The offline model answers here: nothing of this is really paid."),
    h("p", { class: "note" }, `Days are those of ${data.zone}.`),
  );
}

function filters({ period, periods, of, scopes, by, groupings }, ask) {
  const named = (words) => (value) => [value, words[value] ?? value];
  return h(
    "div",
    { class: "filters" },
    choice("Time", periods.map(named(periodWords)), period, (value) => ask({ period: value })),
    scopes.length > 1 && choice("Whose", scopes.map(named(scopeWords)), of, (value) => ask({ of: value })),
    of === "workspace" &&
      choice("Listed", groupings.map(named(groupingWords)), by, (value) => ask({ by: value })),
  );
}

function headline({ total, change, answers, figures, forecast }) {
  const tiles = [
    [
      "Cost",
      usd(total.microUsd),
      total.unpriced > 0 && `and ${count(total.unpriced)} calls of unknown price`,
    ],
    change !== undefined && ["Against before", `${change >= 0 ? "▲" : "▼"} ${percent(Math.abs(change))}`],
    ["Answers", count(answers.count), answers.count > 0 && `${usd(answers.microUsdEach)} each`],
    ["Tokens", count(figures.tokens), `${count(figures.requests)} requests`],
    ["Failed", percent(figures.errorRate), `${count(total.errors)} calls`],
    total.savedMicroUsd > 0 && ["Saved by the cache", usd(total.savedMicroUsd)],
    forecast && [
      "Month is likely to end at",
      usd(forecast.microUsd),
      `${usd(forecast.low)} to ${usd(forecast.high)}`,
    ],
  ];
  return h(
    "dl",
    { class: "tiles" },
    tiles
      .filter(Boolean)
      .map(([name, value, more]) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, value, more && h("small", {}, more))),
      ),
  );
}
