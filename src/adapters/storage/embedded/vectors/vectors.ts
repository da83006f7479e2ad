import { checkUnitLength } from "../../../../core/vectors.ts";
import type { StoredVector, Vectors } from "../../../../core/vectors.ts";
import type { Thread } from "../thread.ts";
import type { Searcher } from "./searcher.ts";
import { vectorFromBase64, vectorToBase64 } from "./wire.ts";
import type { WireVector } from "./wire.ts";

export interface EmbeddedVectors extends Vectors {
  /** Makes ready for the first search, where there is something to find. */
  warm(): Promise<void>;
}

/** Vectors in one transaction: a question that is to be answered meanwhile waits for so many at most. */
const itemsEach = 64;
const removalsEach = 256;

/** The primitive as questions to the store's threads. */
export function createVectors(reader: Thread, writer: Thread, searcher: Searcher): EmbeddedVectors {
  return {
    async upsert(collection, items) {
      for (const { vector } of items) checkUnitLength(vector);
      for (const some of inPieces(items, itemsEach)) {
        const wire = some.map((item) => ({ ...item, vector: vectorToBase64(item.vector) }));
        await writer.ask({ op: "vectors.upsert", collection, items: wire });
      }
    },

    async remove(collection, ids) {
      for (const some of inPieces(ids, removalsEach)) {
        await writer.ask({ op: "vectors.remove", collection, ids: some });
      }
    },

    async removeWhere(collection, where) {
      let removed = 0;
      for (let last = removalsEach; last === removalsEach; removed += last) {
        last = await writer.ask({ op: "vectors.removeWhere", collection, where, limit: removalsEach });
      }
      return removed;
    },

    async getMany<T>(collection: string, ids: readonly string[]) {
      const found = await reader.ask({ op: "vectors.getMany", collection, ids });
      return found.map((wire) => (wire === null ? undefined : fromWire<T>(wire)));
    },

    async scan<T>(collection: string, options: Parameters<Vectors["scan"]>[1]) {
      const page = await reader.ask({ op: "vectors.scan", collection, options });
      return { ...page, items: page.items.map((wire) => fromWire<T>(wire)) };
    },

    async nearest(collection, query) {
      checkUnitLength(query.vector);
      const vector = vectorToBase64(query.vector);
      return (await searcher.ask({ op: "search.nearest", collection, ...query, vector })) as never;
    },

    size: (collection) => reader.ask({ op: "vectors.size", collection }),
    collections: () => reader.ask({ op: "vectors.collections" }),

    async drop(collection) {
      await writer.ask({ op: "vectors.drop", collection });
      while ((await writer.ask({ op: "vectors.clear" })).more);
    },

    async warm() {
      const collections = await reader.ask({ op: "vectors.collections" });
      if (collections.length > 0) await searcher.ask({ op: "search.load" });
    },
  };
}

function* inPieces<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

function fromWire<T>(wire: WireVector): StoredVector<T> {
  return { ...wire, vector: vectorFromBase64(wire.vector), value: wire.value as T };
}
