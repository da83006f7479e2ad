import { createSlices } from "../tokens/slices.ts";
import type { Steps } from "../tokens/slices.ts";
import { seeCharacters } from "./characters.ts";
import { chunksOf } from "./chunks.ts";
import { readCiphers } from "./ciphers.ts";
import { readEncodings } from "./encodings.ts";
import { readEscapes } from "./escapes.ts";
import { joinSpacedLetters } from "./spaced-letters.ts";
import { readWords } from "./words.ts";

/**
 * Every way in which a text is to be judged: as it stands, first, and as somebody may read it who wants to: distinct,
 * ten at most. Takes time in proportion to its length, in slices of the event loop.
 */
export type Normalise = (text: string) => Promise<readonly string[]>;

/** Of one turn of the event loop. */
const sliceMs = 5;
/** An encoding in an encoding in an encoding. */
const maxDepth = 3;
/** The other letters of a text say the same as its words. */
const noWord = /[^\p{L}\p{N}]+/gu;

export function createNormalise(): Normalise {
  const slices = createSlices(sliceMs);
  return (text) => slices.run(readAllWays(text));
}

function* readAllWays(text: string): Steps<readonly string[]> {
  const ways = new Map([[yield* wordsOf(text), text]]);
  function* add(way: string): Steps<void> {
    const words = yield* wordsOf(way);
    if (words.trim() !== "" && !ways.has(words)) ways.set(words, way);
  }

  const { text: seen, hidden } = yield* seeCharacters(text);
  const joined = yield* joinSpacedLetters(seen);
  yield* add(yield* readWords(joined, "usual"));
  yield* add(yield* readWords(joined, "other"));
  yield* add((yield* readCiphers(seen)).join("\n"));
  let decoded = yield* decode(seen);
  if (hidden !== "") decoded.push(hidden);
  for (let depth = 0; depth < maxDepth && decoded.length > 0; depth++) {
    const inner = yield* seeCharacters(decoded.join("\n"));
    yield* add(yield* readWords(yield* joinSpacedLetters(inner.text), "usual"));
    yield* add((yield* readCiphers(inner.text)).join("\n"));
    decoded = yield* decode(inner.text);
    if (inner.hidden !== "") decoded.push(inner.hidden);
  }
  return [...ways.values()];
}

function* decode(text: string): Steps<string[]> {
  const unescaped = yield* readEscapes(text);
  const pieces = yield* readEncodings(text);
  return [...(unescaped === text ? [] : [unescaped]), ...pieces];
}

/** Two texts with the same words are judged alike. */
function* wordsOf(text: string): Steps<string> {
  const words: string[] = [];
  for (const chunk of chunksOf(text)) {
    words.push(chunk.toLowerCase().replaceAll(noWord, " "));
    yield;
  }
  return words.join("");
}
