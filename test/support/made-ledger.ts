import type { CallKind, PaidCall } from "../../src/core/ledger.ts";
import { outcomeOf } from "../../src/core/ledger.ts";
import type { ChannelId, ConversationKey, PersonKey, WorkspaceId } from "../../src/core/ids.ts";
import type { PriceOf } from "../../src/core/pricing.ts";
import type { Period, SpendingScope } from "../../src/core/spending.ts";

export const madeWorkspace = { platform: "slack", workspace: "T1" as WorkspaceId } as const;

/** Answers the same numbers from 0 to 1 for the same seed (mulberry32). */
export function createDice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const models = ["gpt-6-luna", "gpt-5-mini", "ft:gpt-4o/odd|name", "nobody-knows"];
const kinds: readonly CallKind[] = ["chat", "chat", "chat", "summary", "embedding", "moderation"];
const endings = ["stop", "stop", "stop", "length", "aborted", "model_cut", "model_unavailable"];

/** One call of many, at any time of a period. */
export function makeCall(index: number, { from, to }: Period, dice: () => number): PaidCall {
  const upTo = (max: number) => Math.floor(dice() * max);
  const pick = <T>(all: readonly T[]): T => all[upTo(all.length)] as T;
  const kind = pick(kinds);
  const input = upTo(6_000);
  const channel = `C${upTo(12)}`;
  return {
    callId: `call-${index}`,
    model: kind === "moderation" ? "omni-moderation-latest" : pick(models),
    kind,
    tokens: {
      input,
      cachedInput: upTo(input),
      cacheWrite: 0,
      output: upTo(900),
      reasoning: upTo(100),
    },
    estimated: dice() < 0.05,
    startedAt: from + upTo(to - from),
    durationMs: upTo(20_000),
    finishReason: pick(endings),
    ...madeWorkspace,
    channel: channel as ChannelId,
    conversation: `slack/T1/${channel}` as ConversationKey,
    person: `slack/T1/U${upTo(40)}` as PersonKey,
    persona: pick(["professional", "technical", "legal"]),
  };
}

/** Sums of calls by another way than Parley's: one after the other, in big integers. */
export function sumCalls(calls: readonly PaidCall[], priceOf: PriceOf) {
  const sums = {
    calls: 0n,
    errors: 0n,
    unpriced: 0n,
    microUsd: 0n,
    input: 0n,
    output: 0n,
    savedMicroUsd: 0n,
  };
  for (const call of calls) {
    const price = priceOf({ ...call, at: call.startedAt });
    sums.calls += 1n;
    sums.input += BigInt(call.tokens.input);
    sums.output += BigInt(call.tokens.output);
    if (outcomeOf(call) === "error") sums.errors += 1n;
    if (price === undefined) sums.unpriced += 1n;
    sums.microUsd += BigInt(price?.microUsd ?? 0);
    sums.savedMicroUsd += BigInt(price?.savedMicroUsd ?? 0);
  }
  return sums;
}

export function concerns(scope: SpendingScope, call: PaidCall): boolean {
  switch (scope.kind) {
    case "workspace":
      return true;
    case "channel":
      return call.channel === scope.channel;
    case "person":
      return call.person === scope.person;
    case "persona":
      return call.persona === scope.persona;
    default:
      return scope satisfies never;
  }
}
