/** Vectors as embeddings of texts lie: in clusters, some near each other. The same seed makes the same ones. */
export interface MadeVectors {
  /** One of a random cluster, of length 1. */
  next(): Float32Array;
}

export function makeVectors(options: {
  readonly seed: number;
  readonly dimensions: number;
  readonly clusters: number;
  /** How far members lie from their centre, which is of length 1. */
  readonly spread: number;
}): MadeVectors {
  const { seed, dimensions, clusters, spread } = options;
  const random = createRandom(seed);
  // A pool of normal numbers, read from random places on: a million vectors would take as many logarithms each.
  const pool = Float32Array.from({ length: 262_144 + dimensions }, () => toNormal(random(), random()));
  const draw = (): Float32Array => {
    const start = Math.floor(random() * (pool.length - dimensions));
    return pool.subarray(start, start + dimensions);
  };
  const centres = Array.from({ length: clusters }, () => toUnit(Float32Array.from(draw())));
  const scale = spread / Math.sqrt(dimensions);
  return {
    next() {
      const centre = centres[Math.floor(random() * clusters)] as Float32Array;
      const noise = draw();
      return toUnit(centre.map((value, index) => value + scale * (noise[index] as number)));
    },
  };
}

/** In place. */
export function toUnit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  for (const [index, value] of vector.entries()) vector[index] = value / length;
  return vector;
}

export function cosineOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

/** Mulberry32: 0 ≤ x < 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller's way from two even numbers to a normal one. */
function toNormal(a: number, b: number): number {
  return Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
}
