import { Keyv } from "keyv";
import { describe, expect, it, vi } from "vitest";

import type { Place } from "../../src/core/event.ts";
import { AppError } from "../../src/core/errors.ts";
import { noTokens } from "../../src/core/ledger.ts";
import { hashText } from "../../src/core/moderation.ts";
import type { CategoryScores, ModerationModel } from "../../src/core/ports.ts";
import { createNormalise } from "../../src/core/moderation/normalise.ts";
import { createWordList } from "../../src/core/moderation/word-list.ts";
import { createModerate } from "../../src/handlers/moderate.ts";
import { createMemoryLog, noMetrics } from "../support/log.ts";

const signal = new AbortController().signal;
const place = { platform: "slack", workspace: "T1", channel: "C1" } as Place;
const texts = (...all: readonly string[]) => all.map((text) => ({ text, kind: "message", id: "1" }) as const);
const scores = (score: number): CategoryScores => ({ violence: { flagged: score > 0.5, score } });

function createStub(
  results?: (texts: readonly string[]) => CategoryScores[],
): Pick<ModerationModel, "classify"> & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    async classify(texts) {
      asked.push([...texts]);
      const call = {
        callId: "c",
        model: "m",
        kind: "moderation",
        tokens: noTokens,
        estimated: false,
        startedAt: 0,
        durationMs: 1,
        finishReason: "stop",
      } as const;
      return {
        results: results?.(texts) ?? texts.map((text) => scores(text.includes("bad") ? 0.9 : 0)),
        call,
      };
    },
  };
}

function moderateWith(model: Pick<ModerationModel, "classify">, cache = new Keyv({ throwOnErrors: true })) {
  const log = createMemoryLog();
  return {
    log,
    cache,
    moderate: createModerate({
      model,
      normalise: createNormalise(),
      findWords: createWordList({ block: ["heron"], flag: [] }),
      scoredBy: "m",
      policyFor: async () => ({}),
      note: async () => undefined,
      cache,
      cacheTtlMs: 60_000,
      metrics: noMetrics,
      log,
    }),
  };
}

describe("moderate", () => {
  it("judges all texts in one call, each for itself", async () => {
    const model = createStub();
    const { verdicts, call } = await moderateWith(model).moderate(
      texts("good", "bad", "fine"),
      place,
      signal,
    );
    expect(verdicts.map(({ decision }) => decision)).toEqual(["allow", "block", "allow"]);
    expect(model.asked).toEqual([["good", "bad", "fine"]]);
    expect(call?.callId).toBe("c");
  });

  it("judges a text in every way in which it can be read, in the same call", async () => {
    const model = createStub();
    const { verdicts } = await moderateWith(model).moderate(
      texts("good", "b\u200bad", "b a d  news"),
      place,
      signal,
    );
    expect(verdicts.map(({ decision }) => decision)).toEqual(["allow", "block", "block"]);
    expect(verdicts[1]?.textHash).toBe(hashText("b\u200bad"));
    expect(model.asked).toHaveLength(1);
  });

  it("asks about a text once, also within one call", async () => {
    const model = createStub();
    const { moderate } = moderateWith(model);
    await moderate(texts("bad", "bad", "new"), place, signal);
    const again = await moderate(texts("bad"), place, signal);
    expect(model.asked).toEqual([["bad", "new"]]);
    expect(again.verdicts[0]?.decision).toBe("block");
    expect(again.call).toBeUndefined();
  });

  it("finds the scores of another process in the cache", async () => {
    const cache = new Keyv({ throwOnErrors: true });
    await moderateWith(createStub(), cache).moderate(texts("bad"), place, signal);
    await vi.waitFor(
      async () => expect(await cache.has(`verdict:all-ways:m:${hashText("bad")}`)).toBe(true),
      {
        timeout: 5_000,
      },
    );
    const second = createStub();
    const { verdicts } = await moderateWith(second, cache).moderate(texts("bad"), place, signal);
    expect(verdicts[0]?.decision).toBe("block");
    expect(second.asked).toEqual([]);
  });

  it("judges without a cache that fails, and says so in the log", async () => {
    const cache = new Keyv({ throwOnErrors: true });
    cache.getMany = () => Promise.reject(new Error("down"));
    cache.setMany = () => Promise.reject(new Error("down"));
    const { moderate, log } = moderateWith(createStub(), cache);
    expect((await moderate(texts("bad"), place, signal)).verdicts[0]?.decision).toBe("block");
    await vi.waitFor(() => expect(log.lines.map(({ message }) => message)).toContain("verdicts not cached"), {
      timeout: 5_000,
    });
    expect(log.lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
  });

  it("blocks a text for which the service sent no result", async () => {
    const { verdicts } = await moderateWith(createStub(() => [scores(0)])).moderate(
      texts("one", "two"),
      place,
      signal,
    );
    expect(verdicts.map(({ decision }) => decision)).toEqual(["allow", "block"]);
  });

  it("lets an outage through to the caller, so that nothing is sent on", async () => {
    const model: Pick<ModerationModel, "classify"> = {
      classify: () => Promise.reject(new AppError("moderation_unavailable", "down")),
    };
    await expect(moderateWith(model).moderate(texts("good"), place, signal)).rejects.toMatchObject({
      code: "moderation_unavailable",
    });
  });
});
