import type { Place } from "./event.ts";
import type { ChannelId, PersonKey } from "./ids.ts";
import type { CallKind } from "./ledger.ts";
import type { TokenUsage } from "./ports.ts";

/** What the calls of one model and kind came to in one half-hour. */
export interface SpentCell {
  /** Begin of the half-hour, UTC. Milliseconds since the epoch. */
  readonly from: number;
  readonly model: string;
  readonly kind: CallKind;
  readonly calls: number;
  /** Calls that ended with an error. */
  readonly errors: number;
  /** Calls whose tokens were counted here, as the provider sent no usage. */
  readonly estimated: number;
  /** Calls whose price isn't known; they are in no sum of money. */
  readonly unpriced: number;
  readonly tokens: TokenUsage;
  readonly microUsd: number;
  /** Of that, by class of token. */
  readonly byClass: { readonly input: number; readonly cached: number; readonly output: number };
  readonly savedMicroUsd: number;
  readonly durationMs: number;
}

export type SpendingScope =
  | { readonly kind: "workspace" }
  | { readonly kind: "channel"; readonly channel: ChannelId }
  | { readonly kind: "person"; readonly person: PersonKey }
  | { readonly kind: "persona"; readonly persona: string };

/** Half-open: from the one moment until just before the other, in milliseconds since the epoch, on half-hours. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Reads what was spent, from sums by half-hour. */
export interface Spending {
  cells(
    at: Pick<Place, "platform" | "workspace">,
    scope: SpendingScope,
    period: Period,
  ): Promise<readonly SpentCell[]>;
  /** Which channels, people or personas spent anything in the period, dearest first, with their sums in micro-USD. */
  top(
    at: Pick<Place, "platform" | "workspace">,
    kind: Exclude<SpendingScope["kind"], "workspace">,
    period: Period,
    limit: number,
  ): Promise<readonly { readonly scope: SpendingScope; readonly microUsd: number; readonly calls: number }[]>;
}
