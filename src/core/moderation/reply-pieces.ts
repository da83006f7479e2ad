/** A shorter sentence waits for the next: each piece is a call of the service. In UTF-16 units. */
const minChars = 40;
/** What has grown so long without an end of a sentence is cut between words. */
const longChars = 600;
/** The longest piece. */
export const maxPieceChars = 4_000;
/** How much of what was judged is judged once more with the next piece. */
const overlapChars = 300;

/**
 * Where the piece of a growing text ends that is to be judged next: behind a sentence or a line, also one of code; where
 * none ends for long, between words. `isDue` takes what there is between words. `from` itself: there is none yet.
 */
export function endOfPiece(text: string, from: number, isDue: boolean): number {
  const most = Math.min(text.length, from + maxPieceChars);
  const least = isDue ? from + 1 : from + minChars;
  for (let at = most; at >= least; at--) if (isAfterSentence(text, at)) return at;
  if (!isDue && most - from < longChars) return from;
  for (let at = most; at > from; at--) if (isSpace(text.charCodeAt(at - 1))) return at;
  if (most - from < longChars) return from;
  return isTrail(text.charCodeAt(most)) || isLead(text.charCodeAt(most - 1)) ? most - 1 : most;
}

/** Where a piece begins as it is judged: within the one before, so that nothing is hidden by where the cut falls. */
export function beginningOfPiece(text: string, from: number): number {
  const at = Math.max(0, from - overlapChars);
  return isTrail(text.charCodeAt(at)) ? at + 1 : at;
}

/** What follows a sign is needed to know that it ends a sentence; Chinese and Japanese signs end one by themselves. */
function isAfterSentence(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1);
  if (unit === 0x0a) return true;
  if ("。！？".includes(text.charAt(at - 1))) return true;
  if (!isSpace(unit)) return false;
  const closing = ")]\"'”’*_".includes(text.charAt(at - 2)) ? 3 : 2;
  return at >= closing && ".!?…:;".includes(text.charAt(at - closing) || " ");
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
