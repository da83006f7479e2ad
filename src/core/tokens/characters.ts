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

/** Runs of one class each; the group that matched says which. */
const runs =
  /([\p{Lu}\p{Lt}]+)|(\p{Ll}+)|([\p{Lm}\p{Lo}]+)|(\p{M}+)|(\p{N}+)|([\r\n]+)|([^\S\r\n]+)|[^\s\p{L}\p{M}\p{N}]+/gu;
const classOfGroup = [upper, lower, caseless, mark, number, newline, space];

/** By code point; 0 where nobody asked yet. Pages of it that are never touched take no memory. */
const known = new Uint8Array(0x11_00_00);
const pageSize = 256;

/** The class of a code point, by the engine's own Unicode tables: the same that a regular expression here goes by. */
export function classOf(codePoint: number): number {
  return (known[codePoint] as number) || classify(codePoint);
}

/** Classifies a page at once, since most of its characters are alike: 20,000 ideographs one by one take 20 ms. */
function classify(codePoint: number): number {
  const page = codePoint - (codePoint % pageSize);
  const characters = String.fromCodePoint(...Array.from({ length: pageSize }, (_, index) => page + index));
  const unitsEach = characters.length / pageSize;
  for (const run of characters.matchAll(runs)) {
    const group = run.findIndex((text, index) => index > 0 && text !== undefined);
    const start = page + run.index / unitsEach;
    known.fill(classOfGroup[group - 1] ?? other, start, start + run[0].length / unitsEach);
  }
  return known[codePoint] as number;
}

/** Code units of a code point. */
export function unitsOf(codePoint: number): number {
  return codePoint > 0xff_ff ? 2 : 1;
}

export function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc_00) === 0xd8_00;
}
