import { joinKey } from "../../../core/ids.ts";
import { noTokens } from "../../../core/ledger.ts";
import type { CallKind, LedgerEntry, SpentTokens } from "../../../core/ledger.ts";
import type { Operation, Storage } from "../../../core/storage.ts";
import type { Ledger } from "../../../core/stores.ts";

/** One log of paid calls a workspace, in the order of their start, and the sums of each conversation. */
export function createLedger({ counters }: Pick<Storage, "counters">): Ledger {
  return {
    adding(entry) {
      return [
        {
          op: "log.put",
          key: `ledger/${joinKey(entry.platform, entry.workspace)}`,
          id: entry.callId,
          order: entry.startedAt,
          revision: 1,
          value: entry,
          people: [entry.person],
        },
        counting(entry),
      ];
    },

    async spentOn(conversation) {
      const [fields = {}] = await counters.read([sumsOf(conversation)]);
      return readSums(fields);
    },
  };
}

function sumsOf(conversation: string): string {
  return `spent/${conversation}`;
}

function counting({ conversation, model, kind, tokens, callId }: LedgerEntry): Operation {
  const amounts = Object.entries({ calls: 1, ...tokens }).filter(([, amount]) => amount > 0);
  const fields = amounts.map(([name, amount]) => [JSON.stringify([model, kind, name]), amount] as const);
  return {
    op: "counters.add",
    key: sumsOf(conversation),
    fields: Object.fromEntries(fields),
    once: callId,
  };
}

function readSums(fields: Readonly<Record<string, number>>): readonly SpentTokens[] {
  const sums = new Map<string, SpentTokens>();
  for (const [field, amount] of Object.entries(fields)) {
    const [model, kind, name] = JSON.parse(field) as [string, CallKind, string];
    const key = JSON.stringify([model, kind]);
    const sum = sums.get(key) ?? { model, kind, calls: 0, tokens: noTokens };
    const counted = name === "calls" ? { calls: amount } : { tokens: { ...sum.tokens, [name]: amount } };
    sums.set(key, { ...sum, ...counted });
  }
  return [...sums.values()];
}
