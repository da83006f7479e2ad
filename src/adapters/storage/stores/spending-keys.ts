import { joinKey } from "../../../core/ids.ts";
import type { LedgerEntry } from "../../../core/ledger.ts";
import { outcomeOf } from "../../../core/ledger.ts";
import type { Price } from "../../../core/pricing.ts";
import type { SpendingScope } from "../../../core/spending.ts";
import type { CounterRow } from "../../../core/counters.ts";

// How sums by half-hour lie in the counters. A key has one UTC day of one scope, so that a month is thirty keys and not
// 1,440; it has a row `<half-hour>/<kind>/<model>` for each cell. Beside these, two keys a day say who spent anything: by
// the whole day, and by half-hours for the days that a period has only a part of.

export const dayMs = 86_400_000;
export const halfHourMs = 1_800_000;

/** The sums of a cell, in the order of its row. What is added to this list later is added at its end. */
export const sumNames = [
  "calls",
  "errors",
  "estimated",
  "unpriced",
  "input",
  "cachedInput",
  "cacheWrite",
  "output",
  "reasoning",
  "microUsd",
  "cachedMicroUsd",
  "outputMicroUsd",
  "savedMicroUsd",
  "durationMs",
] as const;

export type Sums = { readonly [Name in (typeof sumNames)[number]]?: number };

/** Whom an entry concerns beside its workspace. */
export type SpenderKind = Exclude<SpendingScope["kind"], "workspace">;

export const spenderLetters = { channel: "c", person: "p", persona: "a" } as const satisfies Record<
  SpenderKind,
  string
>;

type Workspace = Pick<LedgerEntry, "platform" | "workspace">;

export function cellsKey({ platform, workspace }: Workspace, scope: SpendingScope, day: number): string {
  const id = scope.kind === "workspace" ? "" : spenderId(scope);
  return `cells/${joinKey(platform, workspace, scope.kind, id, String(day))}`;
}

/** Who spent anything on a day. */
export function spendersKey({ platform, workspace }: Workspace, day: number, by: "day" | "halfHour"): string {
  return `spenders/${joinKey(platform, workspace, by, String(day))}`;
}

export function spenderId(scope: Exclude<SpendingScope, { readonly kind: "workspace" }>): string {
  switch (scope.kind) {
    case "channel":
      return scope.channel;
    case "person":
      return scope.person;
    case "persona":
      return scope.persona;
    default:
      return scope satisfies never;
  }
}

export function scopeOf(kind: SpenderKind, id: string): SpendingScope {
  switch (kind) {
    case "channel":
      return { kind, channel: id as LedgerEntry["channel"] };
    case "person":
      return { kind, person: id as LedgerEntry["person"] };
    case "persona":
      return { kind, persona: id };
    default:
      return kind satisfies never;
  }
}

/** What a new entry adds. */
export function sumsOf(entry: LedgerEntry): Sums {
  const { tokens, estimated, durationMs } = entry;
  return {
    calls: 1,
    errors: Number(outcomeOf(entry) === "error"),
    estimated: Number(estimated),
    ...tokens,
    ...moneyOf(entry),
    durationMs: Math.max(0, Math.round(durationMs)),
  };
}

/** What another price adds: it may be less than nothing. */
export function differenceOf(before: Partial<Price>, after: Partial<Price>): Sums {
  const [old, now] = [moneyOf(before), moneyOf(after)];
  const names = Object.keys(now) as (keyof typeof now)[];
  return Object.fromEntries(names.map((name) => [name, now[name] - old[name]]));
}

function moneyOf({ microUsd, byClass, savedMicroUsd }: Partial<Price>) {
  return {
    unpriced: Number(microUsd === undefined),
    microUsd: microUsd ?? 0,
    cachedMicroUsd: byClass?.cached ?? 0,
    outputMicroUsd: byClass?.output ?? 0,
    savedMicroUsd: savedMicroUsd ?? 0,
  };
}

/** All rows that sums of an entry belong to. Those of spenders have calls and micro-USD. */
export function rowsOf(entry: LedgerEntry, sums: Sums): readonly CounterRow[] {
  const { startedAt, kind, model, channel, person, persona } = entry;
  const day = Math.floor(startedAt / dayMs);
  const slot = Math.floor((startedAt % dayMs) / halfHourMs);
  const spenders = [
    { kind: "channel", channel },
    { kind: "person", person },
    { kind: "persona", persona },
  ] as const satisfies readonly SpendingScope[];
  const cell = sumNames.map((name) => sums[name] ?? 0);
  const spent = [sums.calls ?? 0, sums.microUsd ?? 0];
  const spending = (by: "day" | "halfHour", suffix: string) =>
    spenders.map((scope) => ({
      key: spendersKey(entry, day, by),
      row: `${spenderLetters[scope.kind]}${suffix}/${spenderId(scope)}`,
      sums: spent,
    }));
  return [
    ...[{ kind: "workspace" } as const, ...spenders].map((scope) => ({
      key: cellsKey(entry, scope, day),
      row: `${slot}/${kind}/${model}`,
      sums: cell,
    })),
    ...spending("day", ""),
    ...spending("halfHour", String(slot)),
  ];
}
