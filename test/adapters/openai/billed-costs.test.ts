import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createBilledCosts } from "../../../src/adapters/openai/billed-costs.ts";
import { createOpenAiClient } from "../../../src/adapters/openai/client.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import type { OpenAiServer } from "../../support/openai-server.ts";

const never = new AbortController().signal;
const from = Date.parse("2026-01-01T00:00:00Z");
const to = Date.parse("2026-11-23T12:00:00Z");

describe("what was billed", () => {
  let server: OpenAiServer;
  const costs = (adminKey?: string) =>
    createBilledCosts(
      createOpenAiClient({
        apiKey: server.apiKey,
        baseUrl: server.url,
        timeoutMs: 5_000,
        maxRetries: 0,
        ...(adminKey !== undefined && { adminKey }),
      }),
    );
  beforeAll(async () => {
    server = await startOpenAiServer();
    server.bill([
      { date: "2026-01-01", items: { "gpt-6-luna-2026-03-05, input": 0.1 + 0.2 } },
      { date: "2026-11-23", items: { "gpt-6-luna, output": 12.000_001, "gpt-6-luna, input": 0.000_001 } },
    ]);
  });
  afterAll(() => server.close());

  it("is read by day and line item over all pages, in whole micro-USD", async () => {
    const days = await costs(server.adminKey).days({ from, to }, never);
    expect(days).toHaveLength(327);
    expect(days.filter(({ items }) => items.length > 0)).toEqual([
      { date: "2026-01-01", items: [{ lineItem: "gpt-6-luna-2026-03-05, input", microUsd: 300_000 }] },
      {
        date: "2026-11-23",
        items: [
          { lineItem: "gpt-6-luna, output", microUsd: 12_000_001 },
          { lineItem: "gpt-6-luna, input", microUsd: 1 },
        ],
      },
    ]);
  });

  it("is for an admin's key alone, and neither key is in the error", async () => {
    const asking = costs("sk-wrong").days({ from, to }, never);
    await expect(asking).rejects.toMatchObject({ code: "model_unauthorized" });
    const error: unknown = await asking.catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error as object))).not.toContain("sk-wrong");
  });
});
