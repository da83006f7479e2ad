import type { CategoryScores } from "../ports.ts";
import type { wordListRules } from "./policy.ts";

/** The hits in a text, as categories of their own. */
export type FindWords = (ways: readonly string[]) => CategoryScores;

/** What an operator doesn't want to be passed on, whatever the service thinks of it. */
export interface WordList {
  readonly block: readonly string[];
  readonly flag: readonly string[];
}

/** Scripts that put no space between words: there a word is found inside of others. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Finds listed words and phrases in a text that is given in all the ways in which it can be read, as whole words and
 * whatever the case. Linear in the text.
 */
export function createWordList({ block, flag }: WordList): FindWords {
  const blocked = createFinder(block);
  const flagged = createFinder(flag);
  const hit = { flagged: true, score: 1 };
  return (ways): Partial<Record<keyof typeof wordListRules, typeof hit>> => ({
    ...(ways.some(blocked) && { words: hit }),
    ...(ways.some(flagged) && { "words/flagged": hit }),
  });
}

function createFinder(entries: readonly string[]): (text: string) => boolean {
  const phrases = new Map<string, readonly (readonly string[])[]>();
  const parts: string[] = [];
  for (const entry of entries) {
    const words = wordsOf(entry);
    const [first] = words;
    if (first === undefined) continue;
    if (unspaced.test(entry)) parts.push(words.join(""));
    else phrases.set(first, [...(phrases.get(first) ?? []), words]);
  }
  if (phrases.size === 0 && parts.length === 0) return () => false;

  return (text) => {
    const words = wordsOf(text);
    const joined = parts.length > 0 ? words.join("") : "";
    if (parts.some((part) => joined.includes(part))) return true;
    return words.some((word, at) =>
      (phrases.get(word) ?? []).some((phrase) => phrase.every((each, i) => words[at + i] === each)),
    );
  };
}

function wordsOf(text: string): readonly string[] {
  const found = text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return found ?? [];
}
