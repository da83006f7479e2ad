import { AppError } from "../../../../core/errors.ts";
import type { Thread } from "../thread.ts";

/** The thread that searches, started when it is first needed; one that failed is replaced by the next question. */
export interface Searcher {
  readonly ask: Thread["ask"];
  close(): Promise<void>;
}

export function createSearcher(start: () => Thread): Searcher {
  let current: { readonly thread: Thread; readonly opened: Promise<void> } | undefined;
  let isClosed = false;

  const find = (): NonNullable<typeof current> => {
    if (isClosed) throw new AppError("closed", "the store was closed");
    if (current === undefined || current.thread.failure() !== undefined) {
      const thread = start();
      current = { thread, opened: thread.open() };
    }
    return current;
  };

  return {
    async ask(...operations) {
      const { thread, opened } = find();
      await opened;
      return thread.ask(...operations);
    },

    async close() {
      isClosed = true;
      await current?.thread.close();
    },
  };
}
