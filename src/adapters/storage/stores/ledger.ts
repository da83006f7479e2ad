import { joinKey } from "../../../core/ids.ts";
import { noTokens } from "../../../core/ledger.ts";
import type { CallKind, LedgerEntry, PaidCall, SpentTokens } from "../../../core/ledger.ts";
import type { Price, PriceOf } from "../../../core/pricing.ts";
import type { Period } from "../../../core/spending.ts";
import type { LogEntry, Operation, Storage } from "../../../core/storage.ts";
import type { Ledger } from "../../../core/stores.ts";
import { differenceOf, rowsOf, sumsOf } from "./spending-keys.ts";
import type { Sums } from "./spending-keys.ts";

/** One log of paid calls a workspace, in the order of their start, with sums by conversation and by half-hour. */
export function createLedger(
  { counters, log }: Pick<Storage, "counters" | "log">,
  deps: {
    readonly priceOf: PriceOf;
    /** Hears of each call as it is priced; of one that is tried again, again. */
    readonly note: (entry: LedgerEntry) => void;
  },
): Ledger {
  const priceNow = ({ model, kind, tokens, startedAt: at }: PaidCall) =>
    deps.priceOf({ model, kind, tokens, at });

  return {
    adding(call) {
      const entry: LedgerEntry = { ...call, ...priceNow(call) };
      deps.note(entry);
      return [putting(entry), counting(entry, sumsOf(entry))];
    },

    async spentOn(conversation) {
      const [fields = {}] = await counters.read([conversationKey(conversation)]);
      return readSums(fields);
    },

    async *entries(at, period) {
      let after: Pick<LogEntry<unknown>, "order" | "id"> | undefined = { order: period.to, id: "" };
      while (after) {
        const range = { direction: "newestFirst", limit: pageSize, after } as const;
        // oxlint-disable-next-line no-await-in-loop -- each page begins after the one before it.
        const page: readonly LogEntry<LedgerEntry>[] = await log.range(ledgerKey(at), range);
        const within = page.filter(({ order }) => order >= period.from);
        if (within.length > 0) yield within.map(({ value }) => value);
        after = within.length < pageSize ? undefined : within.at(-1);
      }
    },

    async *entriesOf(person, at, period) {
      let after: string | undefined;
      do {
        const options = { limit: pageSize, ...(after !== undefined && { after }) };
        // oxlint-disable-next-line no-await-in-loop -- each page begins after the one before it.
        const page = await log.byPerson<LedgerEntry>(person, options);
        const own = page.items.filter(({ key, order }) => key === ledgerKey(at) && isIn(order, period));
        if (own.length > 0) yield own.map(({ value }) => value);
        after = page.next;
      } while (after !== undefined);
    },

    repricing(before, cause) {
      const price = priceNow(before);
      if (price === undefined || isSame(price, before)) return undefined;
      const { microUsd, repriced } = before;
      const times = (repriced?.times ?? 0) + 1;
      const entry: LedgerEntry = {
        ...before,
        ...price,
        repriced: { times, cause, ...(microUsd !== undefined && { beforeMicroUsd: microUsd }) },
      };
      return { entry, operations: [putting(entry), counting(entry, differenceOf(before, price))] };
    },
  };
}

const pageSize = 500;

function ledgerKey({ platform, workspace }: Pick<LedgerEntry, "platform" | "workspace">): string {
  return `ledger/${joinKey(platform, workspace)}`;
}

function conversationKey(conversation: string): string {
  return `spent/${conversation}`;
}

function isIn(at: number, { from, to }: Period): boolean {
  return at >= from && at < to;
}

function isSame(price: Price, entry: LedgerEntry): boolean {
  const { microUsd, savedMicroUsd, byClass } = entry;
  return (
    price.microUsd === microUsd &&
    price.savedMicroUsd === savedMicroUsd &&
    price.byClass.cached === byClass?.cached &&
    price.byClass.output === byClass.output
  );
}

/** Each price of an entry is a revision: of two that came to one at once, the second changes nothing. */
function revisionOf({ repriced }: LedgerEntry): number {
  return 1 + (repriced?.times ?? 0);
}

function putting(entry: LedgerEntry): Operation {
  return {
    op: "log.put",
    key: ledgerKey(entry),
    id: entry.callId,
    order: entry.startedAt,
    revision: revisionOf(entry),
    value: entry,
    people: [entry.person],
  };
}

function counting(entry: LedgerEntry, sums: Sums): Operation {
  const { callId, conversation, model, kind } = entry;
  const revision = revisionOf(entry);
  const named = Object.entries(sums).filter(
    ([name, amount]) => conversationSums.has(name as keyof Sums) && amount !== 0,
  );
  return {
    op: "counters.add",
    key: conversationKey(conversation),
    fields: Object.fromEntries(
      named.map(([name, amount]) => [JSON.stringify([model, kind, name]), amount] as const),
    ),
    once: revision === 1 ? callId : joinKey(callId, String(revision)),
    rows: rowsOf(entry, sums),
  };
}

/** What a conversation is asked about. */
const conversationSums: ReadonlySet<keyof Sums> = new Set([
  "calls",
  "unpriced",
  "microUsd",
  "input",
  "cachedInput",
  "cacheWrite",
  "output",
  "reasoning",
]);

function readSums(fields: Readonly<Record<string, number>>): readonly SpentTokens[] {
  const sums = new Map<string, SpentTokens>();
  for (const [field, amount] of Object.entries(fields)) {
    const [model, kind, name] = JSON.parse(field) as [string, CallKind, string];
    const key = JSON.stringify([model, kind]);
    const none = { model, kind, calls: 0, unpriced: 0, microUsd: 0, tokens: noTokens };
    const sum = sums.get(key) ?? none;
    const isToken = Object.hasOwn(noTokens, name);
    const counted = isToken ? { tokens: { ...sum.tokens, [name]: amount } } : { [name]: amount };
    sums.set(key, { ...sum, ...counted });
  }
  return [...sums.values()];
}
