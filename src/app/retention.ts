import { toAppError } from "../core/errors.ts";
import type { Logger } from "../core/ports.ts";
import type { VerdictLog } from "../core/stores.ts";

const everyMs = 6 * 3_600_000;

/** Drops what is kept for a while only, at once and from then on. Answers what ends it. */
export function keepRetention(stores: { readonly verdicts: VerdictLog }, log: Logger): () => Promise<void> {
  const sweep = () =>
    stores.verdicts.sweep().catch((error: unknown) => {
      log.warn({ code: toAppError(error).code }, "what is too old was not dropped; it is tried again");
    });
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweep();
  }, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await sweeping;
  };
}
