const microPerUsd = 1_000_000;
const microPerCent = 10_000;

/**
 * Micro-USD as people read them: cents from a dollar on, a hundredth of a cent below, and of what is less than a cent the
 * first two digits. `$12.35`, `$0.0421`, `$0.00017`
 */
export function writeUsd(microUsd: number): string {
  const size = Math.abs(microUsd);
  const sign = microUsd < 0 ? "−" : "";
  return `${sign}$${(size / microPerUsd).toLocaleString("en", digitsFor(size))}`;
}

function digitsFor(size: number): Intl.NumberFormatOptions {
  if (size >= microPerUsd || size === 0) return { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  if (size >= microPerCent) return { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  return { maximumSignificantDigits: 2 };
}
