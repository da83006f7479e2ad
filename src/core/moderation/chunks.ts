/** How much of a text is looked at in one step. In UTF-16 units; a step stays far below a millisecond. */
export const chunkChars = 1_024;
/** How far back from there a good place for a cut is looked for. */
const lookBackChars = 128;

/**
 * The end of the chunk that begins at `start`: after whitespace, else before a sign that begins an escape, else before
 * any ASCII character, else anywhere but within a surrogate pair.
 */
export function endOfChunk(text: string, start: number): number {
  const most = start + chunkChars;
  if (most >= text.length) return text.length;
  for (const isGood of [afterSpace, beforeEscape, beforeAscii])
    for (let at = most; at > most - lookBackChars; at--) if (isGood(text, at)) return at;
  return isTrail(text.charCodeAt(most)) ? most - 1 : most;
}

/** Every chunk of a text, in order. */
export function* chunksOf(text: string): Generator<string, void, void> {
  for (let start = 0; start < text.length;) {
    const end = endOfChunk(text, start);
    yield text.slice(start, end);
    start = end;
  }
}

function afterSpace(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1);
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

function beforeEscape(text: string, at: number): boolean {
  const unit = text.charAt(at);
  const isInRun = unit === "%" && text.charAt(at - 3) === "%";
  return (unit === "%" && !isInRun) || unit === "&" || unit === "\\";
}

function beforeAscii(text: string, at: number): boolean {
  return text.charCodeAt(at) < 0x80;
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
