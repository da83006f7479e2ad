import { describe, expect, it } from "vitest";

import { readAction, writeAction } from "../../src/core/action.ts";
import type { Action } from "../../src/core/action.ts";
import { opinionOf, pressed, reacted } from "../../src/core/feedback.ts";

describe("an action", () => {
  it.each<Action>([
    { name: "stop" },
    { name: "share", argument: "0a1b2c3d-0000-4000-8000-000000000000" },
    { name: "removeAnswer", argument: "1700000000.000100" },
  ])("comes back from a platform as it went there: %j", (action) => {
    expect(readAction(writeAction(action))).toEqual(action);
    expect(writeAction(action).length).toBeLessThanOrEqual(100);
  });

  it.each(["", "x", "stop:", "stop:a b", "constructor", "__proto__:x", `share:${"a".repeat(65)}`, "stop\n"])(
    "that Parley never wrote is none: %j",
    (written) => {
      expect(readAction(written)).toBeUndefined();
    },
  );
});

describe("an opinion", () => {
  it.each([
    ["👍", "good"],
    ["👍🏽", "good"],
    ["👎🏿", "bad"],
    ["+1", "good"],
    ["+1::skin-tone-2", "good"],
    ["thumbsdown::skin-tone-6", "bad"],
    ["heart", undefined],
    ["constructor", undefined],
  ])("by %s is %s", (reaction, opinion) => {
    expect(opinionOf(reaction)).toBe(opinion);
  });

  it("is taken back by the same button, and replaced by the other", () => {
    expect(pressed("good", undefined)).toBe("good");
    expect(pressed("good", "good")).toBeUndefined();
    expect(pressed("good", "bad")).toBe("good");
  });

  it("is taken back by taking off its own thumb alone", () => {
    expect(reacted("bad", true, "good")).toBe("bad");
    expect(reacted("bad", false, "bad")).toBeUndefined();
    expect(reacted("bad", false, "good")).toBe("good");
  });
});
