import { h, table } from "./dom.js";
import { ago, count, percent, seconds, usd } from "./format.js";

/** How Parley is doing now. */
export function showLive({ version, startedAt, now, parts, inbox, figures, models, limits, errors }) {
  return h(
    "div",
    {},
    h("h1", {}, "Live state"),
    h("p", { class: "note" }, `Version ${version}, started ${ago(startedAt, now)}.`),
    h(
      "ul",
      { class: "parts" },
      parts.map(({ name, ok, detail }) =>
        h(
          "li",
          { class: ok ? "ok" : "down" },
          h("b", {}, name),
          h("span", { class: "state" }, ok ? "up" : "down"),
          h("span", { class: "detail" }, detail),
        ),
      ),
    ),
    h(
      "dl",
      { class: "tiles" },
      tile("Inbox", inbox ? count(inbox.waiting) : "?", "waiting"),
      tile("Under way", inbox ? count(inbox.claimed) : "?"),
      tile("Oldest", inbox ? seconds(inbox.oldestAgeMs) : "?", "waits for so long"),
      tile("Set aside", inbox ? count(inbox.setAside) : "?"),
      tile("Requests", count(figures.requests), "in 24 hours"),
      tile("Failed", percent(figures.errorRate)),
      tile("Cost", usd(figures.microUsd), `${usd(figures.average.microUsd)} a request`),
      tile("A request takes", seconds(figures.average.durationMs), `${count(figures.average.tokens)} tokens`),
    ),
    models.length > 0 &&
      table(
        "Models in the last 24 hours",
        ["model", "what for", "calls", "failed", "tokens each", "time each", "cost"],
        models.map((each) => [
          each.model,
          each.kind,
          count(each.calls),
          percent(each.errorRate),
          count(each.tokensEach),
          seconds(each.durationMsEach),
          each.unpriced === each.calls ? "unknown" : usd(each.microUsd),
        ]),
      ),
    limits.length > 0 &&
      table(
        "Limits of models",
        ["model", "waiting", "requests a minute", "tokens a minute", "held up"],
        limits.map((each) => [
          each.model,
          count(each.waiting),
          each.requestsPerMinute === undefined ? "unknown" : count(each.requestsPerMinute),
          each.tokensPerMinute === undefined ? "unknown" : count(each.tokensPerMinute),
          each.pausedUntil > now ? seconds(each.pausedUntil - now) : "no",
        ]),
      ),
    errors.length > 0
      ? table(
          "Last failures that people were told of",
          ["when", "what", "reference in the log"],
          errors.map(({ at, code, reference }) => [ago(at, now), code, reference ?? ""]),
        )
      : h("p", { class: "empty" }, "Nobody was told of a failure since the start."),
  );
}

function tile(name, value, more) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value, more && h("small", {}, more)));
}
