import type { Steps } from "../tokens/slices.ts";
import { chunksOf } from "./chunks.ts";

/** What letters may be kept apart by, in UTF-16 units: `-`, a blank line, an emoji. */
const maxGapChars = 4;
/** Two letters that stand alone are nothing unusual. */
const minLetters = 3;
const maxRun = 256;

/** Words and, after each, what follows it. */
const pieces = /([\p{L}\p{M}\p{N}@$]+)([^\p{L}\p{M}\p{N}@$]*)|[^\p{L}\p{M}\p{N}@$]+/gu;
const oneCharacter = /^.\p{M}*$/su;

interface SpacedLetter {
  readonly letter: string;
  readonly gap: string;
}

/**
 * Joins letters that are kept apart (`k i l l`, `k.i.l.l`, one below the other). The gap that is found most often in a
 * run is the one between letters; another one ends a word.
 */
export function* joinSpacedLetters(text: string): Steps<string> {
  const out: string[] = [];
  let run: SpacedLetter[] = [];
  for (const chunk of chunksOf(text)) {
    const written: string[] = [];
    for (const [whole, word, gap = ""] of chunk.matchAll(pieces)) {
      const isLetter = word !== undefined && oneCharacter.test(word);
      if (isLetter) run.push({ letter: word, gap });
      const goesOn = isLetter && gap.length <= maxGapChars && run.length < maxRun;
      if (goesOn) continue;
      if (run.length > 0) written.push(joinRun(run));
      run = [];
      if (!isLetter) written.push(whole);
    }
    // A string a chunk: joining one a word would take 20 ms for a megabyte.
    out.push(written.join(""));
    yield;
  }
  out.push(joinRun(run));
  return out.join("");
}

function joinRun(run: readonly SpacedLetter[]): string {
  const gaps = run.slice(0, -1).map(({ gap }) => gap);
  if (run.length < minLetters) return run.map(({ letter, gap }) => letter + gap).join("");
  const usual = mostFrequent(gaps);
  return run
    .map(({ letter, gap }, i) => letter + (i === run.length - 1 ? gap : gap === usual ? "" : " "))
    .join("");
}

function mostFrequent(gaps: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const gap of gaps) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  let most: string | undefined;
  for (const [gap, count] of counts)
    if (count > (counts.get(most ?? "") ?? 0) || most === undefined) most = gap;
  return most;
}
