const dayMs = 86_400_000;

/** Days before the end of a model on which admins are told. */
export const retirementMarks = [60, 30, 7] as const;

/** From so many days before its end on, a model is named in reports. */
export const warnedWithinDays = 90;

/** Whole days from a moment to a date (`2026-12-11`, UTC); negative once it is over. */
export function daysUntil(date: string, now: number): number {
  return Math.ceil((Date.parse(date) - now) / dayMs);
}

/** The mark that was passed last, of a model that ends in so many days. */
export function retirementMark(days: number): number | undefined {
  return days < 0 ? undefined : retirementMarks.findLast((mark) => days <= mark);
}
