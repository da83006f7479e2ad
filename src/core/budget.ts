import { budgetPeriods, periodAround } from "./budget-period.ts";
import type { BudgetPeriod } from "./budget-period.ts";
import type { Change, WorkspacePlace } from "./channel-settings.ts";
import { joinKey } from "./ids.ts";
import type { CallContext } from "./ledger.ts";
import type { Period, SpendingScope } from "./spending.ts";

/** What somebody, a channel, a persona or the whole workspace may spend. */
export interface Budget {
  readonly scope: SpendingScope;
  /** In micro-USD. */
  readonly caps: Readonly<Partial<Record<BudgetPeriod, number>>>;
  /** Until then nothing is refused; it is counted all the same. Milliseconds since the epoch. */
  readonly liftedUntil?: number;
  readonly change: Change;
}

/** An admin's stop of all paid calls. */
export interface CallStop {
  readonly change: Change;
}

export interface BudgetSettings {
  readonly timeZone: string;
  /** What becomes of a call whose price nobody knows: it counts as nothing, or isn't made. */
  readonly unknownPrice: "allow" | "refuse";
  /** Answers in place of a model for which a budget is used up, until it is used up by so many percent. */
  readonly fallback?: { readonly model: string; readonly upToPercent: number };
}

/** One sum that a call is counted in, and what it may come to. */
export interface SpendingLimit {
  /** Of the counter. */
  readonly key: string;
  readonly scope: SpendingScope;
  readonly per: BudgetPeriod;
  readonly period: Period;
  /** In micro-USD; none where it is only counted. */
  readonly capMicroUsd?: number;
  readonly isLifted: boolean;
}

export const warnedAtPercent = [50, 80, 100] as const;

/** Stands for no cap where the store wants a number. */
const noCap = Number.MAX_SAFE_INTEGER;

/** Whose money a call is. */
export function scopesOf({
  person,
  channel,
  persona,
}: Pick<CallContext, "person" | "channel" | "persona">): readonly SpendingScope[] {
  return [
    { kind: "person", person },
    { kind: "channel", channel },
    { kind: "persona", persona },
    { kind: "workspace" },
  ];
}

/** Names a scope of a workspace. */
export function scopeKey({ platform, workspace }: WorkspacePlace, scope: SpendingScope): string {
  const named = (...ids: string[]) => joinKey(platform, workspace, scope.kind, ...ids);
  switch (scope.kind) {
    case "person":
      return named(scope.person);
    case "channel":
      return named(scope.channel);
    case "persona":
      return named(scope.persona);
    case "workspace":
      return named();
    default:
      return scope satisfies never;
  }
}

/**
 * What a call at a moment is counted in: every cap of the budgets, and the workspace's month in any case, so that each call
 * that is paid for has a reservation.
 */
export function limitsAt(
  at: number,
  place: WorkspacePlace,
  budgets: readonly (Budget | undefined)[],
  timeZone: string,
): readonly SpendingLimit[] {
  const limits = budgets.flatMap((budget) => (budget ? limitsOf(at, place, budget, timeZone) : []));
  const { key, ...month } = limitOf(at, place, { kind: "workspace" }, "month", timeZone);
  return limits.some((limit) => limit.key === key) ? limits : [...limits, { key, ...month, isLifted: false }];
}

export function limitsOf(
  at: number,
  place: WorkspacePlace,
  { scope, caps, liftedUntil = 0 }: Budget,
  timeZone: string,
): readonly SpendingLimit[] {
  return budgetPeriods.flatMap((per) => {
    const capMicroUsd = caps[per];
    if (capMicroUsd === undefined) return [];
    return [{ ...limitOf(at, place, scope, per, timeZone), capMicroUsd, isLifted: liftedUntil > at }];
  });
}

function limitOf(
  at: number,
  place: WorkspacePlace,
  scope: SpendingScope,
  per: BudgetPeriod,
  timeZone: string,
) {
  const { name, ...period } = periodAround(at, per, timeZone);
  return { key: joinKey("budget", scopeKey(place, scope), per, name), scope, per, period };
}

/** What the store may let a sum come to, where a budget may be used up by so many percent. */
export function capOf({ capMicroUsd, isLifted }: SpendingLimit, percent = 100): number {
  return capMicroUsd === undefined || isLifted ? noCap : Math.floor((capMicroUsd * percent) / 100);
}

/** The marks that a sum has passed, the lowest first. */
export function marksPassed(usedMicroUsd: number, capMicroUsd: number): readonly number[] {
  return warnedAtPercent.filter((percent) => usedMicroUsd * 100 >= capMicroUsd * percent);
}
