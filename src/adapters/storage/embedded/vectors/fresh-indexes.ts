import type { Sql } from "../sql.ts";
import { codeBytesOf, toCode } from "./bit-codes.ts";
import { createCodeIndex } from "./code-index.ts";
import type { CodeIndex } from "./code-index.ts";
import { vectorFromBytes } from "./wire.ts";

/** The codes of a collection as they stand in the store at this moment. */
export interface FreshIndex {
  readonly collection: number;
  readonly dimensions: number;
  readonly codes: CodeIndex;
}

export interface FreshIndexes {
  /** Reads all codes the first time, later only what changed. `undefined` where there is no such collection. */
  open(name: string): FreshIndex | undefined;
  /** The numbers of those audiences that have any vectors. */
  audienceNumbers(keys: readonly string[]): readonly number[];
}

interface CodeRow {
  place: number;
  audience: number;
  code: Uint8Array | null;
}

/** Of a row that is gone, nothing else is known. */
type Change = { revision: number } & (CodeRow | { place: number; audience: null });

const rowsEach = 4_096;

/**
 * Indexes in memory over the rows as the truth. The store numbers its changes; each index knows up to which it has seen
 * them. Everything is read in the one transaction of a search, so that codes, rows and audiences are of the same moment.
 */
export function createFreshIndexes(sql: Sql): FreshIndexes {
  const indexes = new Map<number, FreshIndex & { revision: number }>();
  const audiences = new Map<string, number>();
  let lastAudience = 0;

  /** Of a row whose code is missing or was made otherwise, computed anew. */
  const codeOf = ({ place, code }: CodeRow, dimensions: number): Uint8Array => {
    if (code?.length === codeBytesOf(dimensions)) return code;
    const row = sql.one<{ vector: Uint8Array }>("SELECT vector FROM vectors WHERE place = ?", place);
    return toCode(vectorFromBytes(row?.vector ?? new Uint8Array()));
  };

  const load = (collection: number, dimensions: number): FreshIndex & { revision: number } => {
    const codes = createCodeIndex(dimensions);
    const revision = newestRevision(sql);
    let rows: CodeRow[];
    let last = 0;
    do {
      rows = sql.all<CodeRow>(
        `SELECT place, audience, code FROM vectors INDEXED BY vector_codes
         WHERE collection = ? AND place > ? ORDER BY place LIMIT ?`,
        collection,
        last,
        rowsEach,
      );
      for (const row of rows) codes.put(row.place, row.audience, codeOf(row, dimensions));
      last = rows.at(-1)?.place ?? last;
    } while (rows.length === rowsEach);
    return { collection, dimensions, codes, revision };
  };

  const catchUp = (index: FreshIndex & { revision: number }): void => {
    const newest = newestRevision(sql);
    let changes: Change[];
    do {
      changes = sql.all<Change>(
        `SELECT revision, vector_changes.place, audience, code
         FROM vector_changes LEFT JOIN vectors ON vectors.place = vector_changes.place
         WHERE revision > ? AND vector_changes.collection = ? ORDER BY revision LIMIT ?`,
        index.revision,
        index.collection,
        rowsEach,
      );
      for (const change of changes) {
        if (change.audience === null) index.codes.remove(change.place);
        else index.codes.put(change.place, change.audience, codeOf(change, index.dimensions));
      }
      index.revision = changes.at(-1)?.revision ?? index.revision;
    } while (changes.length === rowsEach);
    index.revision = newest;
  };

  /** Whether changes that it has not seen were swept away. */
  const hasGap = ({ revision }: { readonly revision: number }): boolean => {
    const oldest = sql.one<{ oldest: number | null }>("SELECT min(revision) AS oldest FROM vector_changes");
    return revision < newestRevision(sql) && (oldest?.oldest ?? Infinity) > revision + 1;
  };

  const forgetDropped = (): void => {
    const standing = sql.all<{ number: number }>(
      "SELECT number FROM vector_collections WHERE name IS NOT NULL",
    );
    const numbers = new Set(standing.map(({ number }) => number));
    for (const number of indexes.keys()) if (!numbers.has(number)) indexes.delete(number);
  };

  return {
    open(name) {
      forgetDropped();
      const found = sql.one<{ number: number; dimensions: number }>(
        "SELECT number, dimensions FROM vector_collections WHERE name = ?",
        name,
      );
      if (!found) return undefined;
      const known = indexes.get(found.number);
      if (known && !hasGap(known)) {
        catchUp(known);
        return known;
      }
      const loaded = load(found.number, found.dimensions);
      indexes.set(found.number, loaded);
      return loaded;
    },

    audienceNumbers(keys) {
      // A key whose vectors all went, and that has some again, has a new number.
      const added = sql.all<{ number: number; key: string }>(
        "SELECT number, key FROM vector_audiences WHERE number > ? ORDER BY number",
        lastAudience,
      );
      for (const { number, key } of added) audiences.set(key, number);
      lastAudience = added.at(-1)?.number ?? lastAudience;
      return keys.flatMap((key) => audiences.get(key) ?? []);
    },
  };
}

function newestRevision(sql: Sql): number {
  const found = sql.one<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'vector_changes'");
  return found?.seq ?? 0;
}
