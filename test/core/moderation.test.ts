import { describe, expect, it } from "vitest";

import {
  admit,
  admitImage,
  judge,
  judgeImage,
  openModerated,
  shortenModerated,
  strictest,
  worstOf,
} from "../../src/core/moderation.ts";
import type { Moderated } from "../../src/core/moderation.ts";
import type { ModerationPolicy } from "../../src/core/moderation/policy.ts";
import type { ChatMessage, EmbeddingModel } from "../../src/core/ports.ts";
import { en } from "../../src/core/words/en.ts";

const scores = (score: number, flagged = score > 0.5) => ({
  violence: { flagged, score },
  hate: { flagged: false, score: 0.01 },
});

describe("judge", () => {
  it.each<[string, ModerationPolicy, number, string]>([
    ["a flagged category without a rule is blocked", {}, 0.9, "block"],
    ["what nothing flags is allowed", {}, 0.1, "allow"],
    ["a rule can flag instead", { violence: { action: "flag" } }, 0.9, "flag"],
    ["a rule can allow", { violence: { action: "allow" } }, 0.9, "allow"],
    [
      "a threshold below the service's own blocks sooner",
      { violence: { action: "block", threshold: 0.2 } },
      0.3,
      "block",
    ],
    [
      "a threshold above the service's own blocks later",
      { violence: { action: "block", threshold: 0.95 } },
      0.9,
      "allow",
    ],
    ["a threshold is met by its own score", { violence: { action: "block", threshold: 0.3 } }, 0.3, "block"],
    [
      "the gravest rule decides",
      { violence: { action: "flag", threshold: 0 }, hate: { action: "block", threshold: 0 } },
      0.1,
      "block",
    ],
  ])("%s", (_claim, policy, score, decision) => {
    expect(judge("text", scores(score), policy).decision).toBe(decision);
  });

  it("names the categories by their score", () => {
    const policy: ModerationPolicy = { hate: { action: "flag", threshold: 0 } };
    expect(judge("text", scores(0.9), policy).categories).toEqual(["violence", "hate"]);
  });
});

describe("admit", () => {
  it("lets in the text that was judged, and opens it again", () => {
    const moderated = admit("hello", judge("hello", scores(0), {}));
    expect(moderated && openModerated(moderated)).toBe("hello");
  });

  it("refuses a blocked text", () => {
    expect(admit("hello", judge("hello", scores(0.9), {}))).toBeUndefined();
  });

  it("refuses a text with the verdict of another", () => {
    expect(admit("hello!", judge("hello", scores(0), {}))).toBeUndefined();
  });
});

describe("Moderated", () => {
  it.each([
    ["a string", "hello"],
    ["a look-alike", { value: "hello" }],
    ["nothing", undefined],
  ])("can't be made of %s", (_what, forged) => {
    expect(() => openModerated(forged as unknown as Moderated<string>)).toThrow(TypeError);
  });

  it("keeps a part of a judged text, with the mark that says so", () => {
    const whole = admit("hello world", judge("hello world", scores(0), {}));
    if (whole === undefined) throw new Error("not admitted");
    expect(openModerated(shortenModerated(whole, 5, en))).toBe(`hello${en.cutMark}`);
  });

  it("is all that the ports of the models take", () => {
    // @ts-expect-error -- a prompt can't be made of a plain string
    const message: ChatMessage = { role: "user", content: "hello" };
    // @ts-expect-error -- nor can an embedding
    const texts: Parameters<EmbeddingModel["embed"]>[0] = ["hello"];
    // @ts-expect-error -- nor of a look-alike
    const forged: ChatMessage = { role: "user", content: { value: "hello" } };
    expect([message.content, texts[0], forged.content]).toHaveLength(3);
  });
});

describe("a picture", () => {
  const pictureOf = (byte: number) => ({
    bytes: Uint8Array.of(byte),
    mediaType: "image/jpeg" as const,
    width: 1,
    height: 1,
  });
  const image = { kind: "image", picture: pictureOf(1), sample: pictureOf(2) } as const;

  it("is let in by its own verdict alone", () => {
    const admitted = admitImage(image, judgeImage(image, scores(0), {}));
    expect(admitted && openModerated(admitted)).toBe(image.picture);
    expect(admitImage(image, judgeImage(image, scores(0.9), {}))).toBeUndefined();
    for (const other of [
      { ...image, picture: pictureOf(3) },
      { ...image, sample: pictureOf(3) },
    ])
      expect(admitImage(other, judgeImage(image, scores(0), {}))).toBeUndefined();
  });

  it("that is blocked blocks the message it came with", () => {
    const text = judge("look", scores(0), {});
    const verdict = strictest(text, [judgeImage(image, scores(0.9), {})]);
    const { textHash } = text;
    const found = { categories: ["violence"], scores: { violence: 0.9 } };
    expect(verdict).toEqual({ textHash, decision: "block", ...found });
    expect(strictest(text, [judgeImage(image, scores(0), {})])).toEqual(text);
  });
});

it("the worst score of each category counts", () => {
  expect(worstOf([scores(0.2), scores(0.9), {}])).toEqual({
    violence: { flagged: true, score: 0.9 },
    hate: { flagged: false, score: 0.01 },
  });
});
