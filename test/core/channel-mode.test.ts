import { describe, expect, test } from "vitest";

import { choosePart } from "../../src/core/channel-mode.ts";
import type { ChannelMode } from "../../src/core/channel-mode.ts";
import type { MessageCreated } from "../../src/core/event.ts";

type Row = [mode: ChannelMode, addressed: MessageCreated["addressed"], joined: boolean, answers: boolean];

describe("whether a message is answered", () => {
  const rows: Row[] = [
    ["mention", "mention", false, true],
    ["mention", "direct", false, true],
    ["mention", "thread", true, true],
    ["mention", "thread", false, false],
    ["mention", "none", false, false],
    ["mention", "none", true, false],
    ["always", "mention", false, true],
    ["always", "direct", false, true],
    ["always", "thread", false, true],
    ["always", "none", false, true],
    ["off", "mention", true, false],
    ["off", "direct", false, true],
    ["off", "thread", true, false],
    ["off", "none", true, false],
  ];
  test.each(rows)("mode %s, addressed %s, joined %s: %s", (mode, addressed, joined, answers) => {
    expect(choosePart(mode, addressed, joined).kind).toBe(answers ? "answer" : "stayOut");
  });
});
