import type { ThreadPage, ThreadPageOptions, Threads } from "../../core/stores.ts";
import type { Operation, Storage } from "../../core/storage.ts";
import type { ThreadEntry } from "../../core/threads/thread.ts";
import type { Vectors } from "../../core/vectors.ts";

export interface LeaveIndexDeps {
  readonly storage: Pick<Storage, "commit"> & { readonly vectors: Pick<Vectors, "removeWhere"> };
  readonly stores: { readonly threads: Pick<Threads, "removing"> };
}

const pageSize = 100;

/** Takes one thread out of what is found. @throws AppError `storage_*` */
export async function leaveIndex(
  { conversation, collection }: Pick<ThreadEntry, "conversation" | "collection">,
  { storage, stores }: LeaveIndexDeps,
  instead: readonly Operation[] = [],
): Promise<void> {
  // Not found is at once; that it is known is cleared away after that.
  await storage.vectors.removeWhere(collection, { group: conversation });
  await storage.commit([stores.threads.removing(conversation), ...instead]);
}

/**
 * Takes all threads of a list out of what is found, and does what is to be done instead. Answers how many there were; begun
 * anew after a crash, it goes on with what is left. @throws AppError `storage_*`
 */
export async function leaveIndexAll(
  list: (page: ThreadPageOptions) => Promise<ThreadPage>,
  deps: LeaveIndexDeps,
  instead: (entry: ThreadEntry) => readonly Operation[] = () => [],
): Promise<number> {
  for (let left = 0; ;) {
    // oxlint-disable-next-line no-await-in-loop -- what left is no longer listed.
    const { items } = await list({ limit: pageSize });
    if (items.length === 0) return left;
    // oxlint-disable-next-line no-await-in-loop -- page after page.
    await Promise.all(items.map((entry) => leaveIndex(entry, deps, instead(entry))));
    left += items.length;
  }
}
