// One bit for each dimension of a vector that was turned at random, as RaBitQ does (Gao and Long, SIGMOD 2024). The turn
// makes bits mean the same whatever made the vectors; without it, those that are 0 in most places would be all alike.

/** A search compares codes in pieces of 128 bits. */
const leastBits = 128;
/** The kernel counts bits in bytes: 16 pieces of 128 bits, 8 bits each, stay below 256. */
const mostBits = 2_048;
/** A coordinate of the query is one of so many weights, and a sign. */
export const planeCount = 3;
const heaviest = 2 ** planeCount - 1;
/** Standard deviations of a coordinate up to which weights tell it apart. */
const clippedAt = 2.5;
/** The mean of |x| for normal x of variance 1: what a sign is worth as an estimate of a coordinate. */
const signWorth = Math.sqrt(2 / Math.PI);

export interface QueryCode {
  /** The signs' bits, then those of the weights, the lowest first. */
  readonly bytes: Uint8Array;
  /** The likely cosine for a sum of the weights of the bits that differ. */
  toEstimate(score: number): number;
  readonly highestScore: number;
  /** By how much estimates err, as a standard deviation, around a similarity. */
  errorAround(similarity: number): number;
}

/** How many bytes the codes of vectors with so many dimensions have. */
export function codeBytesOf(dimensions: number): number {
  return Math.min(turnedLength(dimensions), mostBits) / 8;
}

/** The code of a vector of length 1. */
export function toCode(vector: Float32Array): Uint8Array {
  const turned = turn(vector);
  const code = new Uint8Array(codeBytesOf(vector.length));
  for (let index = 0; index < code.length * 8; index += 1) {
    if ((turned[index] as number) > 0) setBit(code, index);
  }
  return code;
}

/** What a vector of length 1 is compared to codes with. */
export function toQueryCode(vector: Float32Array): QueryCode {
  const turned = turn(vector);
  const codeBytes = codeBytesOf(vector.length);
  const bits = codeBytes * 8;
  const step = clippedAt / heaviest / Math.sqrt(turned.length);
  const bytes = new Uint8Array(codeBytes * (1 + planeCount));
  let weights = 0;
  for (let index = 0; index < bits; index += 1) {
    const value = turned[index] as number;
    const weight = Math.min(heaviest, Math.round(Math.abs(value) / step));
    weights += weight;
    if (value > 0) setBit(bytes, index);
    for (let plane = 0; plane < planeCount; plane += 1) {
      if ((weight >> plane) & 1) setBit(bytes, index + (plane + 1) * bits);
    }
  }
  const scale = Math.sqrt(turned.length) / (bits * signWorth);
  const spread = Math.sqrt(1 - signWorth ** 2) / signWorth / Math.sqrt(bits);
  return {
    bytes,
    highestScore: heaviest * bits,
    toEstimate: (score) => (weights - 2 * score) * step * scale,
    errorAround: (similarity) => spread * Math.sqrt(Math.max(0, 1 - similarity ** 2)),
  };
}

function setBit(bytes: Uint8Array, index: number): void {
  bytes[index >> 3] = (bytes[index >> 3] as number) | (1 << (index & 7));
}

function turnedLength(dimensions: number): number {
  return Math.max(leastBits, 2 ** Math.ceil(Math.log2(dimensions)));
}

/** Changes signs by a fixed pattern, then mixes all coordinates (a Walsh–Hadamard transform), which keeps the length. */
function turn(vector: Float32Array): Float64Array {
  const length = turnedLength(vector.length);
  const turned = new Float64Array(length);
  const scale = 1 / Math.sqrt(length);
  for (let index = 0; index < vector.length; index += 1) {
    turned[index] = (vector[index] as number) * (isFlipped(index) ? -scale : scale);
  }
  for (let half = 1; half < length; half *= 2) {
    for (let start = 0; start < length; start += 2 * half) {
      for (let low = start; low < start + half; low += 1) {
        const a = turned[low] as number;
        const b = turned[low + half] as number;
        turned[low] = a + b;
        turned[low + half] = a - b;
      }
    }
  }
  return turned;
}

/** As good as chance, and the same for ever: codes are stored. The mixer is that of MurmurHash3. */
function isFlipped(index: number): boolean {
  let mixed = Math.imul(index + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) & 1) === 1;
}
