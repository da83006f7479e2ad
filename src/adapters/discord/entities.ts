const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  copy: "©",
  times: "×",
  rarr: "→",
};

/** Markdown may write characters as entities; Discord shows those as they are written. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi,
    (match, decimal, hex, name: string) => {
      if (name !== undefined) return named[name] ?? match;
      const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
      const isChar = code > 31 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
      return isChar ? String.fromCodePoint(code) : match;
    },
  );
}
