import type { Conversation } from "./conversation.ts";
import type { PersonId } from "./ids.ts";

/** Somebody who takes part in a conversation, and what the model calls them. */
export interface Mentionable {
  readonly label: string;
  readonly person: PersonId;
}

/** In one reply. */
const maxMentions = 5;

/** Code, in which nobody is called: from a run of backticks to the next of the same length, or to the end. */
const code = /(?<![\\`])(`+)(?!`)(?:[\s\S]*?(?<!`)\1(?!`)|[\s\S]*$)/g;

/** Who may be called in a conversation. Alone with Parley nobody has a label, and nobody needs to be called. */
export function mentionablePeople({
  channelKind,
  labels,
}: Pick<Conversation, "channelKind" | "labels">): readonly Mentionable[] {
  if (channelKind === "direct") return [];
  return Object.entries(labels).map(([person, label]) => ({ person: person as PersonId, label }));
}

/**
 * Texts of one reply as they are sent, with `@Label` in the platform's markup where it is, to the letter, the label of
 * somebody who takes part: each person once, a few at the most, nobody in code or in a link. A text that would be longer than
 * it may be stays as it is.
 */
export function callPeople(
  texts: readonly string[],
  people: readonly Mentionable[],
  { markup, maxChars }: { readonly markup: (person: PersonId) => string; readonly maxChars: number },
): readonly string[] {
  if (people.length === 0) return texts;
  const byLabel = new Map(people.map(({ label, person }) => [label, person]));
  const pattern = patternOf(byLabel);
  const called = new Set<PersonId>();
  return texts.map((text) => {
    const calls: PersonId[] = [];
    const callIn = (words: string) =>
      words.replaceAll(pattern, (asWritten, label: string) => {
        const person = byLabel.get(label);
        const isFirst = person !== undefined && !called.has(person) && !calls.includes(person);
        if (!isFirst || called.size + calls.length >= maxMentions) return asWritten;
        calls.push(person);
        return markup(person);
      });
    const shown = outsideOf(code, text, callIn);
    if (shown.length > maxChars) return text;
    for (const person of calls) called.add(person);
    return shown;
  });
}

/** Longer labels first: `Ada 2` is not `Ada`, and neither is `Ada 3`. */
function patternOf(byLabel: ReadonlyMap<string, PersonId>): RegExp {
  const labels = [...byLabel.keys()].toSorted((a, b) => b.length - a.length);
  const choices = labels.map((label) => label.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const end = String.raw`(?![\p{L}\p{M}\p{N}_]| \p{N}|[-.'’]\p{L}|\]\()`;
  return new RegExp(String.raw`(?<![\p{L}\p{N}_.@/+\[\\-])@(${choices.join("|")})${end}`, "gu");
}

function outsideOf(pattern: RegExp, text: string, change: (piece: string) => string): string {
  let shown = "";
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    shown += change(text.slice(at, found.index)) + found[0];
    at = found.index + found[0].length;
  }
  return shown + change(text.slice(at));
}

/** Somebody or a channel in the text of a command: by id, and with a name for those who read it. */
export function mentionWithId(mark: "@" | "#", id: string, name: string): string {
  return `<${mark}${id}|${name.replaceAll(/[<>|\n]/g, " ").trim()}>`;
}

/** The same text with nothing but the names. */
export function withoutMentionIds(text: string): string {
  return text.replaceAll(/<([@#])[^<>|\s]+\|([^<>|\n]*)>/g, "$1$2");
}
