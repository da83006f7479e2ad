// The classes that the split patterns tell apart, as bits, so that a character set of a pattern is a mask.

/** `\p{Lu}\p{Lt}` */
export const upper = 1;
/** `\p{Ll}` */
export const lower = 2;
/** `\p{Lm}\p{Lo}` */
export const caseless = 4;
/** `\p{M}` */
export const mark = 8;
/** `\p{N}` */
export const number = 16;
/** `[\r\n]` */
export const newline = 32;
/** The rest of `\s`. */
export const space = 64;
/** All else, lone surrogates included. */
export const other = 128;

export const letter = upper | lower | caseless;
export const whitespace = newline | space;
/** `[^\s\p{L}\p{N}]` */
export const symbol = mark | other;

const tests: readonly (readonly [RegExp, number])[] = [
  [/[\r\n]/u, newline],
  [/\s/u, space],
  [/[\p{Lu}\p{Lt}]/u, upper],
  [/\p{Ll}/u, lower],
  [/\p{L}/u, caseless],
  [/\p{M}/u, mark],
  [/\p{N}/u, number],
];

/** By code point; 0 where nobody asked yet. Pages that are never touched take no memory. */
const known = new Uint8Array(0x11_00_00);

/** The class of a code point, by the engine's own Unicode tables: the same that a regular expression here goes by. */
export function classOf(codePoint: number): number {
  return (known[codePoint] as number) || classify(codePoint);
}

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  const found = tests.find(([pattern]) => pattern.test(character))?.[1] ?? other;
  known[codePoint] = found;
  return found;
}

/** Where the run of characters of some classes ends that begins at `start`, in code units. */
export function runEnd(text: string, start: number, classes: number): number {
  let at = start;
  while (at < text.length) {
    const point = text.codePointAt(at) as number;
    if ((classOf(point) & classes) === 0) break;
    at += point > 0xff_ff ? 2 : 1;
  }
  return at;
}
