import { toAppError } from "../../core/errors.ts";
import type { Logger, Now } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { Threads } from "../../core/stores.ts";
import { spaceIn } from "../../core/threads/thread.ts";
import type { VectorSpace } from "../../core/threads/thread.ts";
import type { Vectors } from "../../core/vectors.ts";
import { isThreadCollection } from "./collections.ts";
import { indexing } from "./index-due.ts";

/** Threads a sweep: answers go first. */
const atOnce = 1_000;
const pageSize = 100;
const everyMs = 60_000;

/**
 * Has what stands in vectors of another model or length indexed anew. Until a thread is, it is found where it stood; a
 * collection in which none is left goes. Answers how many are on their way. @throws AppError `storage_*`
 */
export async function moveCollections({
  storage,
  threads,
  space,
  now,
}: {
  readonly storage: Pick<Storage, "commit"> & { readonly vectors: Pick<Vectors, "collections" | "drop"> };
  readonly threads: Pick<Threads, "inCollection">;
  readonly space: VectorSpace;
  readonly now: Now;
}): Promise<number> {
  let moving = 0;
  const all = (await storage.vectors.collections()).filter(isThreadCollection);
  for (const collection of all.filter((name) => !isOf(name, space))) {
    for (let after: string | undefined; moving < atOnce;) {
      const page = { limit: pageSize, ...(after !== undefined && { after }) };
      // oxlint-disable-next-line no-await-in-loop -- each page begins after the one before it.
      const { items, next } = await threads.inCollection(collection, page);
      // oxlint-disable-next-line no-await-in-loop -- a page is a step.
      await storage.commit(items.map(({ conversation }) => indexing(conversation, now())));
      moving += items.length;
      after = next;
      if (items.length === 0 && next === undefined) {
        // oxlint-disable-next-line no-await-in-loop -- few, and each is large.
        await storage.vectors.drop(collection);
        break;
      }
      if (next === undefined) break;
    }
  }
  return moving;
}

/** Does so at once and from then on. Answers what ends it. */
export function keepMovingCollections(
  deps: Parameters<typeof moveCollections>[0] & { readonly log: Logger },
): () => Promise<void> {
  const { log } = deps;
  const move = async (): Promise<void> => {
    try {
      const threads = await moveCollections(deps);
      if (threads > 0) log.info({ threads }, "threads are indexed with another model");
    } catch (error) {
      log.warn({ code: toAppError(error).code }, "threads were not looked through; it is tried again");
    }
  };
  let moving = move();
  const timer = setInterval(() => {
    moving = move();
  }, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await moving;
  };
}

function isOf(collection: string, { model, dimensions }: VectorSpace): boolean {
  const space = spaceIn(collection);
  return space.model === model && space.dimensions === dimensions;
}
