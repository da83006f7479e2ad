import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createOpenAiClient } from "../../src/adapters/openai/client.ts";
import { createEmbeddingModel } from "../../src/adapters/openai/embedding.ts";
import { createMetrics } from "../../src/adapters/http/metrics.ts";
import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createBudgets } from "../../src/adapters/storage/stores/budgets.ts";
import { createLedger } from "../../src/adapters/storage/stores/ledger.ts";
import { limitsOf, scopesOf } from "../../src/core/budget.ts";
import type { Budget, BudgetSettings } from "../../src/core/budget.ts";
import { conversationKey } from "../../src/core/conversation.ts";
import type { ChannelId, PersonKey, WorkspaceId } from "../../src/core/ids.ts";
import { noTokens } from "../../src/core/ledger.ts";
import type { CallContext, LedgerEntry } from "../../src/core/ledger.ts";
import type { PriceOf } from "../../src/core/pricing.ts";
import type { Storage } from "../../src/core/storage.ts";
import { enterLostCalls } from "../../src/handlers/enter-lost-calls.ts";
import { createModelLimits } from "../../src/handlers/model-limits.ts";
import { createPaidEmbedding } from "../../src/handlers/paid-embedding.ts";
import { createRunningCalls } from "../../src/handlers/running-calls.ts";
import { settleCalls } from "../../src/handlers/settle-calls.ts";
import { createSpendGuard } from "../../src/handlers/spend-guard.ts";
import { createMemoryLog } from "../support/log.ts";
import { moderated } from "../support/moderated.ts";
import { startOpenAiServer } from "../support/openai-server.ts";
import type { OpenAiServer } from "../support/openai-server.ts";
import { centAThousand } from "../support/prices.ts";

const place = { platform: "slack", workspace: "T1" as WorkspaceId, channel: "C1" as ChannelId } as const;
const context: CallContext = {
  ...place,
  conversation: conversationKey(place),
  person: "slack/T1/U1" as PersonKey,
  persona: "legal",
};
const change = { by: context.person, at: 0, cause: "test" };
const usual: BudgetSettings = { timeZone: "UTC", unknownPrice: "allow" };
const halfAnHourMs = 30 * 60_000;

const never = new AbortController().signal;
const connectionOf = ({ apiKey, url }: OpenAiServer) => ({ apiKey, baseUrl: url });

let dir: string;
let storage: Storage;
let clockMs = Date.UTC(2026, 10, 23, 12);
const log = createMemoryLog();

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-guard-"));
  storage = await openEmbeddedStorage({ dir, now: () => clockMs, log });
});
afterEach(async () => {
  await storage.close();
  await rm(dir, { recursive: true, force: true });
});

function open(settings: BudgetSettings = usual, priceOf: PriceOf = centAThousand) {
  const budgets = createBudgets(storage);
  const { metrics } = createMetrics(() => storage.queue.stats());
  const ambient = { log, metrics, now: () => clockMs };
  const guard = createSpendGuard({ storage, budgets, priceOf, settings, ambient });
  const ledger = settleCalls(createLedger(storage, { priceOf, note: () => undefined }), priceOf);
  return { budgets, guard, ledger };
}

const call = (callId: string, maxOutputTokens = 500) => ({
  callId,
  kind: "chat" as const,
  model: "gpt-6-luna",
  context,
  promptTokens: 500,
  maxOutputTokens,
});

function entryOf(
  callId: string,
  input: number,
  output: number,
  more: Partial<LedgerEntry> = {},
): LedgerEntry {
  return {
    ...context,
    callId,
    kind: "chat",
    model: "gpt-6-luna",
    tokens: { ...noTokens, input, output },
    estimated: false,
    startedAt: clockMs,
    durationMs: 1,
    finishReason: "stop",
    ...more,
  };
}

/** Gives each scope of the call a budget of its own. */
async function setBudgets(caps: readonly number[]): Promise<readonly Budget[]> {
  const { budgets } = open();
  const all = scopesOf(context).flatMap((scope, i) => {
    const day = caps[i];
    return day === undefined ? [] : [{ scope, caps: { day }, change }];
  });
  await storage.commit(all.map((budget) => budgets.putting(place, budget, 0)));
  return all;
}

