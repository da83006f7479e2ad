import { setTimeout as pause } from "node:timers/promises";

import { createBudgets } from "../adapters/storage/stores/budgets.ts";
import type { Config } from "../config.ts";
import type { WorkspacePlace } from "../core/channel-settings.ts";
import type { ChatModel, EmbeddingModel, Logger, Metrics, Now } from "../core/ports.ts";
import type { PriceOf } from "../core/pricing.ts";
import type { Spending } from "../core/spending.ts";
import { totalOf } from "../core/spent.ts";
import type { SaidRates } from "../core/rate-limit.ts";
import type { Storage } from "../core/storage.ts";
import type { BudgetStore, Ledger } from "../core/stores.ts";
import type { BudgetCommandDeps } from "../handlers/commands/budget.ts";
import type { FindAdmins } from "../handlers/find-admins.ts";
import { keepEnteringLostCalls } from "../handlers/enter-lost-calls.ts";
import { createModelLimits } from "../handlers/model-limits.ts";
import type { ModelLimits } from "../handlers/model-limits.ts";
import { createPaidChat } from "../handlers/paid-chat.ts";
import type { PaidChat } from "../handlers/paid-chat.ts";
import { createPaidEmbedding } from "../handlers/paid-embedding.ts";
import type { PaidEmbedding } from "../handlers/paid-embedding.ts";
import { createRunningCalls } from "../handlers/running-calls.ts";
import { createSpendGuard } from "../handlers/spend-guard.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";
import { createWarnBudgets } from "../handlers/warn-budgets.ts";
import type { WarnBudgets } from "../handlers/warn-budgets.ts";

/** What stands between everybody and the models that cost money. */
export interface Budgets {
  /** Puts a model behind budgets and limits; `heard` is told what the service says about its rates. */
  readonly paid: (connect: (heard: (model: string, said: SaidRates) => void) => ChatModel) => PaidChat;
  readonly paidEmbedding: (embedding: EmbeddingModel) => PaidEmbedding;
  readonly commands: Pick<BudgetCommandDeps, "budgets" | "running" | "spentIn" | "settings" | "admins">;
  /** Whether anything bounds what may be spent in a workspace. */
  readonly hasAny: (place: WorkspacePlace) => Promise<boolean>;
  readonly warning: (
    story: Pick<ChatMessageDeps, "platformOf" | "storage" | "ambient"> & { readonly findAdmins: FindAdmins },
  ) => WarnBudgets;
  readonly limits: Pick<ModelLimits, "state">;
  stop(): Promise<void>;
}

/** Wires budgets and rate limits, and enters calls that a crash left without an outcome. */
export async function assembleBudgets(
  config: Pick<Config, "budgets" | "admins" | "rates">,
  deps: {
    readonly storage: Storage;
    readonly stores: { readonly ledger: Ledger; readonly spending: Spending };
    readonly priceOf: PriceOf;
    readonly ambient: { readonly log: Logger; readonly metrics: Metrics; readonly now: Now };
  },
): Promise<Budgets> {
  const { storage, stores, priceOf, ambient } = deps;
  const { ledger, spending } = stores;
  const { log, metrics, now } = ambient;
  const { budgets: settings, admins } = config;
  const budgets: BudgetStore = createBudgets(storage);
  const running = await createRunningCalls({ budgets, signals: storage.signals, log });
  const guard = createSpendGuard({ storage, budgets, priceOf, settings, ambient });
  const limits = createModelLimits({ counters: storage.counters, rates: config.rates, metrics, now, sleep });
  const stopEntering = keepEnteringLostCalls({ storage, ledger }, ambient);
  const spentIn: BudgetCommandDeps["spentIn"] = async (...asked) =>
    totalOf(await spending.cells(...asked)).microUsd;
  return {
    paid: (connect) => createPaidChat({ chat: connect(limits.heard), guard, running, limits }),
    paidEmbedding: (embedding) =>
      createPaidEmbedding({ embedding, guard, running, limits, counters: storage.counters }),
    limits,
    commands: { budgets, running, spentIn, settings, admins },
    hasAny: async (place) => (await budgets.all(place, 1)).length > 0,
    warning: (story) => createWarnBudgets({ ...story, budgets, timeZone: settings.timeZone }),
    async stop() {
      await Promise.all([stopEntering(), running.stop()]);
    },
  };
}

/** Keeps no process alive. */
function sleep(ms: number): Promise<void> {
  return pause(ms, undefined, { ref: false });
}
