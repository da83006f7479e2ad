import { AppError } from "./errors.ts";

/** Vectors with what they stand for, searched among a set of visible places only. */
export interface Vectors {
  /**
   * Replaces what stood under the ids. Durable when it resolves; where it fails, some of the items may stand.
   * @throws AppError `internal` where a vector is not of length 1, or has other dimensions than its collection
   */
  upsert(collection: string, items: readonly VectorPut[]): Promise<void>;
  remove(collection: string, ids: readonly string[]): Promise<void>;
  /** Answers how many went. */
  removeWhere(collection: string, where: VectorsWhere): Promise<number>;
  /** In the order asked for; `undefined` where there is none. */
  getMany<T>(collection: string, ids: readonly string[]): Promise<readonly (StoredVector<T> | undefined)[]>;
  /** In the order of ids; for re-indexing, clusters and maps. Only of these audiences, where given. */
  scan<T>(collection: string, options: VectorScan): Promise<VectorPage<T>>;
  /**
   * Nearest first, by cosine. The filter is inside the search: nothing outside `audiences` is ever a candidate, and k
   * results come where that many exist. What an upsert or a removal resolved before is seen.
   * @throws AppError `internal` as `upsert`
   */
  nearest<T>(collection: string, query: VectorQuery): Promise<readonly Neighbour<T>[]>;
  /** How many stand in it. */
  size(collection: string): Promise<number>;
  /** Each from its first vector until it is dropped, in the order of names. */
  collections(): Promise<readonly string[]>;
  /** Nobody finds it from the start, and its name is free; the disk is cleared of it when this resolves. */
  drop(collection: string): Promise<void>;
}

export interface VectorPut {
  readonly id: string;
  /** Of length 1. All of one collection have the same dimensions. */
  readonly vector: Float32Array;
  /** Who may see it, as a key: a channel or a private thread. */
  readonly audience: string;
  /** The conversation. */
  readonly group: string;
  /** Whom it names or quotes. */
  readonly people?: readonly string[];
  /** JSON. */
  readonly value: unknown;
}

export interface StoredVector<T> extends Omit<VectorPut, "value" | "people"> {
  readonly people: readonly string[];
  readonly value: T;
}

export type VectorsWhere =
  | { readonly audience: string }
  | { readonly group: string }
  | { readonly person: string };

export interface VectorScan {
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly audiences?: readonly string[];
}

export interface VectorPage<T> {
  readonly items: readonly StoredVector<T>[];
  readonly next?: string;
}

export interface VectorQuery {
  /** Of length 1. */
  readonly vector: Float32Array;
  readonly k: number;
  readonly audiences: readonly string[];
  /** A conversation that is not looked for: the one in which is asked. */
  readonly exceptGroup?: string;
}

export interface Neighbour<T> {
  readonly id: string;
  readonly group: string;
  readonly audience: string;
  /** The cosine, exact: −1…1. */
  readonly similarity: number;
  readonly value: T;
}

/** How far from 1 a length may be: what rounding to float32 and a service's own rounding come to. */
const lengthTolerance = 1e-3;

/** @throws AppError `internal` where a vector is not of length 1, as one with anything but numbers in it never is */
export function checkUnitLength(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (Math.abs(Math.sqrt(squares) - 1) <= lengthTolerance) return;
  throw new AppError("internal", `a vector must be of length 1, not ${Math.sqrt(squares)}`);
}
