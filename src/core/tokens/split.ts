import { classOf, isHighSurrogate, unitsOf } from "./characters.ts";
import * as is from "./characters.ts";

// The split patterns of the encodings, matched by hand: a regular expression can't be stopped half-way through a run of a
// million letters. Tests hold each of them against the pattern that js-tiktoken brings.

/** What the patterns differ in. */
export interface SplitPattern {
  /** `heads* tails+ | heads+ tails*` instead of `\p{L}+`. */
  readonly casedWords: boolean;
  /** Contractions end a word instead of being pieces of their own. */
  readonly contractionsEndWords: boolean;
  /** Behind symbols, slashes are taken with the line breaks. */
  readonly slashesBehindSymbols: boolean;
}

/**
 * [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+('s|'t|'re|'ve|'m|'ll|'d)?
 * |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*('s|'t|'re|'ve|'m|'ll|'d)?
 * |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+ with contractions in either case
 */
export const o200kPattern: SplitPattern = {
  casedWords: true,
  contractionsEndWords: true,
  slashesBehindSymbols: true,
};

/**
 * ('s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+
 * |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+ with contractions in either case
 */
export const cl100kPattern: SplitPattern = {
  casedWords: false,
  contractionsEndWords: false,
  slashesBehindSymbols: false,
};

const heads = is.upper | is.caseless | is.mark;
const tails = is.lower | is.caseless | is.mark;

/** Looks on, up to `stop`; the piece's end, or `undecided` where more must be looked at. */
type Look = (scan: Scan, stop: number) => number;

const undecided = -1;

/** One piece that is being looked for. Positions are in code units. */
interface Scan {
  readonly text: string;
  readonly pattern: SplitPattern;
  start: number;
  /** Where the word begins, behind the sign that may lead it. */
  word: number;
  /** What may end here if no more comes: behind the last tail of a word or the last line break. */
  last: number;
  at: number;
  look: Look;
}

export interface Splitter {
  /** Begins the piece at `start`, looking at `units` code units at most: its end, or -1 while that isn't known. */
  begin(start: number, units: number): number;
  /** Goes on with it. */
  advance(units: number): number;
}

/** Finds the pieces of a text one after the other. A piece is never empty. */
export function createSplitter(text: string, pattern: SplitPattern): Splitter {
  const scan: Scan = { text, pattern, start: 0, word: 0, last: 0, at: 0, look: lookAtFirst };
  return {
    begin(start, units) {
      scan.start = start;
      scan.at = start;
      return lookAtFirst(scan, Math.min(text.length, start + units));
    },
    advance: (units) => scan.look(scan, Math.min(text.length, scan.at + units)),
  };
}

function lookAtFirst(scan: Scan, stop: number): number {
  const { text, pattern, start } = scan;
  const first = text.codePointAt(start) as number;
  const kind = classOf(first);
  if (first === apostrophe && !pattern.contractionsEndWords) {
    const end = endOfContraction(text, start);
    if (end > start) return end;
  }
  const second = start + unitsOf(first);
  if ((kind & is.number) !== 0) return endOfNumber(text, second);
  if ((kind & is.newline) !== 0) return goOn(scan, lookAtWhitespace, start, stop);
  scan.word = (kind & is.letter) === 0 ? second : start;
  scan.last = scan.word;
  return goOn(scan, pattern.casedWords ? lookAtHeads : lookAtLetters, scan.word, stop);
}

function goOn(scan: Scan, look: Look, at: number, stop: number): number {
  scan.look = look;
  scan.at = at;
  return look(scan, stop);
}

/** `\p{L}+`, if any. */
function lookAtLetters(scan: Scan, stop: number): number {
  scan.at = runEnd(scan.text, scan.at, stop, is.letter);
  if (isCutOff(scan, stop)) return undecided;
  return scan.at > scan.word ? scan.at : lookBehindNoWord(scan, stop);
}

/**
 * `heads*`, and `tails+` from the first lower-case letter on. Where none comes, the heads give back all behind the last
 * one that is a tail as well; without any they stand alone.
 */
