import type { CallContext, ModelCall } from "../../core/ledger.ts";
import { admit, joinModerated } from "../../core/moderation.ts";
import type { Moderated } from "../../core/moderation.ts";
import type { InputText } from "../../core/moderation/input.ts";
import { personKey } from "../../core/ids.ts";
import type { PersonId } from "../../core/ids.ts";
import type { Logger } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { Ledger, Threads, Versioned } from "../../core/stores.ts";
import { chunkIdOf, cutChunks, separator } from "../../core/threads/chunks.ts";
import type { Chunk } from "../../core/threads/chunks.ts";
import { collectionOf, titleOf } from "../../core/threads/thread.ts";
import type { ChunkNote, ThreadEntry, VectorSpace } from "../../core/threads/thread.ts";
import type { VectorPut, Vectors } from "../../core/vectors.ts";
import type { Moderate } from "../moderate.ts";
import type { EmbedTexts } from "./embed-texts.ts";
import { leaveIndex } from "./leave-index.ts";
import type { StillFindable } from "./still-findable.ts";
import type { ThreadSource } from "./thread-source.ts";

/**
 * Makes threads of one channel findable as they are: what is no longer said leaves at once, then chunks whose text is new are
 * judged and embedded, all in one call. Done again, it costs nothing.
 * @throws AppError `moderation_unavailable`, `budget_exhausted`, `calls_stopped`, `model_*`, `storage_*`
 */
export type IndexSources = (sources: readonly ThreadSource[], signal: AbortSignal) => Promise<void>;

/** What a model reads of a thread that it finds. */
const maxExcerptChars = 1_200;
/** It is nobody's wish in particular. */
const nobody = "" as PersonId;

interface Cut {
  readonly source: ThreadSource;
  readonly known: Versioned<ThreadEntry | undefined>;
  readonly collection: string;
  readonly chunks: readonly Chunk[];
  /** Of the chunks, those that don't stand in the index. */
  readonly fresh: readonly Chunk[];
}

