const microPerUsd = 1_000_000;
const maxUsd = 1_000_000;

/**
 * Money as people write it, in micro-USD: `5`, `$5`, `0.50`, `$1,250.00`, `5 USD`. Nothing for what is no amount above zero, or
 * more than a million dollars.
 */
export function readAmount(text: string): number | undefined {
  const [, whole, fraction = ""] =
    /^(?:US\$|\$)?\s*(\d{1,3}(?:,\d{3})+|\d{1,7})?(?:\.(\d{1,6}))?\s*(?:\$|USD)?$/i.exec(text.trim()) ?? [];
  if (whole === undefined && fraction === "") return undefined;
  const microUsd = Number((whole ?? "0").replaceAll(",", "")) * microPerUsd + Number(fraction.padEnd(6, "0"));
  return microUsd > 0 && microUsd <= maxUsd * microPerUsd ? microUsd : undefined;
}

/** All of its digits, so that it is read as the same again: `$5`, `$0.50`, `$0.123456`. */
export function formatExactAmount(microUsd: number): string {
  const [whole, fraction = ""] = (microUsd / microPerUsd).toFixed(6).split(".");
  const cents = fraction.replace(/0{1,4}$/, "");
  return cents === "00" ? `$${whole}` : `$${whole}.${cents}`;
}

/** `$5.00`, `$1,250.00`; below a cent as many digits as it takes: `$0.0004`. */
export function formatAmount(microUsd: number): string {
  const usd = microUsd / microPerUsd;
  const isTiny = usd !== 0 && Math.abs(usd) < 0.01;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: isTiny ? 6 : 2 };
  return usd.toLocaleString("en-US", { style: "currency", currency: "USD", ...digits });
}
