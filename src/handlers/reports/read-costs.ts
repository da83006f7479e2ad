import type { Place } from "../../core/event.ts";
import { personIn } from "../../core/ids.ts";
import type { PersonId } from "../../core/ids.ts";
import type { Platform } from "../../core/platform.ts";
import type { Charts, Now } from "../../core/ports.ts";
import type { PriceOf } from "../../core/pricing.ts";
import type { CostChart } from "../../core/report/chart.ts";
import { buildReport } from "../../core/report/report.ts";
import type { CostReport } from "../../core/report/report.ts";
import { daysUntil, warnedWithinDays } from "../../core/retirement.ts";
import type { Period, Spending, SpendingScope } from "../../core/spending.ts";
import type { Words } from "../../core/words/en.ts";
import type { CostSettings } from "./read-period.ts";

export interface ReportDeps {
  readonly stores: { readonly spending: Spending };
  readonly platformOf: (place: ReportPlace) => Pick<Platform, "channel" | "person" | "canRead">;
  readonly costs: CostSettings;
  readonly reports: {
    readonly charts: Charts;
    readonly priceOf: PriceOf;
    /** Whether anything bounds what may be spent there. */
    readonly hasBudget: (place: Pick<ReportPlace, "platform" | "workspace">) => Promise<boolean>;
    /** The day on which the service ends a model, where it is known: `2026-12-11`. */
    readonly retirementOf: (model: string) => Promise<string | undefined>;
  };
  readonly ambient: { readonly words: Words; readonly now: Now };
}

export type ReportPlace = Pick<Place, "platform" | "workspace" | "channel">;

/** Somebody; or whoever reads the place; or the operator, who is an admin and reads what is public. */
export type Reader = { readonly person: PersonId } | "everybody" | "operator";

export interface AskedReport {
  readonly place: ReportPlace;
  /** Whose costs. */
  readonly scope: Exclude<SpendingScope, { readonly kind: "persona" }>;
  readonly period: Period;
  /** How the period is said. */
  readonly dates: string;
  /** What is listed by cost, of a whole workspace. */
  readonly by: "channel" | "person" | "persona";
  readonly theme: CostChart["theme"];
  readonly reader: Reader;
}

export interface ReadReport {
  readonly title: string;
  readonly report: CostReport;
  /** Dearest first; what the reader may not know by name has none. */
  readonly top: readonly TopSpender[];
  /** Models that the service ends soon. */
  readonly retiring: readonly { readonly model: string; readonly day: string; readonly days: number }[];
}

export interface TopSpender {
  /** As it is called; not quoted. */
  readonly name: string | undefined;
  readonly calls: number;
  readonly microUsd: number;
}

/** What a reader may know of what was spent. @throws AppError `storage_*` */
export type ReadCosts = (asked: Omit<AskedReport, "theme">, signal: AbortSignal) => Promise<ReadReport>;

const dayMs = 86_400_000;
/** From which what is usual is told. */
const latelyMs = 36 * dayMs;
const maxTop = 10;

export function createReadCosts(
  deps: Omit<ReportDeps, "reports"> & {
    readonly reports: Omit<ReportDeps["reports"], "charts">;
  },
): ReadCosts {
  const { spending } = deps.stores;
  const { priceOf, hasBudget, retirementOf } = deps.reports;
  const { ambient, costs } = deps;
  const words = ambient.words.report;
  const zone = costs.timeZone;

  return async (asked, signal) => {
    const { place, scope, period, dates } = asked;
    const now = ambient.now();
    const [cells, before, lately] = await Promise.all([
      spending.cells(place, scope, period),
      spending.cells(place, scope, periodBefore(period, now)),
      spending.cells(place, scope, { from: halfHour(now - latelyMs), to: halfHour(now) + halfHourMs }),
    ]);
    const bounded = await hasBudget(place);
    const report = buildReport({ period, cells, before, lately, zone, now, priceOf, hasBudget: bounded });
    const [top, retiring] = await Promise.all([
      scope.kind === "workspace" ? readTop(asked, signal) : [],
      readRetiring(report),
    ]);
    return { title: words.title[scope.kind](dates), report, top, retiring };
  };

  async function readTop(
    { place, by, period, reader }: Omit<AskedReport, "theme">,
    signal: AbortSignal,
  ): Promise<readonly TopSpender[]> {
    const top = await spending.top(place, by, period, maxTop);
    return Promise.all(
      top.map(async ({ scope, calls, microUsd }) => ({
        name: await nameFor(reader, scope, place, signal),
        calls,
        microUsd,
      })),
    );
  }

  async function readRetiring({ models }: CostReport): Promise<ReadReport["retiring"]> {
    const found = await Promise.all(
      models.map(async ({ model }) => {
        const day = model === undefined ? undefined : await retirementOf(model).catch(() => undefined);
        if (model === undefined || day === undefined) return [];
        const days = daysUntil(day, ambient.now());
        return days <= warnedWithinDays ? [{ model, day, days }] : [];
      }),
    );
    return found.flat();
  }

  /** As the reader may know it; a channel is read by people who may not know each other, and what each costs is theirs. */
  async function nameFor(
    reader: Reader,
    scope: SpendingScope,
    place: ReportPlace,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { workspace } = place;
    const platform = deps.platformOf(place);
    switch (scope.kind) {
      case "persona":
        return scope.persona;
      case "person": {
        if (reader === "everybody") return undefined;
        const facts = await platform.person(workspace, personIn(scope.person), signal).catch(() => undefined);
        return facts === undefined ? words.unknownName : facts.name;
      }
      case "channel": {
        const { channel } = scope;
        const facts = await platform.channel(workspace, channel, signal).catch(() => undefined);
        const isReadable =
          typeof reader === "string"
            ? facts?.kind === "public" || (reader === "everybody" && channel === place.channel)
            : await platform.canRead(workspace, reader.person, channel, signal).catch(() => false);
        return facts !== undefined && isReadable ? facts.name : undefined;
      }
      default:
        return undefined;
    }
  }
}

const halfHourMs = 1_800_000;

function halfHour(at: number): number {
  return Math.floor(at / halfHourMs) * halfHourMs;
}

/** As long, and just before; of a period that isn't over, as much of it as has passed. */
function periodBefore({ from, to }: Period, now: number): Period {
  const length = to - from;
  const passed = Math.min(to, halfHour(now) + halfHourMs) - from;
  return { from: from - length, to: from - length + Math.max(passed, 0) };
}
