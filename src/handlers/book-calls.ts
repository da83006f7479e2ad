import { toAppError } from "../core/errors.ts";
import type { CallContext, ModelCall } from "../core/ledger.ts";
import type { Operation, Storage } from "../core/storage.ts";
import type { Ledger } from "../core/stores.ts";

interface Books {
  readonly storage: Pick<Storage, "commit">;
  readonly stores: { readonly ledger: Pick<Ledger, "adding"> };
}

/** Books calls by themselves, where what they were for came to nothing. @throws AppError `storage_*` */
export async function bookCalls(
  calls: readonly ModelCall[],
  context: CallContext,
  { storage, stores }: Books,
): Promise<void> {
  await storage.commit(calls.flatMap((call) => stores.ledger.adding({ ...call, ...context })));
}

/**
 * Takes a step that books calls together with what came of them. Where that may no longer be written, because somebody else
 * was faster, the calls are booked all the same: they were made. @throws what the step throws
 */
export async function bookInAnyCase(
  booking: readonly Operation[],
  step: () => Promise<void>,
  { storage }: Pick<Books, "storage">,
): Promise<void> {
  try {
    await step();
  } catch (thrown) {
    const { code } = toAppError(thrown);
    // What was booked by then is not booked twice.
    if (code === "superseded" || code === "version_conflict") await storage.commit(booking);
    throw thrown;
  }
}
