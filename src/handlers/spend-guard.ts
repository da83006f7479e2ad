import { capOf, limitsAt, scopesOf } from "../core/budget.ts";
import type { Budget, BudgetSettings, SpendingLimit } from "../core/budget.ts";
import { AppError } from "../core/errors.ts";
import type { CallContext, CallKind } from "../core/ledger.ts";
import { noTokens } from "../core/ledger.ts";
import type { Logger, Metrics, Now } from "../core/ports.ts";
import type { PriceOf } from "../core/pricing.ts";
import type { Storage } from "../core/storage.ts";
import type { BudgetStore } from "../core/stores.ts";
import { checkingBudgets } from "./budget-due.ts";
import { callsStopped } from "./running-calls.ts";

/** A call before it is made, as its reservation keeps it: what it is entered as where nobody ever says what came of it. */
export interface OpenCall {
  readonly callId: string;
  readonly kind: CallKind;
  readonly model: string;
  readonly context: CallContext;
  readonly promptTokens: number;
  readonly maxOutputTokens: number;
  readonly startedAt: number;
  readonly isBudgeted?: true;
}

/** Lets calls be made as long as there is money for them. */
export interface SpendGuard {
  /**
   * Reserves what the call may cost at the most, under everything that it counts in at once, and answers which model may be
   * asked, and whether a budget has the call in it. @throws AppError `budget_exhausted`, `price_unknown`, `calls_stopped`
   */
  reserve(
    call: Omit<OpenCall, "startedAt" | "isBudgeted">,
    options?: { readonly fallback: boolean },
  ): Promise<{ readonly model: string; readonly isBudgeted: boolean }>;
}

/** Longer than any call: what is reserved longer was lost in a crash. */
const reservedMs = 30 * 60_000;
const maxModelsNamed = 1_000;

export function createSpendGuard(deps: {
  readonly storage: Pick<Storage, "commit" | "counters">;
  readonly budgets: BudgetStore;
  readonly priceOf: PriceOf;
  readonly settings: BudgetSettings;
  readonly ambient: { readonly log: Logger; readonly metrics: Metrics; readonly now: Now };
}): SpendGuard {
  const { storage, budgets, priceOf, settings } = deps;
  const { timeZone, fallback } = settings;
  const { log, metrics, now } = deps.ambient;
  const unpriced = new Set<string>();

  return {
    async reserve(call, { fallback: mayFallBack } = { fallback: true }) {
      const { context, model } = call;
      const startedAt = now();
      const [stop, stored] = await Promise.all([
        budgets.stopOf(context),
        budgets.of(context, scopesOf(context)),
      ]);
      if (stop !== undefined) {
        metrics.callRefused(context.platform, "stopped");
        throw callsStopped();
      }
      const held = stored.map(({ value }) => value);
      const limits = limitsAt(startedAt, context, held, timeZone);
      const isBudgeted = limits.some(({ capMicroUsd }) => capMicroUsd !== undefined);
      const open = { ...call, startedAt, ...(isBudgeted && { isBudgeted }) };
      const refusing = await take(open, limits, 100);
      if (refusing === undefined) return { model, isBudgeted };
      if (fallback !== undefined && mayFallBack) {
        const cheaper = { ...open, model: fallback.model };
        if ((await take(cheaper, limits, fallback.upToPercent)) === undefined)
          return { model: fallback.model, isBudgeted };
      }
      metrics.callRefused(context.platform, refusing.scope.kind);
      await storage.commit([checkingBudgets({ context, at: startedAt, refused: refusing.key })]);
      throw exhausted(refusing, held);
    },
  };

  /** Answers the limit that has no room, if there is one. @throws AppError `price_unknown` */
  async function take(
    call: OpenCall,
    limits: readonly SpendingLimit[],
    percent: number,
  ): Promise<SpendingLimit | undefined> {
    const { callId, startedAt } = call;
    const taken = await storage.counters.reserve({
      id: callId,
      caps: limits.map((limit) => ({ key: limit.key, cap: capOf(limit, percent) })),
      amount: estimate(call),
      expiresAt: startedAt + reservedMs,
      value: call,
    });
    return taken.ok ? undefined : limits.find(({ key }) => key === taken.key);
  }

  function estimate({ model, kind, promptTokens, maxOutputTokens, startedAt, context }: OpenCall): number {
    const tokens = { ...noTokens, input: promptTokens, output: maxOutputTokens };
    const price = priceOf({ model, kind, tokens, at: startedAt });
    if (price !== undefined) return price.microUsd;
    if (settings.unknownPrice === "refuse") {
      metrics.callRefused(context.platform, "price");
      throw new AppError("price_unknown", "nobody knows the model's price", { facts: { model } });
    }
    if (!unpriced.has(model) && unpriced.size < maxModelsNamed) {
      unpriced.add(model);
      log.warn({ model }, "the price of a model isn't known: budgets count its calls as nothing");
    }
    return 0;
  }

  function exhausted(
    { scope, per, period, capMicroUsd = 0 }: SpendingLimit,
    held: readonly (Budget | undefined)[],
  ): AppError {
    const facts = { scope: scope.kind, per, capMicroUsd, resetsAt: period.to, timeZone };
    log.info({ ...facts, budgets: held.filter(Boolean).length }, "a budget is used up");
    return new AppError("budget_exhausted", "a budget is used up", { facts });
  }
}
