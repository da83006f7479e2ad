import type { Said, Transcript } from "./transcript.ts";

/** One thing that the stand-in can do: answers in Markdown, or nothing where it isn't asked for that. */
export interface Skill {
  readonly name: string;
  readonly answer: (question: Said, context: SkillContext) => string | undefined;
}

export interface SkillContext extends Transcript {
  /** The turns before the question. */
  readonly before: readonly Said[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A skill's answer to messages that match. */
export function when(
  pattern: RegExp,
  answer: (context: SkillContext, question: Said) => string | undefined,
): Skill["answer"] {
  return (question, context) => (pattern.test(question.text) ? answer(context, question) : undefined);
}
