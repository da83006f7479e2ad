import type { CauseId, ConversationKey, PersonKey } from "./ids.ts";

export type Opinion = "good" | "bad";

/** What one person thinks of one answer: the last word counts. */
export interface Feedback {
  readonly conversation: ConversationKey;
  /** The id of the answer's turn. */
  readonly answer: CauseId;
  readonly person: PersonKey;
  /** Missing where it was taken back. */
  readonly opinion?: Opinion;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const emoji: Readonly<Record<string, Opinion>> = {
  "👍": "good",
  "👎": "bad",
  "+1": "good",
  "-1": "bad",
  thumbsup: "good",
  thumbsdown: "bad",
};

/**
 * The opinion that an emoji stands for, in any tone of skin: as a character, or by its name in Slack
 * (docs.slack.dev/reference/events/reaction_added: `+1::skin-tone-2`).
 */
export function opinionOf(reaction: string): Opinion | undefined {
  const plain = reaction.replace(/::skin-tone-\d$/, "").replaceAll(/\p{Emoji_Modifier}|\ufe0f/gu, "");
  return Object.hasOwn(emoji, plain) ? emoji[plain] : undefined;
}

/** What a press comes to: pressing again what was said takes it back. */
export function pressed(opinion: Opinion, before: Opinion | undefined): Opinion | undefined {
  return before === opinion ? undefined : opinion;
}

/** What a reaction comes to; taken off, it takes back what it said, and nothing else. */
export function reacted(opinion: Opinion, isOn: boolean, before: Opinion | undefined): Opinion | undefined {
  if (isOn) return opinion;
  return before === opinion ? undefined : before;
}
