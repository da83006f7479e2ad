import type { LedgerEntry } from "../../core/ledger.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Operation } from "../../core/storage.ts";
import type { CostCommandDeps, CostCommands } from "./cost.ts";

const usualDays = 35;
const dayMs = 86_400_000;
/** Entries a step: each corrects some forty sums, and answers wait while one is written. */
const entriesAtOnce = 50;

/**
 * `cost reprice`: gives calls the prices that hold for them by now. Who is killed on the way and begins anew finds what was
 * done already: it is not done twice, and it is in the account.
 */
export function createCostReprice(deps: CostCommandDeps): CostCommands["cost reprice"] {
  const { storage } = deps;
  const { ledger } = deps.stores;
  const { now } = deps.ambient;
  const words = deps.ambient.words.costs.reprice;

  return async ({ days = usualDays }, { place, id, signal }) => {
    const to = now();
    const account = createAccount(id);
    for await (const page of ledger.entries(place, { from: to - days * dayMs, to })) {
      for (let first = 0; first < page.length; first += entriesAtOnce) {
        signal.throwIfAborted();
        const operations: Operation[] = [];
        for (const entry of page.slice(first, first + entriesAtOnce)) {
          const repriced = ledger.repricing(entry, id);
          account.take(repriced?.entry ?? entry);
          operations.push(...(repriced?.operations ?? []));
        }
        // oxlint-disable-next-line no-await-in-loop -- one step after the other leaves room for everybody else.
        await storage.commit(operations);
      }
    }
    return { text: account.write(days) };
  };

  function createAccount(cause: string) {
    let [calls, known, unknown, beforeMicroUsd, afterMicroUsd] = [0, 0, 0, 0, 0];
    const unknownModels = new Set<string>();
    return {
      take({ model, microUsd, repriced }: LedgerEntry): void {
        if (microUsd === undefined) {
          unknown++;
          unknownModels.add(quoteText(model));
        }
        if (repriced?.cause !== cause) return;
        calls++;
        if (repriced.beforeMicroUsd === undefined) known++;
        beforeMicroUsd += repriced.beforeMicroUsd ?? 0;
        afterMicroUsd += microUsd ?? 0;
      },
      write(days: number): string {
        const parts = [
          calls > 0
            ? words.done(calls, days, beforeMicroUsd, afterMicroUsd)
            : unknown === 0 && words.none(days),
          known > 0 && words.known(known),
          unknown > 0 && words.stillUnknown(unknown, [...unknownModels]),
        ];
        return parts.filter(Boolean).join(" ");
      },
    };
  }
}
