/** So much of one piece, in characters, and so many pieces of one message. */
const maxChars = 4_000;
const maxPieces = 20;

/**
 * A message's own words, followed by what came with it without being written there (forwarded messages, embeds, polls),
 * each piece as a quote. Blank pieces are left out.
 */
export function withQuotes(own: string, pieces: readonly string[]): string {
  const quotes = pieces
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "")
    .slice(0, maxPieces)
    .map((piece) => piece.slice(0, maxChars).replaceAll(/^/gm, "> "));
  return [own, ...quotes].filter((text) => text.trim() !== "").join("\n\n");
}

/** The parts of one piece that there are, a line each. */
export function linesOf(...parts: readonly (string | null | undefined)[]): string {
  return parts.filter((part) => typeof part === "string" && part.trim() !== "").join("\n");
}

/** Deep enough for any layout that the platforms take, and a bound for what pretends to be one. */
const maxDepth = 8;
const maxNodes = 2_000;

/** The strings under certain keys of a nested value, in order: the words of a layout whose shapes are many. */
export function wordsIn(layout: unknown, keys: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  let left = maxNodes;
  const visit = (node: unknown, depth: number): void => {
    if (typeof node !== "object" || node === null || depth > maxDepth || left-- <= 0) return;
    if (Array.isArray(node)) {
      for (const each of node) visit(each, depth + 1);
      return;
    }
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== "string") visit(value, depth + 1);
      else if (keys.has(key)) found.push(value);
    }
  };
  visit(layout, 0);
  return found;
}
