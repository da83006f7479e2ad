import type { Keyv } from "keyv";
import type { Vectors } from "./vectors.ts";

import type { CounterAdd, Counters } from "./counters.ts";

/**
 * The storage kit: the few primitives over which every domain store is written once, and which each engine implements.
 * Writes are durable when their promise resolves. Values are JSON.
 */
export interface Storage {
  /** Only what may be lost: verdicts, embeddings, look-ups. */
  readonly cache: Keyv;
  readonly records: Records;
  readonly log: Log;
  readonly counters: Counters;
  readonly queue: Queue;
  readonly signals: Signals;
  readonly leases: Leases;
  readonly vectors: Vectors;
  /**
   * Makes several operations one step: all or none.
   * @throws AppError `version_conflict` | `superseded` (nothing was written), `storage_*`.
   */
  commit(operations: readonly Operation[]): Promise<void>;
  /** `ok: false` carries one sentence for the operator. */
  health(): Promise<{ readonly ok: boolean; readonly detail: string }>;
  close(): Promise<void>;
}

/** One write, as data. The engines' own methods are commits of one. */
export type Operation =
  | ({ readonly op: "records.put" } & RecordPut)
  | ({ readonly op: "records.delete" } & RecordDelete)
  | ({ readonly op: "log.put"; readonly key: string } & LogPut)
  | { readonly op: "log.remove"; readonly key: string; readonly id: string }
  | { readonly op: "log.removeBefore"; readonly key: string; readonly order: number }
  | ({ readonly op: "counters.add" } & CounterAdd)
  | { readonly op: "counters.settle"; readonly id: string; readonly actual: number }
  | ({ readonly op: "queue.enqueue" } & Enqueue)
  | { readonly op: "queue.checkpoint"; readonly token: ClaimToken; readonly state: unknown }
  | { readonly op: "queue.finish"; readonly token: ClaimToken; readonly setAside?: string }
  | { readonly op: "queue.retry"; readonly token: ClaimToken; readonly at: number };

// ── Records: things with an id, found by index ───────────────────────────────────────────────────────────────────────

export interface Records {
  get<T>(collection: string, id: string): Promise<StoredRecord<T> | undefined>;
  /** In the order asked for; `undefined` where there is none. */
  getMany<T>(collection: string, ids: readonly string[]): Promise<(StoredRecord<T> | undefined)[]>;
  /** Answers the new version (1 for a new record). @throws AppError `version_conflict` */
  put(record: RecordPut): Promise<number>;
  delete(record: RecordDelete): Promise<void>;
  list<T>(collection: string, index: string, value: string, options: ListOptions): Promise<RecordPage<T>>;
}

export interface StoredRecord<T> {
  readonly id: string;
  readonly value: T;
  readonly version: number;
}

export interface RecordPut {
  readonly collection: string;
  readonly id: string;
  readonly value: unknown;
  /** Write only over this version; 0 means that there must be none yet. */
  readonly ifVersion?: number;
  /** All index entries of the record, replacing the earlier ones. A person's things stand under the index `person`. */
  readonly indexes?: Readonly<Record<string, readonly IndexEntry[]>>;
}

export interface RecordDelete {
  readonly collection: string;
  readonly id: string;
  readonly ifVersion?: number;
}

export interface IndexEntry {
  readonly value: string;
  /** Orders the entries under one value (time of last activity, due time …); 0 when left out, then by id. */
  readonly rank?: number;
}

export interface ListOptions {
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly order?: "asc" | "desc";
}

export interface RecordPage<T> {
  readonly items: readonly StoredRecord<T>[];
  readonly next?: string;
}

// ── Log: ordered entries under a key ─────────────────────────────────────────────────────────────────────────────────

export interface Log {
  /** Inserts, or replaces where the revision is higher; an entry that was removed never comes back. */
  put(key: string, entry: LogPut): Promise<void>;
  /** Removes the value and leaves a tombstone, also where the entry has not arrived yet. */
  remove(key: string, id: string): Promise<void>;
  get<T>(key: string, id: string): Promise<LogEntry<T> | undefined>;
  range<T>(key: string, options: LogRange): Promise<readonly LogEntry<T>[]>;
  /** Everything that names a person, over all keys. */
  byPerson<T>(person: string, options: Omit<ListOptions, "order">): Promise<LogPage<T>>;
  /** Drops entries (and tombstones) whose order is lower. */
  removeBefore(key: string, order: number): Promise<void>;
}

export interface LogPut {
  readonly id: string;
  /** Milliseconds since the epoch, fractions allowed; ties fall back on the id. An entry keeps its first order. */
  readonly order: number;
  readonly revision: number;
  readonly value: unknown;
  readonly people?: readonly string[];
}

