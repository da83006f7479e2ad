import { classOf, runEnd } from "./characters.ts";
import * as is from "./characters.ts";

// The split patterns of the encodings, matched by hand: a regular expression can't be stopped half-way, and it backtracks
// through runs. Tests hold each of them against the pattern that js-tiktoken brings.

/** Where the piece ends that begins at `start`, in code units; a piece is never empty. */
export type EndOfPiece = (text: string, start: number) => number;

/**
 * [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+('s|'t|'re|'ve|'m|'ll|'d)?
 * |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*('s|'t|'re|'ve|'m|'ll|'d)?
 * |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+ with contractions in either case
 */
export function endOfO200kPiece(text: string, start: number): number {
  const first = text.codePointAt(start) as number;
  const kind = classOf(first);
  if ((kind & is.letter) !== 0) return endOfContraction(text, endOfCasedWord(text, start, true));
  const second = start + (first > 0xff_ff ? 2 : 1);
  if ((kind & is.number) !== 0) return endOfNumber(text, second);
  if ((kind & is.newline) === 0) {
    // Any sign may lead a word; a mark is a word by itself, tried before heads that stand alone.
    const isMark = (kind & is.mark) !== 0;
    const word = endOfCasedWord(text, second, !isMark);
    if (word > second || isMark) return endOfContraction(text, word);
  }
  return endOfSymbols(text, start, kind, true);
}

/**
 * ('s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+
 * |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+ with contractions in either case
 */
export function endOfCl100kPiece(text: string, start: number): number {
  const contraction = endOfContraction(text, start);
  if (contraction > start) return contraction;
  const first = text.codePointAt(start) as number;
  const kind = classOf(first);
  const second = start + (first > 0xff_ff ? 2 : 1);
  if ((kind & is.number) !== 0) return endOfNumber(text, second);
  if ((kind & is.newline) === 0) {
    const word = runEnd(text, second, is.letter);
    if (word > second || (kind & is.letter) !== 0) return word;
  }
  return endOfSymbols(text, start, kind, false);
}

const heads = is.upper | is.caseless | is.mark;
const tails = is.lower | is.caseless | is.mark;

/** Heads and then at least one tail, or heads alone where they may; `start` where there is no such word. */
function endOfCasedWord(text: string, start: number, headsAlone: boolean): number {
  let at = start;
  let lastTail = start;
  while (at < text.length) {
    const point = text.codePointAt(at) as number;
    const kind = classOf(point);
    if ((kind & heads) === 0) {
      if ((kind & is.lower) !== 0) return runEnd(text, at, tails);
      break;
    }
    at += point > 0xff_ff ? 2 : 1;
    if ((kind & tails) !== 0) lastTail = at;
  }
  // No lower-case letter came: the heads give back all behind the last one that is a tail as well.
  return lastTail === start && headsAlone ? at : lastTail;
}

/** Behind `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`; `start` where none of them stands. */
function endOfContraction(text: string, start: number): number {
  if (text.charCodeAt(start) !== 0x27) return start;
  switch (lowerCaseAt(text, start + 1)) {
    case 0x73: // s
    case 0x74: // t
    case 0x6d: // m
    case 0x64: // d
      return start + 2;
    case 0x72: // r
    case 0x76: // v
      return lowerCaseAt(text, start + 2) === 0x65 ? start + 3 : start;
    case 0x6c: // l
      return lowerCaseAt(text, start + 2) === 0x6c ? start + 3 : start;
    default:
      return start;
  }
}

/** Only S and s have the code of s when this bit is set, and so for every Latin letter. */
function lowerCaseAt(text: string, at: number): number {
  return text.charCodeAt(at) | 0x20;
}

/** At most two more digits. */
function endOfNumber(text: string, second: number): number {
  let at = second;
  for (let digits = 1; digits < 3 && at < text.length; digits++) {
    const point = text.codePointAt(at) as number;
    if ((classOf(point) & is.number) === 0) break;
    at += point > 0xff_ff ? 2 : 1;
  }
  return at;
}

function endOfSymbols(text: string, start: number, kind: number, slashes: boolean): number {
  const from = (kind & is.symbol) === 0 && text.charCodeAt(start) === 0x20 ? start + 1 : start;
  let at = runEnd(text, from, is.symbol);
  if (at === from) return endOfWhitespace(text, start);
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x0a && unit !== 0x0d && !(slashes && unit === 0x2f)) break;
  }
  return at;
}

/** To the last line break; without one the last space is left to the word behind it. */
function endOfWhitespace(text: string, start: number): number {
  const end = runEnd(text, start, is.whitespace);
  for (let at = end; at > start; at--) {
    if ((classOf(text.charCodeAt(at - 1)) & is.newline) !== 0) return at;
  }
  return end === text.length || end === start + 1 ? end : end - 1;
}
