/** The longest piece of a text that is judged at once, and how much of it the next piece repeats. In UTF-16 units. */
export interface PieceSize {
  readonly maxChars: number;
  readonly overlapChars: number;
}

/**
 * A long text in pieces, cut at whitespace where there is some in the last quarter of a piece. Every piece begins
 * inside the one before, so that nothing is hidden by where the cut falls.
 */
export function splitIntoPieces(text: string, { maxChars, overlapChars }: PieceSize): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (text.length - start > maxChars) {
    const end = cutBefore(text, start + Math.ceil(maxChars * 0.75), start + maxChars);
    pieces.push(text.slice(start, end));
    start = cutBefore(text, end - overlapChars, end - Math.floor(overlapChars / 2));
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** The last place after whitespace from `least` to `most`; without any, `most`, but never within a surrogate pair. */
function cutBefore(text: string, least: number, most: number): number {
  for (let at = most; at > least; at--) if (/\s/.test(text.charAt(at - 1))) return at;
  const unit = text.charCodeAt(most);
  return unit >= 0xdc00 && unit <= 0xdfff ? most - 1 : most;
}
