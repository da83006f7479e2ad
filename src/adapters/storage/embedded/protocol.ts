import type { ErrorCode } from "../../../core/errors.ts";
import type { LapsedReservation, RateTake, Reservation } from "../../../core/counters.ts";
import type {
  Claim,
  ClaimOptions,
  ClaimToken,
  ListOptions,
  LogEntry,
  LogPage,
  LogRange,
  Operation,
  QueueStats,
  RecordPage,
  StoredRecord,
} from "../../../core/storage.ts";
import type { VectorQuery, VectorScan, VectorsWhere } from "../../../core/vectors.ts";
import type { Json } from "./json.ts";
import type { WireNeighbour, WirePut, WireVector } from "./vectors/wire.ts";

type PersonPage = { readonly person: string; readonly options: Omit<ListOptions, "order"> };

/** What the writing thread does, each request in one transaction. */
export type Write =
  | Operation
  | ({ readonly op: "counters.reserve" } & Reservation)
  | { readonly op: "counters.take"; readonly takes: readonly RateTake[] }
  | ({ readonly op: "queue.claim" } & ClaimOptions)
  | { readonly op: "queue.extend"; readonly token: ClaimToken; readonly leaseMs: number }
  | { readonly op: "leases.acquire"; readonly name: string; readonly owner: string; readonly ttlMs: number }
  | { readonly op: "leases.renew"; readonly name: string; readonly token: number; readonly ttlMs: number }
  | { readonly op: "leases.release"; readonly name: string; readonly token: number }
  | { readonly op: "cache.set"; readonly key: string; readonly value: string; readonly expiresAt?: number }
  | { readonly op: "cache.delete"; readonly keys: readonly string[] }
  | { readonly op: "cache.clear"; readonly prefix: string }
  | { readonly op: "vectors.upsert"; readonly collection: string; readonly items: readonly WirePut[] }
  | { readonly op: "vectors.remove"; readonly collection: string; readonly ids: readonly string[] }
  | {
      readonly op: "vectors.removeWhere";
      readonly collection: string;
      readonly where: VectorsWhere;
      readonly limit: number;
    }
  | { readonly op: "vectors.drop"; readonly collection: string }
  | { readonly op: "vectors.clear" }
  | { readonly op: "upkeep.sweep" }
  | { readonly op: "upkeep.probe" };

/** What the reading thread does, on committed data. */
export type Read =
  | { readonly op: "records.getMany"; readonly collection: string; readonly ids: readonly string[] }
  | {
      readonly op: "records.list";
      readonly collection: string;
      readonly index: string;
      readonly value: string;
      readonly options: ListOptions;
    }
  | { readonly op: "log.get"; readonly key: string; readonly id: string }
  | { readonly op: "log.range"; readonly key: string; readonly options: LogRange }
  | ({ readonly op: "log.byPerson" } & PersonPage)
  | { readonly op: "counters.read"; readonly keys: readonly string[] }
  | { readonly op: "counters.readRows"; readonly keys: readonly string[] }
  | { readonly op: "counters.top"; readonly key: string; readonly limit: number }
  | { readonly op: "counters.lapsed"; readonly limit: number }
  | { readonly op: "queue.seen"; readonly id: string }
  | ({ readonly op: "queue.byPerson" } & PersonPage)
  | { readonly op: "queue.stats" }
  | { readonly op: "cache.getMany"; readonly keys: readonly string[] }
  | { readonly op: "vectors.getMany"; readonly collection: string; readonly ids: readonly string[] }
  | { readonly op: "vectors.scan"; readonly collection: string; readonly options: VectorScan }
  | { readonly op: "vectors.size"; readonly collection: string }
  | { readonly op: "vectors.collections" };

/** What the searching thread does, on committed data. */
export type Search =
  | ({ readonly op: "search.nearest"; readonly collection: string; readonly vector: string } & Omit<
      VectorQuery,
      "vector"
    >)
  /** Makes ready for the first search. */
  | { readonly op: "search.load" };

export type AnyOperation = Write | Read | Search;

/** What each answers; JSON has no undefined, so null stands for what is not there. */
export interface Answers {
  "records.put": number;
  "records.delete": null;
  "records.getMany": (StoredRecord<unknown> | null)[];
  "records.list": RecordPage<unknown>;
  "log.put": null;
  "log.remove": null;
  "log.removeBefore": null;
  "log.get": LogEntry<unknown> | null;
  "log.range": LogEntry<unknown>[];
  "log.byPerson": LogPage<unknown>;
  "counters.add": null;
  "counters.settle": null;
  "counters.reserve": { ok: true } | { ok: false; key: string };
  "counters.take": { ok: true } | { ok: false; retryAfterMs: number };
  "counters.read": Record<string, number>[];
  "counters.readRows": Record<string, number[]>[];
  "counters.top": { field: string; sum: number }[];
  "counters.lapsed": LapsedReservation<unknown>[];
  "queue.enqueue": boolean;
  "queue.checkpoint": null;
  "queue.finish": null;
  "queue.retry": null;
  "queue.claim": Claim[];
  "queue.extend": boolean;
  "queue.seen": boolean;
  "queue.byPerson": { items: { id: string; key: string; payload: unknown }[]; next?: string };
  "queue.stats": QueueStats;
  "leases.acquire": number | null;
  "leases.renew": boolean;
  "leases.release": null;
  "cache.set": null;
  "cache.delete": boolean;
  "cache.clear": null;
  "cache.getMany": (string | null)[];
  "vectors.upsert": null;
  "vectors.remove": null;
  "vectors.removeWhere": number;
  "vectors.drop": null;
  "vectors.clear": { more: boolean };
  "vectors.getMany": (WireVector | null)[];
  "vectors.scan": { items: WireVector[]; next?: string };
  "vectors.size": number;
  "vectors.collections": string[];
  "search.nearest": WireNeighbour[];
  "search.load": null;
  "upkeep.sweep": { more: boolean };
  "upkeep.probe": null;
}

/** Functions by operation; `at` is the caller's time in milliseconds since the epoch. */
export type Handlers<Of extends AnyOperation> = {
  readonly [Op in Of["op"]]: (operation: Extract<Of, { readonly op: Op }>, at: number) => Json<Answers[Op]>;
};

/** The handlers of one primitive: `HandlersOf<"records", Read>`. */
export type HandlersOf<Primitive extends string, Of extends AnyOperation> = Handlers<
  Extract<Of, { readonly op: `${Primitive}.${string}` }>
>;

export interface ThreadData {
  readonly role: "writer" | "reader" | "searcher";
  readonly dir: string;
  readonly commitDelayMs: number;
}

/** To a thread, each as one JSON text. Nothing is asked before `open`, and nothing after `close`. */
export type Command = { readonly kind: "open" } | Batch | { readonly kind: "close" };

/** Everything that was asked for in one turn of the event loop. */
export interface Batch {
  readonly kind: "batch";
  readonly at: number;
  readonly requests: readonly Request[];
}

/** The operations of one request are one step: all or none. The answer is that of the last. */
export type Request = readonly [id: number, operations: readonly AnyOperation[]];

export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** From a thread, as one JSON text. */
export type Report =
  | { readonly kind: "open" }
  | { readonly kind: "refused"; readonly fault: Fault }
  | { readonly kind: "ready" }
  | { readonly kind: "answers"; readonly answers: readonly Answer[]; readonly ready: boolean };

export type Answer = readonly [id: number, value: unknown] | readonly [id: number, value: null, fault: Fault];
