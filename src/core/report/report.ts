import type { CallKind } from "../ledger.ts";
import { daysOf } from "../period.ts";
import type { Day } from "../period.ts";
import type { PriceOf } from "../pricing.ts";
import type { Period, SpentCell } from "../spending.ts";
import { figuresOf, totalOf } from "../spent.ts";
import type { RequestFigures, SpentTotal } from "../spent.ts";
import { findAnomalies } from "./anomalies.ts";
import type { Anomaly } from "./anomalies.ts";
import { forecastMonth } from "./forecast.ts";
import type { Forecast } from "./forecast.ts";
import { recommend } from "./recommend.ts";
import type { Recommendation } from "./recommend.ts";

/** What a report is made from. */
export interface ReportInput {
  readonly period: Period;
  readonly cells: readonly SpentCell[];
  /** Of the same length just before; of a period that isn't over, as much of it as has passed. */
  readonly before: readonly SpentCell[];
  /** The days until now, for what is usual: some five weeks. */
  readonly lately: readonly SpentCell[];
  /** IANA name: where days begin. */
  readonly zone: string;
  readonly now: number;
  readonly priceOf: PriceOf;
  /** Whether anything bounds what may be spent. */
  readonly hasBudget: boolean;
}

/** What was spent in a period, ready to be written and drawn. Money is in micro-USD. */
export interface CostReport {
  readonly period: Period;
  readonly total: SpentTotal;
  /** Against the period before: 0.25 is a quarter more. Left out where nothing was spent then. */
  readonly change?: number;
  /** Dearest first, `others` last; by their names in `days`. */
  readonly models: readonly ModelShare[];
  readonly days: readonly ReportDay[];
  readonly kinds: readonly KindShare[];
  readonly byClass: SpentCell["byClass"];
  readonly answers: { readonly count: number; readonly microUsdEach: number };
  readonly figures: RequestFigures;
  /** Models of unknown price; what they cost is in no sum. */
  readonly unpriced: readonly string[];
  readonly forecast?: Forecast;
  readonly anomalies: readonly Anomaly[];
  readonly recommendations: readonly Recommendation[];
}

export interface ModelShare {
  /** `undefined` stands for all that aren't named. */
  readonly model: string | undefined;
  readonly microUsd: number;
  readonly calls: number;
}

export interface ReportDay {
  /** `2026-11-23` */
  readonly date: string;
  readonly microUsd: number;
  /** In the order of `models`. */
  readonly byModel: readonly number[];
}

export interface KindShare {
  readonly kind: CallKind;
  readonly microUsd: number;
  readonly calls: number;
}

/** More colours than these can't be told apart. */
const maxModels = 7;

export function buildReport(input: ReportInput): CostReport {
  const { period, cells, before, lately, zone, now, priceOf, hasBudget } = input;
  const total = totalOf(cells);
  const past = totalOf(before);
  const named = nameModels(cells);
  const byDay = sumDays(
    daysOf(period, zone).filter(({ from }) => from <= now),
    named,
  );
  const kinds = sumKinds(cells);
  const forecast = forecastMonth({ lately, zone, now });
  return {
    period,
    total,
    ...(past.microUsd > 0 && { change: (total.microUsd - past.microUsd) / past.microUsd }),
    models: named.map(({ model, of }) => ({ model, ...sumShare(of) })),
    days: byDay,
    kinds,
    byClass: cells.reduce(
      (sum, { byClass }) => ({
        input: sum.input + byClass.input,
        cached: sum.cached + byClass.cached,
        output: sum.output + byClass.output,
      }),
      { input: 0, cached: 0, output: 0 },
    ),
    answers: answersOf(cells, total),
    figures: figuresOf(cells),
    unpriced: [...new Set(cells.filter((cell) => cell.unpriced > 0).map(({ model }) => model))],
    ...(forecast && { forecast }),
    anomalies: findAnomalies(byDay),
    recommendations: recommend({ cells, total, priceOf, hasBudget, now }),
  };
}

interface NamedModels {
  readonly model: string | undefined;
  readonly of: readonly SpentCell[];
}

function nameModels(cells: readonly SpentCell[]): readonly NamedModels[] {
  const paid = cells.filter(({ microUsd }) => microUsd !== 0);
  const groups = [...Map.groupBy(paid, ({ model }) => model)]
    .map(([model, of]): NamedModels => ({ model, of }))
    .toSorted((a, b) => sumShare(b.of).microUsd - sumShare(a.of).microUsd);
  if (groups.length <= maxModels) return groups;
  const others = groups.slice(maxModels - 1).flatMap(({ of }) => of);
  return [...groups.slice(0, maxModels - 1), { model: undefined, of: others }];
}

function sumShare(cells: readonly SpentCell[]): { readonly microUsd: number; readonly calls: number } {
  const { microUsd, calls } = totalOf(cells);
  return { microUsd, calls };
}

/** Each cell is looked at once: a year has more of them than days can be compared with. */
function sumDays(days: readonly Day[], named: readonly NamedModels[]): readonly ReportDay[] {
  const sums = days.map(() => named.map(() => 0));
  for (const [model, { of }] of named.entries()) {
    for (const cell of of) {
      const byModel = sums[findDay(days, cell.from)];
      if (byModel) byModel[model] = (byModel[model] ?? 0) + cell.microUsd;
    }
  }
  return days.map(({ date }, i) => {
    const byModel = sums[i] ?? [];
    return { date, byModel, microUsd: byModel.reduce((sum, each) => sum + each, 0) };
  });
}

/** The last day that begins at or before the moment, or -1. */
function findDay(days: readonly Day[], at: number): number {
  let [before, after] = [-1, days.length];
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if ((days[middle]?.from ?? Infinity) <= at) before = middle;
    else after = middle;
  }
  return before;
}

function sumKinds(cells: readonly SpentCell[]): readonly KindShare[] {
  return [...Map.groupBy(cells, ({ kind }) => kind)]
    .map(([kind, of]) => ({ kind, ...sumShare(of) }))
    .toSorted((a, b) => b.microUsd - a.microUsd || b.calls - a.calls);
}

/** What an answer costs, with everything that was paid for it. */
function answersOf(cells: readonly SpentCell[], { microUsd }: SpentTotal): CostReport["answers"] {
  const chat = totalOf(cells.filter(({ kind }) => kind === "chat"));
  const count = chat.calls - chat.errors;
  return { count, microUsdEach: count > 0 ? Math.round(microUsd / count) : 0 };
}
