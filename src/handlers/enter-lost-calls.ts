import { toAppError } from "../core/errors.ts";
import { noTokens } from "../core/ledger.ts";
import type { LedgerEntry } from "../core/ledger.ts";
import type { Logger } from "../core/ports.ts";
import type { LapsedReservation } from "../core/counters.ts";
import type { Storage } from "../core/storage.ts";
import type { Ledger } from "../core/stores.ts";
import type { OpenCall } from "./spend-guard.ts";

const atOnce = 100;

/**
 * Enters calls of which nobody ever said what came of them, as after a crash: the service may have answered, and charges for
 * that. They stand with all that was reserved, as estimated. Answers how many there were. @throws AppError `storage_*`
 */
export async function enterLostCalls({
  storage,
  ledger,
}: {
  readonly storage: Pick<Storage, "commit" | "counters">;
  readonly ledger: Pick<Ledger, "adding">;
}): Promise<number> {
  const lapsed = await storage.counters.lapsed<OpenCall>(atOnce);
  if (lapsed.length > 0) await storage.commit(lapsed.flatMap((each) => ledger.adding(entryOf(each))));
  return lapsed.length;
}

const everyMs = 60_000;

/** Does so at once and from then on. Answers what ends it. */
export function keepEnteringLostCalls(
  deps: Parameters<typeof enterLostCalls>[0],
  { log }: { readonly log: Logger },
): () => Promise<void> {
  const enter = async (): Promise<void> => {
    try {
      const calls = await enterLostCalls(deps);
      if (calls > 0) log.warn({ calls }, "calls without an outcome were entered as estimated");
    } catch (error) {
      log.warn(
        { code: toAppError(error).code },
        "calls without an outcome were not entered; it is tried again",
      );
    }
  };
  let entering = enter();
  const timer = setInterval(() => {
    entering = enter();
  }, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await entering;
  };
}

function entryOf({ value, expiresAt }: LapsedReservation<OpenCall>): LedgerEntry {
  const { callId, kind, model, context, promptTokens, maxOutputTokens, startedAt, isBudgeted } = value;
  return {
    ...context,
    callId,
    kind,
    model,
    tokens: { ...noTokens, input: promptTokens, output: maxOutputTokens },
    estimated: true,
    startedAt,
    durationMs: expiresAt - startedAt,
    finishReason: "lost",
    ...(isBudgeted && { isBudgeted }),
  };
}
