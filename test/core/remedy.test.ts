import { describe, expect, it } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { remedyFor } from "../../src/core/remedy.ts";
import type { Remedy, Tries } from "../../src/core/remedy.ts";

const retry = (delayMs: number): Remedy => ({ kind: "retry", delayMs });

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
    const all = { attempt: 1, ageMs: 0, isAwaited: true, ...tries };
    expect(remedyFor(new AppError(code, "failed"), all)).toEqual(remedy);
  });

  it("waits as long as the platform asks for", () => {
    const error = new AppError("platform_unreachable", "busy", { retryAfterMs: 90_000 });
    expect(remedyFor(error, { attempt: 1, ageMs: 0, isAwaited: true })).toEqual(retry(90_000));
  });
});
