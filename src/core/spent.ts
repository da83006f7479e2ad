import { noTokens } from "./ledger.ts";
import type { TokenUsage } from "./ports.ts";
import type { SpentCell } from "./spending.ts";

/** What cells come to together. */
export type SpentTotal = Omit<SpentCell, "from" | "model" | "kind" | "byClass">;

const nothing: SpentTotal = {
  calls: 0,
  errors: 0,
  estimated: 0,
  unpriced: 0,
  tokens: noTokens,
  microUsd: 0,
  savedMicroUsd: 0,
  durationMs: 0,
};

export function totalOf(cells: readonly SpentTotal[]): SpentTotal {
  return cells.reduce(
    (sum, cell) => ({
      calls: sum.calls + cell.calls,
      errors: sum.errors + cell.errors,
      estimated: sum.estimated + cell.estimated,
      unpriced: sum.unpriced + cell.unpriced,
      tokens: addTokens(sum.tokens, cell.tokens),
      microUsd: sum.microUsd + cell.microUsd,
      savedMicroUsd: sum.savedMicroUsd + cell.savedMicroUsd,
      durationMs: sum.durationMs + cell.durationMs,
    }),
    nothing,
  );
}

/** By model and kind, dearest first. */
export function totalsByModel(
  cells: readonly SpentCell[],
): readonly (SpentTotal & Pick<SpentCell, "model" | "kind">)[] {
  const groups = Map.groupBy(cells, ({ model, kind }) => `${kind}/${model}`);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      return first ? [{ model: first.model, kind: first.kind, ...totalOf(group) }] : [];
    })
    .toSorted((a, b) => b.microUsd - a.microUsd || b.calls - a.calls);
}

/** Figures of a request, as an operator watches them. Moderation is free and belongs to each request, so it is none itself. */
export interface RequestFigures {
  readonly requests: number;
  readonly tokens: number;
  readonly microUsd: number;
  readonly unpriced: number;
  /** From 0 to 1. */
  readonly errorRate: number;
  /** A request; of the cost only those whose price is known. */
  readonly average: { readonly tokens: number; readonly microUsd: number; readonly durationMs: number };
}

export function figuresOf(cells: readonly SpentCell[]): RequestFigures {
  const total = totalOf(cells.filter(({ kind }) => kind !== "moderation"));
  const { calls, errors, unpriced, microUsd, durationMs } = total;
  const tokens = total.tokens.input + total.tokens.output;
  const share = (of: number, all: number) => (all === 0 ? 0 : of / all);
  return {
    requests: calls,
    tokens,
    microUsd,
    unpriced,
    errorRate: share(errors, calls),
    average: {
      tokens: share(tokens, calls),
      microUsd: share(microUsd, calls - unpriced),
      durationMs: share(durationMs, calls),
    },
  };
}

function addTokens(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    cachedInput: a.cachedInput + b.cachedInput,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}
