import { contentWords } from "./memory.ts";

/**
 * A unit vector in which texts with common words, or words with common parts, are near each other: words and the
 * three-letter parts of words, hashed into the dimensions with a sign.
 */
export function embedText(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const add = (feature: string, weight: number): void => {
    const hash = fnv1a(feature);
    const at = (hash >>> 1) % dimensions;
    vector[at] = (vector[at] ?? 0) + (hash & 1 ? weight : -weight);
  };
  for (const word of contentWords(text)) {
    add(`w ${word}`, 1);
    const marked = `<${word}>`;
    const parts = Math.max(1, marked.length - 2);
    for (let i = 0; i < parts; i++) add(`p ${marked.slice(i, i + 3)}`, 0.5 / Math.sqrt(parts));
  }
  const length = Math.hypot(...vector);
  // A text without a word has a direction of its own.
  if (length === 0) {
    vector[fnv1a(text) % dimensions] = 1;
    return vector;
  }
  return vector.map((value) => value / length);
}

/** FNV-1a over UTF-16 code units, 32 bits, with a last mix because its low bits alone are poor. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
