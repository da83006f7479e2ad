import { periodNames } from "../../core/period.ts";
import type { PeriodName } from "../../core/period.ts";
import type { PersonKey } from "../../core/ids.ts";
import { personKey } from "../../core/ids.ts";
import type { Now } from "../../core/ports.ts";
import type { Viewer } from "../../core/viewer.ts";
import type { Words } from "../../core/words/en.ts";
import type { AskedReport, ReadCosts } from "../reports/read-costs.ts";
import { readPeriod } from "../reports/read-period.ts";
import type { CostSettings } from "../reports/read-period.ts";
import type { Seen } from "./who-views.ts";

export interface CostsQuery {
  readonly period?: string | undefined;
  readonly of?: string | undefined;
  readonly by?: string | undefined;
}

const scopes = ["workspace", "channel", "mine"] as const;
type ScopeName = (typeof scopes)[number];
const groupings = ["channel", "person", "persona"] as const;

export type ShowCosts = (
  viewer: Viewer,
  seen: Seen,
  query: CostsQuery,
  signal: AbortSignal,
) => Promise<object | undefined>;

/**
 * What the page of costs shows: what `cost report` says, as data, of what the viewer may see and asks for. Nothing where an
 * operator's workspaces have spent nothing yet.
 */
export function createShowCosts(deps: {
  readonly readCosts: ReadCosts;
  readonly costs: CostSettings;
  readonly ambient: { readonly words: Words; readonly now: Now };
}): ShowCosts {
  const { readCosts, costs, ambient } = deps;
  const { words } = ambient;

  return async (viewer, { rights, place }, query, signal) => {
    if (place === undefined) return undefined;
    const allowed = scopes.filter(
      (name) =>
        (name === "workspace" && rights.isAdmin) ||
        (name === "channel" && rights.isChannelManager && viewer.kind === "person") ||
        (name === "mine" && viewer.kind === "person"),
    );
    const of = allowed.find((name) => name === query.of) ?? allowed[0] ?? "mine";
    const by = groupings.find((name) => name === query.by) ?? "channel";
    const name: PeriodName = periodNames.find((each) => each === query.period) ?? "month";
    const { period, title: dates } = readPeriod(name, deps);
    const scope = scopeOf(of, viewer, place.channel);
    const reader = viewer.kind === "person" ? { person: viewer.person } : "operator";
    const { title, report, top, retiring } = await readCosts(
      { place, scope, period, dates, by, reader },
      signal,
    );
    const said = words.report;
    return {
      title,
      zone: costs.timeZone,
      isOffline: costs.isOffline,
      period: name,
      periods: periodNames,
      of,
      scopes: allowed,
      by,
      groupings,
      report: {
        ...report,
        models: report.models.map((each) => ({ ...each, model: each.model ?? said.chart.others })),
        kinds: report.kinds.map((each) => ({ ...each, kind: said.chart.kind(each.kind) })),
        days: report.days.map((each) => ({ ...each, label: said.chart.day(each.date) })),
      },
      top: top.map((each) => ({ ...each, name: each.name ?? said.hidden[by] })),
      noted: [
        ...retiring.map(({ model, day, days }) => said.retires(model, day, days)),
        ...report.anomalies.map(said.anomaly),
        ...report.recommendations.map((advice) => said.recommendation(advice, (model) => model)),
      ],
    };
  };
}

function scopeOf(
  name: ScopeName,
  viewer: Viewer,
  channel: NonNullable<Seen["place"]>["channel"],
): AskedReport["scope"] {
  if (name === "workspace") return { kind: "workspace" };
  if (name === "channel") return { kind: "channel", channel };
  return { kind: "person", person: viewer.kind === "person" ? keyOf(viewer) : ("" as PersonKey) };
}

function keyOf({ person, place }: Extract<Viewer, { kind: "person" }>): PersonKey {
  return personKey(place.platform, place.workspace, person);
}
