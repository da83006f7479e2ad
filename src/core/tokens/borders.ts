/**
 * Knows between which bytes no token ever reaches, so that a long word falls into parts of a few bytes that can be merged
 * one by one: most of Chinese and of random letters does.
 */
export interface Borders {
  learn(token: Uint8Array, start: number, end: number): void;
  /** The first such border in [from, stop), or `stop`, in a word of `length` bytes. `from` is at least 1. */
  next(bytes: Uint8Array, from: number, stop: number, length: number): number;
}

/** A tenth of the bits is set by the 100,000 windows of o200k_base: that many borders are overlooked, which does no harm. */
const windowBits = 20;

export function createBorders(): Borders {
  /** Two bytes that begin or end a token: one that reaches over a border by a single byte on one side. */
  const edges = new Int32Array(2 ** (16 - 5));
  /** Four bytes within a token, by their hash: one that reaches over the border in their middle by two on either side. */
  const windows = new Int32Array(2 ** (windowBits - 5));

  function learn(token: Uint8Array, start: number, end: number): void {
    if (end - start < 2) return;
    setBit(edges, pairAt(token, start));
    setBit(edges, pairAt(token, end - 2));
    for (let at = start; at + 4 <= end; at++) setBit(windows, windowAt(token, at));
  }

  function next(bytes: Uint8Array, from: number, stop: number, length: number): number {
    for (let at = from; at < stop; at++) {
      if (hasBit(edges, pairAt(bytes, at - 1))) continue;
      if (at < 2 || at + 2 > length || !hasBit(windows, windowAt(bytes, at - 2))) return at;
    }
    return stop;
  }

  return { learn, next };
}

/** Two bytes as a number. */
export function pairAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function windowAt(bytes: Uint8Array, at: number): number {
  const window = (pairAt(bytes, at) << 16) | pairAt(bytes, at + 2);
  return Math.imul(window, 0x1e_37_79_b1) >>> (32 - windowBits);
}

function setBit(bits: Int32Array, bit: number): void {
  bits[bit >> 5] = (bits[bit >> 5] as number) | (1 << (bit & 31));
}

function hasBit(bits: Int32Array, bit: number): boolean {
  return (((bits[bit >> 5] as number) >> (bit & 31)) & 1) === 1;
}
