import { createBorders, pairAt } from "./borders.ts";
import type { Borders } from "./borders.ts";

/** A rank table as js-tiktoken ships it. */
export interface RankData {
  /** Lines of `! <first rank> <token in base64> <token of the next rank> …` */
  readonly bpe_ranks: string;
}

/** Byte sequences and their ranks, found by content. */
export interface Vocabulary {
  /** No token is longer. */
  readonly maxTokenBytes: number;
  /** Ranks of all sequences of two bytes, at `first * 256 + second`. */
  readonly rankOfPair: Int32Array;
  /** The rank of `bytes[start, end)`, or `noRank`. */
  rankOf(bytes: Uint8Array, start: number, end: number): number;
  readonly borders: Pick<Borders, "next">;
}

/** Greater than every rank. */
export const noRank = 0x7f_ff_ff_ff;

/** A slot of the hash table holds rank + 1 in its low bits and a part of the hash above; 0 is an empty slot. */
const rankBits = 18;
const rankMask = 2 ** rankBits - 1;

const tokensPerStep = 2_048;
const longestToken = 255;
/** One byte in base64 and the blank before it. */
const leastCharsPerToken = 5;

/**
 * Reads a rank table into flat arrays: about 5 MB for 200,000 tokens, where maps of strings take 150. Yields after a
 * millisecond or less.
 * @throws RangeError for ranks from 262,142 on or beyond the table's own length, or a token of more than 255 bytes
 */
export function* buildVocabulary(data: RankData): Generator<undefined, Vocabulary, void> {
  const table = data.bpe_ranks;
  const capacity = Math.min(rankMask - 1, Math.ceil(table.length / leastCharsPerToken));
  const slotBits = Math.ceil(Math.log2(capacity + 1));
  const slots = new Int32Array(2 ** slotBits);
  const lastSlot = slots.length - 1;
  const starts = new Uint32Array(capacity);
  const lengths = new Uint8Array(capacity);
  const tokenBytes = new Uint8Array(table.length);
  const rankOfPair = new Int32Array(256 * 256).fill(noRank);
  const borders = createBorders();
  let maxTokenBytes = 0;

  function add(rank: number, start: number, end: number): void {
    const length = end - start;
    if (rank >= capacity || length > longestToken) throw new RangeError(`token ${rank} of ${length} bytes`);
    maxTokenBytes = Math.max(maxTokenBytes, length);
    starts[rank] = start;
    lengths[rank] = length;
    if (length === 2) rankOfPair[pairAt(tokenBytes, start)] = rank;
    borders.learn(tokenBytes, start, end);
    const hash = hashOf(tokenBytes, start, end);
    let slot = hash >>> (32 - slotBits);
    while (slots[slot] !== 0) slot = (slot + 1) & lastSlot;
    slots[slot] = (hash << rankBits) | (rank + 1);
  }

  function rankOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const tag = hash << rankBits;
    for (let slot = hash >>> (32 - slotBits); ; slot = (slot + 1) & lastSlot) {
      const entry = slots[slot] as number;
      if (entry === 0) return noRank;
      if ((entry & ~rankMask) !== tag) continue;
      const rank = (entry & rankMask) - 1;
      if (lengths[rank] === end - start && isToken(starts[rank] as number, bytes, start, end)) return rank;
    }
  }

  function isToken(tokenStart: number, bytes: Uint8Array, start: number, end: number): boolean {
    for (let at = start, tokenAt = tokenStart; at < end; at++, tokenAt++) {
      if (bytes[at] !== tokenBytes[tokenAt]) return false;
    }
    return true;
  }

  let written = 0;
  for (const line of table.split("\n")) {
    const firstBlank = line.indexOf(" ");
    const secondBlank = line.indexOf(" ", firstBlank + 1);
    let rank = Number.parseInt(line.slice(firstBlank, secondBlank), 10);
    for (let at = secondBlank; at < line.length && at >= 0;) {
      const start = written;
      let bits = 0;
      let bitCount = 0;
      for (at++; at < line.length; at++) {
        const code = line.charCodeAt(at);
        if (code === blank) break;
        if (code === padding) continue;
        bits = (bits << 6) | (base64Values[code] as number);
        bitCount += 6;
        if (bitCount < 8) continue;
        bitCount -= 8;
        tokenBytes[written++] = bits >> bitCount;
      }
      add(rank, start, written);
      rank++;
      if (rank % tokensPerStep === 0) yield;
    }
  }
  return { maxTokenBytes, rankOfPair, rankOf, borders };
}

/**
 * As FNV-1a does it, with the bits mixed once more, since slots are taken from the highest and tags from the lowest. The
 * first value is a small one: V8 would hold a greater one as a double, at thrice the time.
 */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x01_1c_9d_c5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c_1b_3c_6d);
  return hash ^ (hash >>> 13);
}

const blank = 0x20;
const padding = 0x3d;
const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base64Values = new Uint8Array(128);
for (let value = 0; value < base64Alphabet.length; value++)
  base64Values[base64Alphabet.charCodeAt(value)] = value;
