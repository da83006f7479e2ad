const whole = new Intl.NumberFormat("en");

export function count(value) {
  return whole.format(Math.round(value));
}

/** Micro-USD. Small sums keep two digits that say something. */
export function usd(microUsd) {
  const value = microUsd / 1e6;
  const size = Math.abs(value);
  const digits = size === 0 || size >= 0.1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(size)));
  const text = size.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${value < 0 ? "−" : ""}$${text}`;
}

export function percent(share) {
  const value = share * 100;
  return `${value.toFixed(value > 0 && value < 10 ? 1 : 0)} %`;
}

export function seconds(ms) {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

export function ago(at, now) {
  const minutes = Math.max(0, Math.round((now - at) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}
