import { createBoundedMap } from "../core/bounded-map.ts";
import type { LedgerEntry } from "../core/ledger.ts";
import type { Logger, Metrics, Now } from "../core/ports.ts";

const hourMs = 3_600_000;
const warnedAboutMs = 24 * hourMs;

/**
 * Counts each call for the operator, once, though a step that is tried again prices its calls again. Warns once a model, and
 * again each day, of a price that isn't known.
 */
export function createNoteCalls(deps: {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: Now;
}): (entry: LedgerEntry) => void {
  const { log, metrics, now } = deps;
  const counted = createBoundedMap<true>({ maxSize: 10_000, ttlMs: hourMs, now });
  const warnedAbout = createBoundedMap<true>({ maxSize: 1_000, ttlMs: warnedAboutMs, now });

  return (entry) => {
    const { callId, model, kind, microUsd } = entry;
    if (counted.get(callId)) return;
    counted.set(callId, true);
    metrics.modelCalled(entry);
    if (microUsd !== undefined || warnedAbout.get(model)) return;
    warnedAbout.set(model, true);
    log.warn(
      { model, kind },
      "the price of a model isn't known: put it under prices in parley.yaml, then /parley cost reprice",
    );
  };
}
