import { describe, expect, it } from "vitest";

import { noTokens } from "../../../src/core/ledger.ts";
import { reconcile, writeReconciliation } from "../../../src/core/report/reconcile.ts";
import type { SpentCell } from "../../../src/core/spending.ts";

const cell = (at: string, model: string, microUsd: number, more: Partial<SpentCell> = {}): SpentCell => ({
  from: Date.parse(at),
  model,
  kind: "chat",
  calls: 1,
  errors: 0,
  estimated: 0,
  unpriced: 0,
  tokens: noTokens,
  microUsd,
  byClass: { input: 0, cached: 0, output: 0 },
  savedMicroUsd: 0,
  durationMs: 0,
  ...more,
});

const bill = [
  {
    date: "2026-11-22",
    items: [
      { lineItem: "gpt-6-luna-2026-03-05, input", microUsd: 70 },
      { lineItem: "gpt-6-luna-2026-03-05, output", microUsd: 30 },
    ],
  },
  { date: "2026-11-23", items: [{ lineItem: "dall-e-3, images", microUsd: 500 }] },
];
const cells = [
  cell("2026-11-22T23:30:00Z", "gpt-6-luna", 90, { estimated: 2 }),
  cell("2026-11-23T00:00:00Z", "gpt-6-luna", 10),
  cell("2026-11-23T00:00:00Z", "my-own", 0, { unpriced: 3 }),
];

describe("a bill beside the ledger", () => {
  it("is compared by days of UTC and by models, whatever their snapshot and kind of token", () => {
    expect(reconcile(bill, cells)).toEqual({
      billed: 600,
      counted: 100,
      days: [
        { date: "2026-11-22", billed: 100, counted: 90 },
        { date: "2026-11-23", billed: 500, counted: 10 },
      ],
      models: [
        { model: "dall-e-3", billed: 500, counted: 0 },
        { model: "gpt-6-luna", billed: 100, counted: 100 },
      ],
      others: 500,
      unpriced: 3,
      estimated: 2,
    });
  });

  it("is nothing where there is neither", () => {
    expect(reconcile([], [])).toMatchObject({ billed: 0, counted: 0, days: [], models: [] });
  });

  it("is a file of every line, in which no name is a formula", () => {
    const hostile = [{ date: "2026-11-22", items: [{ lineItem: "=1+1", microUsd: 1 }] }];
    expect(new TextDecoder().decode(writeReconciliation(hostile, cells.slice(0, 2)))).toBe(
      [
        '"date","source","line_item","model","cost_micro_usd"',
        '"2026-11-22","billed","\'=1+1","\'=1+1",1',
        '"2026-11-22","ledger","chat","gpt-6-luna",90',
        '"2026-11-23","ledger","chat","gpt-6-luna",10',
        "",
      ].join("\r\n"),
    );
  });
});
