import { describe, expect, it } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { remedyFor } from "../../src/core/remedy.ts";
import type { Remedy, Tries } from "../../src/core/remedy.ts";

const retry = (delayMs: number): Remedy => ({ kind: "retry", delayMs });
const retryTold = (delayMs: number): Remedy => ({ kind: "retry", delayMs, isTold: true });

describe("the remedy for an entry that failed", () => {
  it.each<[what: string, code: ErrorCode, tries: Partial<Tries>, remedy: Remedy]>([
    ["a failure of the model service", "model_timeout", {}, { kind: "explain", setAside: false }],
    ["moderation that is away", "moderation_unavailable", {}, { kind: "explain", setAside: false }],
    ["a defect", "internal", {}, retry(1_000)],
    ["a defect again", "internal", { attempt: 2 }, retry(2_000)],
    ["a defect that stays", "internal", { attempt: 3 }, { kind: "explain", setAside: true }],
    ["a store that keeps failing", "storage_failed", { attempt: 3 }, { kind: "explain", setAside: true }],
    ["a full disk that stays", "storage_full", { attempt: 3 }, retry(4_000)],
    ["a store that somebody locks", "storage_locked", { attempt: 20 }, retry(60_000)],
    ["a folder made read-only", "storage_read_only", { attempt: 3 }, retry(4_000)],
    [
      "a disk that was full for an hour",
      "storage_full",
      { attempt: 20, ageMs: 3_600_000 },
      { kind: "explain", setAside: true },
    ],
    ["a platform that is away", "platform_unreachable", { attempt: 20 }, retry(60_000)],
    [
      "a platform that was away for an hour",
      "platform_unreachable",
      { ageMs: 3_600_000 },
      { kind: "setAside" },
    ],
    ["last words that took too long", "aborted", {}, retry(1_000)],
    ["too many messages at once", "flooded", {}, { kind: "notify" }],
    ["a budget that is used up", "budget_exhausted", {}, { kind: "notify" }],
    ["a model without a price", "price_unknown", {}, { kind: "notify" }],
    ["a stop of all paid calls", "calls_stopped", {}, { kind: "notify" }],
    ["the same of what nobody waits for", "budget_exhausted", { isAwaited: false }, { kind: "setAside" }],
    ["a channel that is archived", "platform_refused", {}, { kind: "elsewhere" }],
    ["an edit that a model failure held up", "moderation_unavailable", { isAwaited: false }, retry(1_000)],
    ["an edit that keeps failing", "internal", { isAwaited: false, attempt: 3 }, { kind: "setAside" }],
    [
      "a notice about an edit that is refused",
      "platform_refused",
      { isAwaited: false },
      { kind: "setAside" },
    ],
  ])("%s (%s)", (_what, code, tries, remedy) => {
    const all = { attempt: 1, ageMs: 0, isAwaited: true, unjudgedMs: 30_000, ...tries };
    expect(remedyFor(new AppError(code, "failed"), all)).toEqual(remedy);
  });

  it.each<[what: string, reason: ErrorCode, tries: Partial<Tries>, remedy: Remedy]>([
    ["is away", "model_unreachable", {}, retryTold(1_000)],
    ["is slow, again", "model_timeout", { attempt: 3, ageMs: 20_000 }, retryTold(4_000)],
    ["is away for an edit", "model_unavailable", { isAwaited: false }, retry(1_000)],
    ["stays away", "model_unreachable", { attempt: 5, ageMs: 20_000 }, { kind: "explain", setAside: false }],
    ["was waited for long", "model_unreachable", { ageMs: 90_000 }, retryTold(1_000)],
    ["may not be waited for", "model_timeout", { unjudgedMs: 0 }, { kind: "explain", setAside: false }],
    ["refuses the key", "model_unauthorized", {}, { kind: "explain", setAside: false }],
  ])("moderation that %s", (_what, reason, tries, remedy) => {
    const error = new AppError("moderation_unavailable", "down", { facts: { reason } });
    const all = { attempt: 1, ageMs: 0, isAwaited: true, unjudgedMs: 30_000, ...tries };
    expect(remedyFor(error, all)).toEqual(remedy);
  });

  it.each<[number, Remedy]>([
    [5_000, retryTold(5_000)],
    [60_000, { kind: "explain", setAside: false }],
  ])("moderation that asks to wait for %i ms", (retryAfterMs, remedy) => {
    const facts = { reason: "model_rate_limited" };
    const error = new AppError("moderation_unavailable", "busy", { facts, retryAfterMs });
    const tries = { attempt: 1, ageMs: 0, isAwaited: true, unjudgedMs: 30_000 };
    expect(remedyFor(error, tries)).toEqual(remedy);
  });

  it("waits as long as the platform asks for", () => {
    const error = new AppError("platform_unreachable", "busy", { retryAfterMs: 90_000 });
    expect(remedyFor(error, { attempt: 1, ageMs: 0, isAwaited: true, unjudgedMs: 30_000 })).toEqual(
      retry(90_000),
    );
  });
});
