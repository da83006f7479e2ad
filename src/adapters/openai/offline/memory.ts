import { isQuestion, isRequest, sentencesOf } from "./transcript.ts";
import type { Said } from "./transcript.ts";

/** What somebody stated earlier. */
export interface Statement {
  readonly author: string;
  readonly text: string;
}

/** The name that somebody gave themselves, the last one where there are several. */
export function nameOf(author: string, turns: readonly Said[]): string | undefined {
  return turns
    .filter((turn) => turn.by === "user" && turn.author === author)
    .map((turn) => statedName(turn.text))
    .findLast((name) => name !== undefined);
}

export function statedName(text: string): string | undefined {
  const name =
    /(?:\b[Mm]y name(?:’s|'s| is)|\b[Cc]all me|\bI(?:’m|'m| am) called)\s+([\p{L}][\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)*)/u;
  return (
    name.exec(text)?.[1] ?? /^(?:Hi|Hello|Hey)?[,!.]?\s*I(?:’m|'m| am) (\p{Lu}\p{L}+)[.!]?$/u.exec(text)?.[1]
  );
}

/** The statement that shares most words with a question: at least half of those that mean something. */
export function recall(question: string, asker: string, turns: readonly Said[]): Statement | undefined {
  const wanted = contentWords(question);
  if (wanted.size === 0) return undefined;
  const isAboutAsker = /\b(?:my|mine|i)\b/i.test(question);
  let best: { readonly score: number; readonly statement: Statement } | undefined;
  for (const turn of turns) {
    if (turn.by !== "user") continue;
    for (const sentence of sentencesOf(turn.text)) {
      if (isQuestion(sentence) || isRequest(sentence)) continue;
      const words = contentWords(sentence);
      const shared = [...wanted].filter((word) => words.has(word)).length / wanted.size;
      if (shared < 0.5) continue;
      const score = shared + (isAboutAsker && turn.author === asker ? 0.5 : 0);
      // Of equals the later one counts: people correct themselves.
      if (!best || score >= best.score)
        best = { score, statement: { author: turn.author, text: asNoted(sentence) } };
    }
  }
  return best?.statement;
}

/** A sentence without the request to keep it. */
export function asNoted(sentence: string): string {
  return sentence.replace(/^(?:please\s+)?(?:remember|note|keep in mind)(?:,|:)?\s+(?:that\s+)?/i, "");
}

const empty = new Set(
  "a an and are as at be but by can could did do does for from had has have he her him his how i if in is it its let me mine my no not of on or our please remember say said she should so tell that the their them then there they this to us was we were what when where which who why will with would you your know about again just told earlier also any some".split(
    " ",
  ),
);

/** The words that mean something, in the same form for singular and plural, present and past. */
export function contentWords(text: string): ReadonlySet<string> {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .replaceAll(/['’]s\b/g, "")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !empty.has(word)).map(stem));
}

export function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ies|ing|ed|es|s|y|e)$/, "") : word.replace(/(?<=\w{2})s$/, "");
}
