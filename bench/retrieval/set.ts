import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { MessageId } from "../../src/core/ids.ts";
import { createDice } from "../../src/core/threads/matrix.ts";
import type { ChunkTurn } from "../../src/core/threads/chunks.ts";

/** A thread as people leave them: what was asked and answered, among what is said besides. */
export interface LabelledThread {
  readonly id: string;
  readonly turns: readonly ChunkTurn[];
}

export interface LabelledQuestion {
  readonly text: string;
  /** The thread that answers it; nothing where none does. */
  readonly answeredIn?: string;
}

export interface RetrievalSet {
  readonly threads: readonly LabelledThread[];
  readonly questions: readonly LabelledQuestion[];
}

interface Topic {
  readonly id: string;
  readonly lines: readonly string[];
  readonly questions: readonly string[];
}

const dayMs = 86_400_000;
/** The newest thread is of that day. */
export const newestAt = Date.UTC(2026, 10, 1);
/** Each so many-th thread drifts into the next topic. */
const drifts = 27;
/** Of five threads two are long: one comes to its point late, another goes on after it. */
const shapes = 5;
const leastChatter = 20;
const mostChatter = 70;

/**
 * The labelled set: topics in `threads-*.txt`, each a question with its answer (`>`) and, in other words, what somebody asks
 * later (`??`). Everything is made up, and made the same every time.
 */
export function readRetrievalSet(): RetrievalSet {
  const topics = readdirSync(import.meta.dirname)
    .filter((name) => name.startsWith("threads-"))
    .toSorted()
    .flatMap((name) => readTopics(readFileSync(join(import.meta.dirname, name), "utf8")));
  const chatter = readFileSync(join(import.meta.dirname, "chatter.txt"), "utf8")
    .trim()
    .split("\n");
  const random = createDice(1);
  const say = () => chatter[Math.floor(random() * chatter.length)] ?? "";
  const talk = () =>
    Array.from({ length: leastChatter + Math.floor(random() * (mostChatter - leastChatter)) }, say);

  const threads: LabelledThread[] = [];
  const questions: LabelledQuestion[] = [];
  const told = topics.filter(({ id }) => id !== "none");
  for (let i = 0; i < told.length; i++) {
    const topic = told[i] as Topic;
    const next = i % drifts === 0 ? told[++i] : undefined;
    const lines = [...topic.lines, ...(next ? [...talk(), ...next.lines] : [])];
    const [first = "", ...rest] = lines;
    const shape = threads.length % shapes;
    const whole =
      shape === 1
        ? ["Does anybody have a minute?", ...talk(), ...lines]
        : [first, ...rest, ...(shape === 3 ? talk() : [])];
    const beganAt = newestAt - threads.length * dayMs;
    threads.push({
      id: topic.id,
      turns: whole.map((text, turn) => {
        const id = `${topic.id}-${turn}`;
        return { id, message: id as MessageId, text, at: beganAt + turn };
      }),
    });
    for (const { questions: asked } of next ? [topic, next] : [topic])
      questions.push(...asked.map((text) => ({ text, answeredIn: topic.id })));
  }
  const none = topics.find(({ id }) => id === "none")?.questions ?? [];
  return { threads, questions: [...questions, ...none.map((text) => ({ text }))] };
}

function readTopics(file: string): readonly Topic[] {
  return file
    .split(/^## /m)
    .slice(1)
    .map((block) => {
      const [id = "", ...said] = block.trim().split("\n");
      const questions = said.filter((line) => line.startsWith("?? ")).map((line) => line.slice("?? ".length));
      const lines = said.filter((line) => !line.startsWith("?? ")).map((line) => line.replace(/^> /, ""));
      return { id, lines, questions };
    });
}
