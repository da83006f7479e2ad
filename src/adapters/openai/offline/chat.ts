import { admitIgnorance, skills } from "./skills.ts";
import type { Said, Transcript } from "./transcript.ts";

/** What is read of a message that is answered, in UTF-16 units: the skills' patterns are not made for a novel. */
const maxQuestionChars = 2_000;

/** At most so many messages that nobody has answered are answered together. */
const maxAnswered = 4;

/**
 * The stand-in's answer to a conversation, in Markdown: the same for the same transcript and time. Messages that came
 * together are answered one after the other in one reply.
 */
export function answerChat(transcript: Transcript, now: number): string {
  const { turns } = transcript;
  const answered = turns.findLastIndex((turn) => turn.by === "assistant") + 1;
  const first = Math.max(answered, turns.length - maxAnswered);
  const open = turns.slice(first).map((turn) => ({ ...turn, text: turn.text.slice(0, maxQuestionChars) }));
  if (open.length === 0) return "There is nothing for me to answer yet.";
  const answers = open.map((question, i) => ({
    question,
    answer: answerOne(question, transcript, turns.slice(0, first + i), now),
  }));
  if (answers.length === 1) return answers[0]?.answer ?? "";
  return answers.map(({ question, answer }) => `${opening(question)}\n\n${answer}`).join("\n\n");
}

function answerOne(question: Said, transcript: Transcript, before: readonly Said[], now: number): string {
  const context = { ...transcript, before, now };
  for (const { answer } of skills) {
    const text = answer(question, context);
    if (text) return text;
  }
  return admitIgnorance(question, transcript);
}

function opening({ author, text }: Said): string {
  const line = text.replaceAll(/\s+/g, " ");
  return `> ${author && `**${author}**: `}${line.length > 80 ? `${line.slice(0, 80).trim()}…` : line}`;
}
