import type { CallKind } from "./ledger.ts";
import type { TokenUsage } from "./ports.ts";

/** What a call costs in micro-USD (millionths of a US dollar, whole), or nothing where the price isn't known. */
export type PriceOf = (use: PricedUse) => Price | undefined;

export interface PricedUse {
  readonly model: string;
  readonly kind: CallKind;
  readonly tokens: TokenUsage;
  /** When the call began: prices change. Milliseconds since the epoch. */
  readonly at: number;
}

export interface Price {
  readonly microUsd: number;
  /** What cached input saved against its full price, in micro-USD. */
  readonly savedMicroUsd: number;
  /** The same sum by class of token. What is written into the provider's cache counts as input. */
  readonly byClass: { readonly input: number; readonly cached: number; readonly output: number };
}

/** What tokens cost, in USD per million of them, which is the same as micro-USD a token. */
export interface Rates {
  readonly input: number;
  /** As input, when left out. */
  readonly cachedInput?: number;
  /** As input, when left out. */
  readonly cacheWrite?: number;
  /** Nothing, when left out: an embedding has no output. */
  readonly output?: number;
}

/** The rates of a model at a moment, for a prompt of so many tokens; `undefined` where nobody knows them. */
export type RatesOf = (model: string, at: number, inputTokens: number) => Rates | undefined;

const free: Price = { microUsd: 0, savedMicroUsd: 0, byClass: { input: 0, cached: 0, output: 0 } };

/** Prices calls by the rates of their models. Moderation is free, and so is what used no tokens. */
export function createPriceOf(ratesOf: RatesOf): PriceOf {
  return ({ model, kind, tokens, at }) => {
    if (kind === "moderation" || (tokens.input === 0 && tokens.output === 0)) return free;
    const rates = ratesOf(model, at, tokens.input);
    return rates && priceTokens(tokens, rates);
  };
}

/** Rates with six decimals are whole numbers of pico-USD a token, so that nothing is rounded before the sum is. */
const picoPerMicro = 1_000_000;

/** The price of one call: exact, then rounded half-up to whole micro-USD once. Its classes add up to it. */
export function priceTokens(tokens: TokenUsage, rates: Rates): Price {
  const { input, cachedInput = input, cacheWrite = input, output = 0 } = rates;
  // Of what a service says, no part is more than the whole.
  const cached = Math.min(tokens.cachedInput, tokens.input);
  const written = Math.min(tokens.cacheWrite, tokens.input - cached);
  const plainPico = picoUsd(tokens.input - cached - written, input) + picoUsd(written, cacheWrite);
  const cachedPico = picoUsd(cached, cachedInput);
  const outputPico = picoUsd(tokens.output, output);
  // Each class is what its rounded running sum grows by.
  const toPlain = roundToMicro(plainPico);
  const toCached = roundToMicro(plainPico + cachedPico);
  const microUsd = roundToMicro(plainPico + cachedPico + outputPico);
  return {
    microUsd,
    savedMicroUsd: roundToMicro(picoUsd(cached, input) - cachedPico),
    byClass: { input: toPlain, cached: toCached - toPlain, output: microUsd - toCached },
  };
}

function picoUsd(tokens: number, usdPerMillion: number): bigint {
  return BigInt(tokens) * BigInt(Math.round(usdPerMillion * picoPerMicro));
}

/** Half a micro-USD goes up. */
function roundToMicro(pico: bigint): number {
  const half = BigInt(picoPerMicro / 2);
  const shifted = pico + half;
  const whole = shifted / BigInt(picoPerMicro);
  // Division of negative numbers goes towards zero.
  const isBelow = shifted < 0n && shifted % BigInt(picoPerMicro) !== 0n;
  return Number(isBelow ? whole - 1n : whole);
}
