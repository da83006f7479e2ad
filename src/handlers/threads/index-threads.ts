import { isRefusedCall, toAppError } from "../../core/errors.ts";
import { joinKey } from "../../core/ids.ts";
import type { ConversationKey } from "../../core/ids.ts";
import type { Logger, Now } from "../../core/ports.ts";
import { indexing } from "./index-due.ts";
import type { IndexDue } from "./index-due.ts";
import type { IndexSources } from "./index-sources.ts";
import { leaveIndex } from "./leave-index.ts";
import type { LeaveIndexDeps } from "./leave-index.ts";
import type { ReadSource, ThreadSource } from "./thread-source.ts";
import type { Threads } from "../../core/stores.ts";

/**
 * Makes conversations findable as they stand now, or not any more. What the service or the budget doesn't allow just now is
 * done later. @throws AppError `platform_*`, `storage_*`
 */
export type IndexThreads = (dues: readonly IndexDue[], signal: AbortSignal) => Promise<void>;

const laterMs = 15 * 60_000;

export function createIndexThreads(
  deps: LeaveIndexDeps & {
    readonly stores: { readonly threads: Pick<Threads, "get" | "removing"> };
    readonly readSource: ReadSource;
    readonly indexSources: IndexSources;
    readonly log: Logger;
    readonly now: Now;
  },
): IndexThreads {
  const { storage, stores, readSource, indexSources, log, now } = deps;

  return async (dues, signal) => {
    const keys = [...new Set(dues.map(({ conversation }) => conversation))];
    const found = await Promise.all(keys.map((key) => readOrForget(key, signal)));
    await Promise.all(keys.filter((_key, i) => found[i] === undefined).map(forget));
    for (const sources of byChannel(found.filter((source) => source !== undefined))) {
      // oxlint-disable-next-line no-await-in-loop -- each channel has its own call, to be paid for by it.
      await indexOrPutOff(sources, signal);
    }
  };

  async function indexOrPutOff(sources: readonly ThreadSource[], signal: AbortSignal): Promise<void> {
    try {
      await indexSources(sources, signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      const isOfService = error.code.startsWith("model_") || error.code === "moderation_unavailable";
      if (!isOfService && !isRefusedCall(error)) throw error;
      log.warn({ code: error.code, threads: sources.length }, "threads are indexed later");
      await storage.commit(sources.map(({ conversation }) => indexing(conversation, now() + laterMs)));
    }
  }

  /** What the platform no longer shows is no longer found. */
  async function readOrForget(key: ConversationKey, signal: AbortSignal): Promise<ThreadSource | undefined> {
    try {
      return await readSource(key, signal);
    } catch (thrown) {
      if (toAppError(thrown).code === "platform_refused") return undefined;
      throw thrown;
    }
  }

  async function forget(key: ConversationKey): Promise<void> {
    const { value } = await stores.threads.get(key);
    if (value !== undefined) await leaveIndex(value, deps);
  }
}

function byChannel(sources: readonly ThreadSource[]): readonly (readonly ThreadSource[])[] {
  const channels = Map.groupBy(sources, ({ place }) =>
    joinKey(place.platform, place.workspace, place.channel),
  );
  return [...channels.values()];
}
