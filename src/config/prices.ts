import { z } from "zod";

import type { PriceOverride } from "../core/price-overrides.ts";

const usdPerMillion = (example: number, description: string) =>
  z
    .number()
    .min(0)
    .max(100_000)
    .meta({ description: `${description} USD per million tokens.`, examples: [example] });

const day = z.iso.date({ error: "is no day such as 2026-11-01" });

const rates = {
  input: usdPerMillion(2, "What is read."),
  cachedInput: z.exactOptional(
    usdPerMillion(0.2, "What is read from the service's cache. Left out: as `input`."),
  ),
  cacheWrite: z.exactOptional(
    usdPerMillion(2.5, "What is written into the service's cache. Left out: as `input`."),
  ),
  output: z.exactOptional(usdPerMillion(8, "What is written, reasoning included. Left out: nothing.")),
};

const price = z
  .strictObject({
    from: z.exactOptional(
      day.meta({
        description: "The day from which on it holds, in UTC. Left out: always.",
        examples: ["2026-01-01"],
      }),
    ),
    ...rates,
    changes: z
      .array(
        z.strictObject({
          from: day.meta({
            description: "The day from which on it holds, in UTC.",
            examples: ["2026-11-01"],
          }),
          ...rates,
        }),
      )
      .default([])
      .meta({ description: "What it costs from later days on.", examples: [[]] }),
  })
  .meta({ description: "What a model costs.", examples: [{ input: 2, cachedInput: 0.2, output: 8 }] });

/** Prices by model. */
export const priceSettings = z
  .record(z.string().trim().min(1).max(200), price)
  .default({})
  .meta({
    description:
      "What models cost, where the list that comes with Parley says otherwise or nothing: by model, or by pattern with `*`.",
    examples: [{ "ft:gpt-4o-mini*": { input: 0.3, cachedInput: 0.15, output: 1.2 } }],
  });

export function readPrices(settings: z.infer<typeof priceSettings>): readonly PriceOverride[] {
  return Object.entries(settings).flatMap(([model, { changes, ...first }]) =>
    [first, ...changes].map(({ from, ...each }): PriceOverride => ({
      model,
      rates: each,
      ...(from !== undefined && { from: Date.parse(from) }),
    })),
  );
}
