/** A word of a command as it was written, or several in quotes. */
export interface Piece {
  /** Without its key and its quotes. */
  readonly text: string;
  /** The same as it was written. */
  readonly source: string;
  /** `for` of `for:channel`. */
  readonly key: string | undefined;
  readonly isQuoted: boolean;
  readonly start: number;
  readonly end: number;
}

/** The next piece from an offset on; `keys` are the names that may stand before a colon. */
export function nextPiece(source: string, offset: number, keys: readonly string[] = []): Piece | undefined {
  const start = skipBlanks(source, offset);
  if (start === source.length) return undefined;
  const key = keyAt(source, start, keys);
  // Discord shows `name: technical`, and people copy it.
  const at = key === undefined ? start : skipBlanks(source, start + key.length + 1);
  const quoted = quotedAt(source, at);
  const end = quoted?.end ?? endOfWord(source, at);
  const written = source.slice(at, end);
  return { text: quoted?.text ?? written, source: written, key, isQuoted: quoted !== undefined, start, end };
}

/** All pieces of a text, `max` of them at most. */
export function piecesOf(source: string, max: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let piece = nextPiece(source, 0);
  while (piece !== undefined && pieces.length < max) {
    pieces.push(piece);
    piece = nextPiece(source, piece.end);
  }
  return pieces;
}

/** Writes a word so that it is read as one piece. */
export function quote(word: string): string {
  return /^[\p{L}\p{N}_.-][\p{L}\p{N}_./-]*$/u.test(word)
    ? word
    : `"${word.replaceAll(/["“”„‟\\]/g, "\\$&")}"`;
}

function skipBlanks(source: string, from: number): number {
  const blanks = /\s*/y;
  blanks.lastIndex = from;
  blanks.test(source);
  return blanks.lastIndex;
}

function keyAt(source: string, at: number, keys: readonly string[]): string | undefined {
  return keys.find((key) => source.slice(at, at + key.length + 1).toLowerCase() === `${key}:`);
}

/** Slack and phones make curly quotes of straight ones, and not always in pairs. */
const quoteMarks = ['"“”„‟', "'‘’‚‛"];

/** A quotation ends with a mark that a blank follows, so that `'don't'` is one word. An open one is none. */
function quotedAt(source: string, at: number): { readonly text: string; readonly end: number } | undefined {
  const marks = quoteMarks.find((each) => at < source.length && each.includes(source.charAt(at)));
  if (marks === undefined) return undefined;
  let text = "";
  for (let i = at + 1; i < source.length; i++) {
    const character = source.charAt(i);
    const next = source.charAt(i + 1);
    if (character === "\\" && (next === "\\" || marks.includes(next)) && next !== "") {
      text += next;
      i++;
    } else if (marks.includes(character) && /^\s?$/.test(next)) return { text, end: i + 1 };
    else text += character;
  }
  return undefined;
}

/** A mention may have blanks in it: `<@U1|Ada Lovelace>`. */
function endOfWord(source: string, at: number): number {
  const word = /(?:<[@#!][^<>\n]*>|\S)*/y;
  word.lastIndex = at;
  word.test(source);
  return word.lastIndex;
}
