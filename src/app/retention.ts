import { toAppError } from "../core/errors.ts";
import type { Logger, Now } from "../core/ports.ts";
import type { Reviews, VerdictLog } from "../core/stores.ts";

const everyMs = 6 * 3_600_000;
const reviewsKeptMs = 24 * 3_600_000;

/** Drops what is kept for a while only, at once and from then on. Answers what ends it. */
export function keepRetention(
  { verdicts, reviews }: { readonly verdicts: VerdictLog; readonly reviews: Reviews },
  { log, now }: { readonly log: Logger; readonly now: Now },
): () => Promise<void> {
  const sweep = async (): Promise<void> => {
    try {
      await Promise.all([verdicts.sweep(), reviews.sweep(now() - reviewsKeptMs)]);
    } catch (error) {
      log.warn({ code: toAppError(error).code }, "what is too old was not dropped; it is tried again");
    }
  };
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweep();
  }, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await sweeping;
  };
}
