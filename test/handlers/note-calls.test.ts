import { expect, it } from "vitest";

import { createMetrics } from "../../src/adapters/http/metrics.ts";
import type { LedgerEntry } from "../../src/core/ledger.ts";
import { createNoteCalls } from "../../src/handlers/note-calls.ts";
import { createMemoryLog } from "../support/log.ts";
import { createDice, makeCall } from "../support/made-ledger.ts";

const dayMs = 86_400_000;

function entry(callId: string, model: string, microUsd?: number): LedgerEntry {
  const call = makeCall(1, { from: 0, to: 1_000 }, createDice(1));
  return { ...call, callId, model, kind: "chat", ...(microUsd !== undefined && { microUsd }) };
}

it("a call is counted once however often it is tried to write it, and an unknown price is warned of once a day", async () => {
  const stats = { waiting: 0, claimed: 0, setAside: 0, oldestAgeMs: 0 };
  const { metrics, routes } = createMetrics(() => Promise.resolve(stats));
  const log = createMemoryLog();
  let now = 0;
  const note = createNoteCalls({ log, metrics, now: () => now });

  for (const id of ["1", "1", "2"]) note(entry(id, "nobody-knows"));
  note(entry("3", "nobody-knows-either"));
  note(entry("4", "gpt-6-luna", 7));
  const body = await (await routes.request("/metrics")).text();
  expect(body).toContain('parley_model_calls_unpriced_total{model="nobody-knows",kind="chat"} 2');
  expect(body).toContain('parley_model_cost_micro_usd_total{model="gpt-6-luna",kind="chat"} 7');
  const warned = () => log.lines.map(({ level, fields }) => [level, fields["model"]]);
  expect(warned()).toEqual([
    ["warn", "nobody-knows"],
    ["warn", "nobody-knows-either"],
  ]);

  now = dayMs + 1;
  note(entry("5", "nobody-knows"));
  expect(warned()).toHaveLength(3);
});
