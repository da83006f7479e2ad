import { isRefusal } from "../core/errors.ts";
import type { PriceOf } from "../core/pricing.ts";
import type { Ledger } from "../core/stores.ts";
import { checkingBudgets } from "./budget-due.ts";

/**
 * A ledger whose entries settle what was reserved for their calls, in the same step, and have the budgets looked at. So
 * whatever is entered is counted, once, and with what it came to.
 */
export function settleCalls(ledger: Ledger, priceOf: PriceOf): Ledger {
  return {
    ...ledger,
    adding(entry) {
      const operations = ledger.adding(entry);
      // Moderation is free, and nothing is reserved for it.
      if (entry.kind === "moderation") return operations;
      const { callId, model, kind, tokens, startedAt: at, isBudgeted, finishReason } = entry;
      const actual = priceOf({ model, kind, tokens, at })?.microUsd ?? 0;
      // It was refused before it was made; something may have been reserved all the same.
      const isMade = !isRefusal(finishReason) || tokens.input + tokens.output > 0;
      return [
        ...(isMade ? operations : []),
        { op: "counters.settle", id: callId, actual },
        ...(isBudgeted ? [checkingBudgets({ context: entry, at, callId })] : []),
      ];
    },
  };
}
