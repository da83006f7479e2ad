import { quantile } from "./forecast.ts";

/** A day that cost far more than the others. */
export interface Anomaly {
  /** `2026-11-23` */
  readonly date: string;
  readonly microUsd: number;
  /** The median of the days, in micro-USD. */
  readonly usual: number;
}

const leastDays = 5;
/** Of less than ten cents a day nobody needs to be told. */
const leastMicroUsd = 100_000;
/** Deviations, by the median of the absolute deviations scaled as for a normal distribution. */
const farOff = 5;
const madScale = 1.4826;

export function findAnomalies(
  days: readonly { readonly date: string; readonly microUsd: number }[],
): readonly Anomaly[] {
  if (days.length < leastDays) return [];
  const values = days.map(({ microUsd }) => microUsd);
  const usual = quantile(values, 0.5);
  const deviation = quantile(
    values.map((value) => Math.abs(value - usual)),
    0.5,
  );
  const bound = Math.max(usual * 2, usual + farOff * madScale * deviation, leastMicroUsd);
  return days
    .filter(({ microUsd }) => microUsd > bound)
    .map(({ date, microUsd }) => ({ date, microUsd, usual: Math.round(usual) }));
}