async function sumsOf(budget: Budget): Promise<Readonly<Record<string, number>>> {
  const [limit] = limitsOf(clockMs, place, budget, "UTC");
  const [sums = {}] = await storage.counters.read([limit?.key ?? ""]);
  return sums;
}

describe("what may be spent", () => {
  it("is never exceeded by a thousand calls at once, and the sum is what the provider counted", async () => {
    const cap = 1_000_000;
    const all = await setBudgets([cap, cap * 2, cap * 3, cap * 4]);
    const { guard, ledger } = open();
    let made = 0;
    let costs = 0;
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => {
        const id = `call-${i}`;
        try {
          await guard.reserve(call(id));
        } catch (error) {
          expect(error).toMatchObject({ code: "budget_exhausted", facts: { scope: "person" } });
          return;
        }
        made++;
        // A call may come to less than was reserved for it, and never to more.
        const [input, output] = [500, (i * 37) % 501];
        costs += (input + output) * 10;
        await storage.commit(ledger.adding(entryOf(id, input, output)));
      }),
    );
    expect(made).toBeGreaterThanOrEqual(cap / 10_000);
    expect(costs).toBeLessThanOrEqual(cap);
    for (const budget of all) expect(await sumsOf(budget)).toEqual({ used: costs });
    // What was not needed is free again, to the last call that fits.
    const more = Math.floor((cap - costs) / 10_000);
    for (let i = 0; i < more; i++) await guard.reserve(call(`more-${i}`));
    await expect(guard.reserve(call("too much"))).rejects.toMatchObject({ code: "budget_exhausted" });
  });

  it("is bound by the tightest of all budgets, and says which", async () => {
    await setBudgets([50_000, 5_000]);
    const { guard } = open();
    await expect(guard.reserve(call("a"))).rejects.toMatchObject({
      code: "budget_exhausted",
      facts: { scope: "channel", per: "day", capMicroUsd: 5_000, resetsAt: Date.UTC(2026, 10, 24) },
    });
    expect(await guard.reserve(call("b", 0))).toEqual({ model: "gpt-6-luna", isBudgeted: true });
  });

  it("is settled once, however often a call is entered, and frees what was not needed", async () => {
    const [budget] = await setBudgets([10_000]);
    if (!budget) throw new Error("no budget");
    const { guard, ledger } = open();
    await guard.reserve(call("a"));
    expect(await sumsOf(budget)).toEqual({ reserved: 10_000 });
    await expect(guard.reserve(call("b"))).rejects.toMatchObject({ code: "budget_exhausted" });
    for (const _time of [1, 2]) await storage.commit(ledger.adding(entryOf("a", 100, 100)));
    expect(await sumsOf(budget)).toEqual({ used: 2_000 });
    await guard.reserve(call("c", 200));
  });

  it("frees what was reserved for a call that was refused before it was made, which the ledger hasn't", async () => {
    const [budget] = await setBudgets([10_000]);
    if (!budget) throw new Error("no budget");
    const { guard, ledger } = open();
    await guard.reserve(call("a"));
    await storage.commit(ledger.adding(entryOf("a", 0, 0, { finishReason: "calls_stopped" })));
    expect(await sumsOf(budget)).toEqual({ used: 0 });
    expect(await storage.log.range("ledger/slack/T1", { direction: "oldestFirst", limit: 9 })).toEqual([]);
  });

  it("counts a call of which nobody says what came of it, as estimated, and only once", async () => {
    const [budget] = await setBudgets([20_000]);
    if (!budget) throw new Error("no budget");
    const { guard, ledger } = open();
    await guard.reserve(call("lost"));
    expect(await enterLostCalls({ storage, ledger })).toBe(0);
    clockMs += halfAnHourMs;
    expect(await enterLostCalls({ storage, ledger })).toBe(1);
    expect(await enterLostCalls({ storage, ledger })).toBe(0);
    const entries = await storage.log.range<LedgerEntry>("ledger/slack/T1", {
      direction: "oldestFirst",
      limit: 9,
    });
    expect(entries.map(({ value }) => value)).toMatchObject([
      {
        ...context,
        callId: "lost",
        estimated: true,
        finishReason: "lost",
        tokens: { input: 500, output: 500 },
      },
    ]);
    expect(await sumsOf(budget)).toEqual({ used: 10_000 });
  });

  it("may be overdrawn by the cheaper model as far as the config says, where it names one", async () => {
    await setBudgets([10_000]);
    const { guard, ledger } = open({ ...usual, fallback: { model: "gpt-4o-mini", upToPercent: 110 } });
    await guard.reserve(call("a"));
    expect(await guard.reserve(call("b"))).toEqual({ model: "gpt-4o-mini", isBudgeted: true });
    await expect(guard.reserve(call("c"))).rejects.toMatchObject({ code: "budget_exhausted" });
    await storage.commit([...ledger.adding(entryOf("a", 500, 0)), ...ledger.adding(entryOf("b", 0, 0))]);
    expect(await guard.reserve(call("d", 0))).toMatchObject({ model: "gpt-6-luna" });
  });

  it("is nothing for a model without a price, or such a model isn't used, by the config", async () => {
    const [budget] = await setBudgets([10]);
    if (!budget) throw new Error("no budget");
    const unknown = () => undefined;
    const { guard } = open(usual, unknown);
    for (const id of ["a", "b"]) await guard.reserve(call(id));
    expect(await sumsOf(budget)).toEqual({});
    const warned = log.lines.filter(({ message }) => message.includes("price of a model isn't known"));
    expect(warned).toHaveLength(1);
    const strict = open({ ...usual, unknownPrice: "refuse" }, unknown);
    await expect(strict.guard.reserve(call("c"))).rejects.toMatchObject({ code: "price_unknown" });
  });

  it("holds for embeddings too, which no other model can make, and one that fails costs nothing", async () => {
    const [budget] = await setBudgets([10_000]);
    if (!budget) throw new Error("no budget");
    const { budgets, guard, ledger } = open({
      ...usual,
      fallback: { model: "gpt-4o-mini", upToPercent: 900 },
    });
    await using openai = await startOpenAiServer();
    const running = await createRunningCalls({ budgets, signals: storage.signals, log });
    const client = createOpenAiClient({ ...connectionOf(openai), timeoutMs: 20_000, maxRetries: 0 });
    const embedding = createPaidEmbedding({
      embedding: createEmbeddingModel(client, {}, { now: () => clockMs, newId: () => "its own" }),
      guard,
      running,
      limits: createModelLimits({
        counters: storage.counters,
        rates: {},
        metrics: { modelWaited: () => undefined },
        now: () => clockMs,
        sleep: async () => undefined,
      }),
      counters: storage.counters,
    });
    const options = { model: "text-embedding-3-small", dimensions: 8, person: context.person };
    const embed = (callId: string, promptTokens: number) =>
      embedding.embed({ callId, context, promptTokens }, [moderated("hello")], options, never);
    openai.fail("embedding", { kind: "serverError" });
    await expect(embed("a", 1_000)).rejects.toMatchObject({ code: "model_unavailable" });
    expect(await sumsOf(budget)).toEqual({ used: 0 });
    const { vectors, call: made } = await embed("b", 1_000);
    expect(vectors).toHaveLength(1);
    expect(made).toMatchObject({ callId: "b", isBudgeted: true, kind: "embedding" });
    await expect(embed("c", 1)).rejects.toMatchObject({ code: "budget_exhausted" });
    await storage.commit(ledger.adding({ ...made, ...context }));
    expect(await sumsOf(budget)).toEqual({ used: made.tokens.input * 10 });
    expect(openai.embeddingRequests).toHaveLength(2);
    await running.stop();
  });

  it("is nothing at all once an admin has stopped it, here or everywhere", async () => {
    const { budgets, guard } = open();
    const here = { platform: place.platform, workspace: place.workspace };
    for (const reach of [here, "everywhere"] as const) {
      await storage.commit([budgets.stopping(reach, change)]);
      await expect(guard.reserve(call("a"))).rejects.toMatchObject({ code: "calls_stopped" });
      await storage.commit([budgets.goingOn(reach)]);
    }
    await storage.commit([budgets.stopping({ ...here, workspace: "T2" as WorkspaceId }, change)]);
    expect(await guard.reserve(call("a"))).toEqual({ model: "gpt-6-luna", isBudgeted: false });
  });
});