export interface LogEntry<T> {
  readonly id: string;
  readonly order: number;
  readonly revision: number;
  readonly value: T;
}

export interface LogRange {
  readonly direction: "oldestFirst" | "newestFirst";
  readonly limit: number;
  /** Only what stands after this entry in the given direction. */
  readonly after?: { readonly order: number; readonly id: string };
}

export interface LogPage<T> {
  readonly items: readonly (LogEntry<T> & { readonly key: string })[];
  readonly next?: string;
}

// ── Queue: the inbox, and everything else that must happen once ──────────────────────────────────────────────────────

export interface Queue {
  /** Answers false where any of the ids was seen before; then nothing is written but the ids not seen yet. */
  enqueue(entry: Enqueue): Promise<boolean>;
  /** Whether an id was enqueued before (for as long as ids are kept). */
  seen(id: string): Promise<boolean>;
  /**
   * Takes over the entries at the head of up to `limit` keys. A key is held by one claim at a time. Entries that a claim
   * had checkpointed together come back together; an entry that was tried before comes alone; else up to `maxEntries`
   * entries that are due come in order.
   */
  claim(options: ClaimOptions): Promise<readonly Claim[]>;
  /** Prolongs the lease; false when the claim was superseded. */
  extend(token: ClaimToken, leaseMs: number): Promise<boolean>;
  /** Stores what the claim got to and binds its entries together. @throws AppError `superseded` */
  checkpoint(token: ClaimToken, state: unknown): Promise<void>;
  /** Ends the claim; payloads are erased, ids stay for deduplication. `setAside` keeps the payload for the operator. @throws AppError `superseded` */
  finish(token: ClaimToken, options?: { readonly setAside?: string }): Promise<void>;
  /** Gives the entries back to be due at `at`; what a checkpoint bound together stays together. @throws AppError `superseded` */
  retry(token: ClaimToken, at: number): Promise<void>;
  /** Called whenever there may be something to claim. Answers the unsubscriber. */
  onReady(listener: () => void): () => void;
  byPerson(
    person: string,
    options: Omit<ListOptions, "order">,
  ): Promise<{
    readonly items: readonly { readonly id: string; readonly key: string; readonly payload: unknown }[];
    readonly next?: string;
  }>;
  stats(): Promise<QueueStats>;
}

/** What `main` holds waits its turn; `control` concerns what is under way and does not queue behind it. */
export type Lane = "main" | "control";

export interface Enqueue {
  readonly key: string;
  /** Every identity under which the same thing may arrive again; the first is the entry's own id. */
  readonly ids: readonly [string, ...string[]];
  readonly payload: unknown;
  readonly lane?: Lane;
  /** Milliseconds since the epoch; at once when left out. */
  readonly runAt?: number;
  readonly people?: readonly string[];
}

export interface ClaimOptions {
  readonly owner: string;
  readonly lane: Lane;
  readonly leaseMs: number;
  /** Keys. */
  readonly limit: number;
  /** Entries a key. */
  readonly maxEntries: number;
}

declare const claimToken: unique symbol;
/** Names one claim and its place in the order of claims on the key (a fencing token). */
export type ClaimToken = string & { readonly [claimToken]: true };

export interface Claim {
  readonly token: ClaimToken;
  readonly key: string;
  readonly entries: readonly [ClaimedEntry, ...ClaimedEntry[]];
  /** What an earlier claim of these entries had stored. */
  readonly state: unknown;
}

export interface ClaimedEntry {
  readonly id: string;
  readonly payload: unknown;
  /** 1 the first time. */
  readonly attempt: number;
  readonly enqueuedAt: number;
}

export interface QueueStats {
  readonly waiting: number;
  readonly claimed: number;
  readonly setAside: number;
  /** Of what waits and is due; milliseconds. */
  readonly oldestAgeMs: number;
}

// ── Signals and leases ───────────────────────────────────────────────────────────────────────────────────────────────

/** Best effort: a durable truth stands behind each. */
export interface Signals {
  publish(topic: string, payload: unknown): Promise<void>;
  subscribe(topic: string, listener: (payload: unknown) => void): Promise<() => Promise<void>>;
}

export interface Leases {
  /** Answers a fencing token (it grows with each owner), or `undefined` when somebody else holds it. */
  acquire(name: string, owner: string, ttlMs: number): Promise<number | undefined>;
  renew(name: string, token: number, ttlMs: number): Promise<boolean>;
  release(name: string, token: number): Promise<void>;
}
