import type { Counter } from "prom-client";

import { outcomeOf } from "../../core/ledger.ts";
import type { Metrics } from "../../core/ports.ts";

type MakeCounter = <Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
) => Counter<Label>;

/** Counts calls of the model service, by model and kind. Averages a call are one sum divided by another. */
export function createCallMetrics(counter: MakeCounter): Pick<Metrics, "modelCalled"> {
  const labels = ["model", "kind"] as const;
  const calls = counter("model_calls_total", "Calls of the model service, by how they ended.", [
    ...labels,
    "outcome",
  ]);
  const tokens = counter(
    "model_tokens_total",
    "Tokens of these calls. Cached, cache_write and reasoning are parts of input and output.",
    [...labels, "class"],
  );
  const cost = counter("model_cost_micro_usd_total", "What they cost, in millionths of a US dollar.", labels);
  const unpriced = counter("model_calls_unpriced_total", "Calls of which nobody knows the price.", labels);
  const seconds = counter("model_call_seconds_total", "How long they took.", labels);

  return {
    modelCalled(entry) {
      const { model, kind, microUsd, durationMs } = entry;
      const { input, cachedInput, cacheWrite, output, reasoning } = entry.tokens;
      calls.inc({ model, kind, outcome: outcomeOf(entry) });
      const classes = { input, cached: cachedInput, cache_write: cacheWrite, output, reasoning };
      for (const [name, count] of Object.entries(classes)) {
        if (count > 0) tokens.inc({ model, kind, class: name }, count);
      }
      if (microUsd === undefined) unpriced.inc({ model, kind });
      else cost.inc({ model, kind }, microUsd);
      seconds.inc({ model, kind }, Math.max(0, durationMs) / 1_000);
    },
  };
}