export function createIndexSources(deps: {
  readonly storage: Pick<Storage, "commit"> & {
    readonly vectors: Pick<Vectors, "upsert" | "remove" | "removeWhere">;
  };
  readonly stores: { readonly ledger: Ledger; readonly threads: Threads };
  readonly moderate: Moderate;
  readonly embed: EmbedTexts;
  readonly countTokens: (text: string) => Promise<number>;
  readonly stillFindable: StillFindable;
  readonly space: VectorSpace;
  readonly log: Logger;
}): IndexSources {
  const { storage, stores, moderate, embed, countTokens, stillFindable, space, log } = deps;
  const { ledger, threads } = stores;

  return async (sources, signal) => {
    const cuts = await Promise.all(sources.map(async (source) => dropStale(await cut(source))));
    const [first] = sources;
    if (first === undefined) return;
    const context = contextOf(first);
    const fresh = cuts.flatMap((each) => each.fresh.map((chunk) => ({ chunk, of: each })));
    const { admitted, call: judging } = await judge(fresh, signal);
    if (judging) await storage.commit(ledger.adding({ ...judging, ...context }));
    const texts = fresh.flatMap(({ chunk }) => admitted.get(chunk) ?? []);
    const embedded = texts.length === 0 ? { vectors: [] } : await embed(texts, context, signal);
    const vectors = new Map<Chunk, Float32Array>();
    const rest = embedded.vectors.values();
    for (const { chunk } of fresh) {
      const vector = admitted.has(chunk) ? rest.next().value : undefined;
      if (vector) vectors.set(chunk, vector);
    }
    await keep(cuts, vectors, embedded.call && { call: embedded.call, context });
  };

  async function cut(source: ThreadSource): Promise<Cut> {
    const [known, chunks] = await Promise.all([
      threads.get(source.conversation),
      cutChunks(source.turns, countTokens, { heading: source.heading }),
    ]);
    const collection = collectionOf(source.place, space);
    const isStanding = known.value?.collection === collection && known.value.audience === source.audience;
    const standing = new Map(isStanding ? known.value?.chunks.map(({ id, hash }) => [id, hash]) : []);
    const fresh = chunks.filter(({ id, hash }) => standing.get(id) !== hash);
    return { source, known, collection, chunks, fresh };
  }

  /** Judges chunks, and what stands before them when they are embedded: a heading that is blocked is left out. */
  async function judge(
    fresh: readonly { readonly chunk: Chunk; readonly of: Cut }[],
    signal: AbortSignal,
  ): Promise<{ readonly admitted: ReadonlyMap<Chunk, Moderated<string>>; readonly call?: ModelCall }> {
    const [first] = fresh;
    if (first === undefined) return { admitted: new Map() };
    const headed = fresh.flatMap(({ chunk: { heading }, of }) => (heading ? [[of, heading] as const] : []));
    const headings = [...new Map(headed)].map(([of, heading]) => ({ of, heading }));
    const inputs = [
      ...fresh.map(({ chunk, of }): InputText => {
        const [person] = chunk.people;
        return { text: chunk.text, kind: "history", id: chunkId(of, chunk), ...(person && { person }) };
      }),
      ...headings.map(({ of, heading }): InputText => {
        const { person } = of.source.turns[0];
        return { text: heading, kind: "history", id: of.source.conversation, ...(person && { person }) };
      }),
    ];
    const { verdicts, call } = await moderate(inputs, first.of.source.place, signal);
    const admittedHeadings = new Map(
      headings.map(({ of, heading }, i) => {
        const verdict = verdicts[fresh.length + i];
        return [of, verdict && admit(heading, verdict)];
      }),
    );
    const admitted = new Map<Chunk, Moderated<string>>();
    for (const [i, { chunk, of }] of fresh.entries()) {
      const verdict = verdicts[i];
      const text = verdict && admit(chunk.text, verdict);
      if (text === undefined) continue;
      const heading = chunk.heading && admittedHeadings.get(of);
      admitted.set(chunk, heading ? joinModerated([heading, text], separator) : text);
    }
    return { admitted, ...(call && { call }) };
  }

  async function keep(
    cuts: readonly Cut[],
    vectors: ReadonlyMap<Chunk, Float32Array>,
    paid: { readonly call: ModelCall; readonly context: CallContext } | undefined,
  ): Promise<void> {
    const kept = cuts.map((each) => ({
      ...each,
      chunks: each.chunks.filter((chunk) => !each.fresh.includes(chunk) || vectors.has(chunk)),
    }));
    const [first] = kept;
    if (first === undefined) return;
    await storage.vectors.upsert(
      first.collection,
      kept.flatMap((each) => each.chunks.flatMap((chunk) => putOf(each, chunk, vectors.get(chunk)) ?? [])),
    );
    await Promise.all(kept.map(leaveFormer));
    const entries = kept.map((each) => entryOf(each));
    await storage.commit([
      ...(paid ? ledger.adding({ ...paid.call, ...paid.context }) : []),
      ...kept.map((each, i) => threads.putting(entries[i] ?? entryOf(each), each.known.version)),
    ]);
    log.debug({ threads: kept.length, chunks: vectors.size }, "threads indexed");
    // Whoever hid something meanwhile found it not yet there.
    const findable = new Set(await stillFindable(entries));
    const hidden = entries.filter((entry) => !findable.has(entry));
    await Promise.all(hidden.map((entry) => leaveIndex(entry, deps)));
  }

  /** Takes out what was changed or deleted before anything new is asked for, which may take long. */
  async function dropStale(each: Cut): Promise<Cut> {
    const { value: before, version } = each.known;
    if (before === undefined) return each;
    const standing = new Map(each.chunks.map(({ id, hash }) => [id, hash]));
    const chunks = before.chunks.filter(({ id, hash }) => standing.get(id) === hash);
    if (chunks.length === before.chunks.length) return each;
    const stale = before.chunks.filter((chunk) => !chunks.includes(chunk));
    await storage.vectors.remove(
      before.collection,
      stale.map((chunk) => chunkId(each, chunk)),
    );
    const title = titleIn(each.source.turns, chunks);
    await storage.commit([threads.putting({ ...before, chunks, title }, version)]);
    return { ...each, known: await threads.get(before.conversation) };
  }

  /** Takes out vectors of another kind, once those of this kind stand. */
  async function leaveFormer({ known: { value: before }, collection }: Cut): Promise<void> {
    if (before !== undefined && before.collection !== collection)
      await storage.vectors.removeWhere(before.collection, { group: before.conversation });
  }
}

function chunkId({ source }: Pick<Cut, "source">, { id }: Pick<Chunk, "id">): string {
  return `${source.conversation}#${id}`;
}

function putOf(each: Cut, chunk: Chunk, vector: Float32Array | undefined): VectorPut | undefined {
  if (vector === undefined) return undefined;
  const value: ChunkNote = {
    excerpt: chunk.text.slice(0, maxExcerptChars),
    message: chunk.message,
    at: chunk.at,
  };
  const { audience, conversation: group } = each.source;
  return { id: chunkId(each, chunk), vector, audience, group, people: chunk.people, value };
}

function entryOf({ source, chunks, collection }: Cut): ThreadEntry {
  const { conversation, place, audience, turns } = source;
  const [first] = turns;
  return {
    conversation,
    place,
    audience,
    title: titleIn(turns, chunks),
    first: first.message,
    begunAt: first.at,
    lastAt: turns.at(-1)?.at ?? first.at,
    people: [...new Set(turns.flatMap(({ person }) => person ?? []))],
    turns: turns.length,
    chunks: chunks.map(({ id, hash }) => ({ id, hash })),
    collection,
    source: source.source,
  };
}

/** What was not judged, or blocked, is no title. */
function titleIn([first]: ThreadSource["turns"], judged: readonly Pick<Chunk, "id">[]): string {
  return judged.some(({ id }) => id === chunkIdOf(first.id, 0)) ? titleOf(first.text) : "";
}

function contextOf({ place, conversation }: ThreadSource): CallContext {
  const { platform, workspace, channel, thread } = place;
  return {
    platform,
    workspace,
    channel,
    ...(thread !== undefined && { thread }),
    conversation,
    person: personKey(platform, workspace, nobody),
    persona: "",
  };
}
