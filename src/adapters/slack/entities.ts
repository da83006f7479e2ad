/** Those that can pass for markup, and those that people write. */
const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  commat: "@",
  num: "#",
  excl: "!",
  colon: ":",
  sol: "/",
  bsol: "\\",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  copy: "©",
  times: "×",
  rarr: "→",
};

const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi;

/** Characters that Markdown writes as entities. One that isn't known stays as it is written. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(entity, (match, decimal, hex, name: string | undefined) => {
    if (name !== undefined) return named[name] ?? match;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    const isChar = code > 31 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
    return isChar ? String.fromCodePoint(code) : match;
  });
}