function lookAtHeads(scan: Scan, stop: number): number {
  const { text, word } = scan;
  let { at, last } = scan;
  while (at < stop) {
    const point = text.codePointAt(at) as number;
    const kind = classOf(point);
    if ((kind & heads) === 0) {
      if ((kind & is.lower) !== 0) return goOn(scan, lookAtTails, at, stop);
      break;
    }
    at += unitsOf(point);
    if ((kind & tails) !== 0) last = at;
  }
  scan.at = at;
  scan.last = last;
  if (isCutOff(scan, stop)) return undecided;
  if (last > word) return endOfContraction(text, last);
  // A mark that leads heads is a word by itself, and that is tried before heads alone.
  if (word > scan.start && (classOf(text.codePointAt(scan.start) as number) & is.mark) !== 0)
    return endOfContraction(text, word);
  return at > word ? endOfContraction(text, at) : lookBehindNoWord(scan, stop);
}

function lookAtTails(scan: Scan, stop: number): number {
  scan.at = runEnd(scan.text, scan.at, stop, tails);
  return isCutOff(scan, stop) ? undecided : endOfContraction(scan.text, scan.at);
}

/** Symbols with a space before them, or whitespace. */
function lookBehindNoWord(scan: Scan, stop: number): number {
  const { text, start } = scan;
  const from = text.charCodeAt(start) === blank ? start + 1 : start;
  const isSymbol = from < text.length && (classOf(text.codePointAt(from) as number) & is.symbol) !== 0;
  return isSymbol ? goOn(scan, lookAtSymbols, from, stop) : goOn(scan, lookAtWhitespace, start, stop);
}

function lookAtSymbols(scan: Scan, stop: number): number {
  scan.at = runEnd(scan.text, scan.at, stop, is.symbol);
  return isCutOff(scan, stop) ? undecided : goOn(scan, lookAtBreaks, scan.at, stop);
}

function lookAtBreaks(scan: Scan, stop: number): number {
  const { text, pattern } = scan;
  let { at } = scan;
  for (; at < stop; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== lineFeed && unit !== carriageReturn && !(pattern.slashesBehindSymbols && unit === slash))
      break;
  }
  scan.at = at;
  return isCutOff(scan, stop) ? undecided : at;
}

/** To the last line break; without one the last space is left to what stands behind it. */
function lookAtWhitespace(scan: Scan, stop: number): number {
  const { text, start } = scan;
  let { at } = scan;
  let last = at === start ? start : scan.last;
  while (at < stop) {
    // No whitespace lies beyond the 16-bit characters.
    const kind = classOf(text.charCodeAt(at));
    if ((kind & is.whitespace) === 0) break;
    at++;
    if ((kind & is.newline) !== 0) last = at;
  }
  scan.at = at;
  scan.last = last;
  if (isCutOff(scan, stop)) return undecided;
  if (last > start) return last;
  return at === text.length || at === start + 1 ? at : at - 1;
}

/** It came to `stop` and there is more text. */
function isCutOff(scan: Scan, stop: number): boolean {
  return scan.at >= stop && stop < scan.text.length;
}

function runEnd(text: string, start: number, stop: number, classes: number): number {
  let at = start;
  while (at < stop) {
    const unit = text.charCodeAt(at);
    const point = isHighSurrogate(unit) ? (text.codePointAt(at) as number) : unit;
    if ((classOf(point) & classes) === 0) break;
    at += unitsOf(point);
  }
  return at;
}

/** At most two more digits. */
function endOfNumber(text: string, second: number): number {
  let at = second;
  for (let digits = 1; digits < 3 && at < text.length; digits++) {
    const point = text.codePointAt(at) as number;
    if ((classOf(point) & is.number) === 0) break;
    at += unitsOf(point);
  }
  return at;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const blank = 0x20;
const apostrophe = 0x27;
const slash = 0x2f;

/** Behind `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`; `start` where none of them stands. */
function endOfContraction(text: string, start: number): number {
  if (text.charCodeAt(start) !== apostrophe) return start;
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
