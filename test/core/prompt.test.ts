import { describe, expect, it } from "vitest";

import type { Turn } from "../../src/core/conversation.ts";
import { judge, openModerated } from "../../src/core/moderation.ts";
import type { Verdict } from "../../src/core/moderation.ts";
import { mayEnterPrompt, pinnedMessages, turnMessages } from "../../src/core/prompt.ts";

const allowed = (text: string): Verdict => judge(text, {}, {});
const blocked = (text: string): Verdict => judge(text, { violence: { flagged: true, score: 1 } }, {});

function turn(text: string, verdict?: Verdict, more: Partial<Turn> = {}): Turn {
  return {
    id: text,
    role: "user",
    text,
    messages: [],
    at: 0,
    revision: 0,
    tokens: 1,
    encoding: "e",
    ...(verdict && { verdict }),
    ...more,
  };
}

describe("turnMessages", () => {
  it.each<[string, Turn, boolean]>([
    ["lets in what was allowed", turn("hello", allowed("hello")), true],
    ["leaves out what was blocked", turn("hello", blocked("hello")), false],
    ["leaves out what nobody judged", turn("hello"), false],
    ["leaves out a text with the verdict of another", turn("hello!", allowed("hello")), false],
    [
      "leaves out a text whose label wasn't judged with it",
      turn("hello", allowed("hello"), { author: { person: "p" as never, id: "U" as never, label: "Ana" } }),
      false,
    ],
  ])("%s", (_claim, said, enters) => {
    expect(turnMessages([said]).map(({ content }) => openModerated(content))).toEqual(
      enters ? [said.text] : [],
    );
  });

  it("keeps tool calls with their results", () => {
    const toolCalls = [{ id: "c1", name: "search", arguments: "{}" }];
    const turns = [
      turn("asking", allowed("asking"), { role: "assistant", toolCalls }),
      turn("found", allowed("found"), { role: "tool", toolCallId: "c1" }),
    ];
    expect(turnMessages(turns)).toMatchObject([
      { role: "assistant", toolCalls },
      { role: "tool", toolCallId: "c1" },
    ]);
  });
});

describe("mayEnterPrompt", () => {
  it.each<[string, Turn, boolean]>([
    ["allowed", turn("a", allowed("a")), true],
    ["blocked", turn("a", blocked("a")), false],
    ["not judged", turn("a"), false],
  ])("of a turn that is %s", (_what, said, expected) => {
    expect(mayEnterPrompt(said)).toBe(expected);
  });
});

describe("pinnedMessages", () => {
  const text = (content: string, verdict = allowed(content)) => ({ text: content, verdict });

  it("puts the examples behind the system message, in order", () => {
    const messages = pinnedMessages({
      system: text("be kind"),
      examples: [{ question: text("q"), answer: text("a") }],
    });
    expect(messages?.map(({ role, content }) => [role, openModerated(content)])).toEqual([
      ["system", "be kind"],
      ["user", "q"],
      ["assistant", "a"],
    ]);
  });

  it("is nothing at all where one of them is blocked", () => {
    const examples = [{ question: text("q"), answer: text("a", blocked("a")) }];
    expect(pinnedMessages({ system: text("be kind"), examples })).toBeUndefined();
  });
});
