import { embedText } from "../src/adapters/openai/offline/embed.ts";
import { createCalibrationOf } from "../src/core/threads/calibration.ts";
import { cutChunks, usualShape } from "../src/core/threads/chunks.ts";
import type { ChunkShape } from "../src/core/threads/chunks.ts";
import { titleOf } from "../src/core/threads/thread.ts";
import { createTokenCounter } from "../src/core/tokens.ts";
import { cosineOf } from "../test/support/made-vectors.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { readRetrievalSet } from "./retrieval/set.ts";
import type { LabelledQuestion, RetrievalSet } from "./retrieval/set.ts";

const dimensions = 512;
const model = "text-embedding-3-small";
const shown = 5;

interface Cutting {
  readonly shape: ChunkShape;
  /** Each chunk begins with how its thread began. */
  readonly isHeaded: boolean;
}

const chosen: Cutting = { shape: usualShape, isHeaded: true };
const others: readonly Cutting[] = [
  { shape: { maxTokens: 64, overlapTokens: 32 }, isHeaded: true },
  { shape: { maxTokens: 128, overlapTokens: 64 }, isHeaded: true },
  { shape: { maxTokens: 128, overlapTokens: 64 }, isHeaded: false },
  { shape: { maxTokens: 128, overlapTokens: 0 }, isHeaded: false },
  { shape: { maxTokens: 160, overlapTokens: 64 }, isHeaded: false },
  { shape: { maxTokens: 256, overlapTokens: 128 }, isHeaded: true },
  { shape: { maxTokens: 256, overlapTokens: 128 }, isHeaded: false },
  { shape: { maxTokens: 512, overlapTokens: 128 }, isHeaded: true },
  { shape: { maxTokens: 512, overlapTokens: 128 }, isHeaded: false },
  { shape: { maxTokens: 512, overlapTokens: 0 }, isHeaded: false },
];

/** How near a thread is to a question, from how near its chunks are, and their mean. */
type Merge = (similarities: readonly number[], mean: number) => number;

const nearestChunk: Merge = (similarities) => Math.max(...similarities);
const otherMerges: Readonly<Record<string, Merge>> = {
  "the mean of its chunks": (_similarities, mean) => mean,
  "its nearest two": (similarities) => {
    const [first = 0, second = first] = similarities.toSorted((a, b) => b - a);
    return (first + second) / 2;
  },
  "half its nearest, half the mean": (similarities, mean) => (Math.max(...similarities) + mean) / 2,
};

/**
 * How well questions in other words find the thread that answers them, by how threads are cut and by what counts of a thread;
 * with the offline embedder, which knows words and their parts and no meaning.
 */
export async function run(): Promise<BenchResult[]> {
  const set = readRetrievalSet();
  const questions = set.questions.map((question) => ({
    ...question,
    vector: embedText(question.text, dimensions),
  }));
  const counter = await createTokenCounter();
  const cutAll = (cutting: Cutting) => cut(set, cutting, (text) => counter.count(text, model));

  const threads = await cutAll(chosen);
  const usual = rank(threads, questions, nearestChunk);
  const size = `${set.threads.length} threads in ${chunksOf(threads)} chunks, ${questions.length} questions`;
  const results: BenchResult[] = [
    ...measuresOf(usual).map(([name, value]) => ({
      name: `${size}, as Parley cuts them: ${name}`,
      value,
      unit: "",
    })),
    ...shownOf(usual),
  ];
  for (const [name, merge] of Object.entries(otherMerges)) {
    const ranked = rank(threads, questions, merge);
    results.push(...rowsOf(`a thread counts with ${name}`, ranked, usual));
  }
  for (const cutting of others) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as all of it is computing.
    const cutThreads = await cutAll(cutting);
    const { maxTokens, overlapTokens } = cutting.shape;
    const name = `${maxTokens} tokens, ${overlapTokens} again${cutting.isHeaded ? ", headed" : ""} (${chunksOf(cutThreads)} chunks)`;
    results.push(...rowsOf(name, rank(cutThreads, questions, nearestChunk), usual));
  }
  return results;
}

interface Cut {
  readonly id: string;
  readonly chunks: readonly Float32Array[];
  readonly mean: Float32Array;
}

function cut(
  { threads }: RetrievalSet,
  { shape, isHeaded }: Cutting,
  count: (text: string) => Promise<number>,
): Promise<readonly Cut[]> {
  return Promise.all(
    threads.map(async ({ id, turns }) => {
      const heading = isHeaded ? titleOf(turns[0]?.text ?? "") : undefined;
      const cutChunk = await cutChunks(turns, count, { shape, heading });
      const texts = cutChunk.map(({ heading: before, text }) => (before ? `${before}\n\n${text}` : text));
      const chunks = texts.map((text) => embedText(text, dimensions));
      return { id, chunks, mean: meanOf(chunks) };
    }),
  );
}

function chunksOf(threads: readonly Cut[]): number {
  return threads.reduce((sum, { chunks }) => sum + chunks.length, 0);
}

/** For a question: how near the nearest thread is, and at which place the one that answers it comes, 1 being the first. */
interface Ranked {
  readonly top: number;
  /** Nothing where no thread answers it. */
  readonly at?: number;
}

function rank(
  threads: readonly Cut[],
  questions: readonly (LabelledQuestion & { readonly vector: Float32Array })[],
  merge: Merge,
): readonly Ranked[] {
  return questions.map(({ vector, answeredIn }) => {
    const ranked = threads
      .map(({ id, chunks, mean }) => ({
        id,
        score: merge(
          chunks.map((chunk) => cosineOf(vector, chunk)),
          cosineOf(vector, mean),
        ),
      }))
      .toSorted((a, b) => b.score - a.score);
    const top = ranked[0]?.score ?? 0;
    return answeredIn === undefined
      ? { top }
      : { top, at: ranked.findIndex(({ id }) => id === answeredIn) + 1 };
  });
}

function measuresOf(ranked: readonly Ranked[]): readonly (readonly [name: string, value: number])[] {
  const places = ranked.flatMap(({ at }) => at ?? []);
  const share = (most: number) => places.filter((at) => at <= most).length / places.length;
  return [
    ["recall@1", share(1)],
    [`recall@${shown}`, share(shown)],
    ["MRR", places.reduce((sum, at) => sum + 1 / at, 0) / places.length],
  ];
}

function rowsOf(name: string, ranked: readonly Ranked[], usual: readonly Ranked[]): BenchResult[] {
  const compared = measuresOf(usual);
  return measuresOf(ranked).map(([measure, value], i) => ({
    name: `${name}: ${measure}`,
    value,
    unit: "",
    comparedTo: "as Parley does it",
    comparedValue: compared[i]?.[1] ?? 0,
  }));
}

/** Of questions that a thread answers, and of those that none does, for how many something is shown. */
function shownOf(ranked: readonly Ranked[]): BenchResult[] {
  const { related, close } = createCalibrationOf({ isOffline: true })(model);
  const answered = ranked.filter(({ at }) => at !== undefined);
  const unanswered = ranked.filter(({ at }) => at === undefined);
  const share = (of: readonly Ranked[], bound: number) =>
    of.filter(({ top }) => top >= bound).length / of.length;
  return [
    {
      name: `something is shown, from ${related} on, where there is an answer`,
      value: share(answered, related),
      unit: "",
    },
    { name: `something is shown where there is none`, value: share(unanswered, related), unit: "" },
    {
      name: `called close, from ${close} on, where there is none`,
      value: share(unanswered, close),
      unit: "",
    },
  ];
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(dimensions);
  for (const vector of vectors)
    for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}

if (import.meta.main) printResults(await run());
