import { describe, expect, test } from "vitest";

import { createPace } from "../../../src/adapters/slack/pace.ts";

const minuteMs = 60_000;

function paceAt(start = 0) {
  let at = start;
  return { pace: createPace(() => at), pass: (ms: number) => (at += ms) };
}

describe("growing replies", () => {
  test("leave room in a minute's updates, and have it again when the minute is over", () => {
    const { pace, pass } = paceAt();
    let made = 0;
    for (; pace.hasRoom("chat.update") && made < 100; made++) pace.note("chat.update");
    expect(made).toBe(30);
    pass(minuteMs);
    expect(pace.hasRoom("chat.update")).toBe(true);
  });

  test("leave room for the last words of each reply that is being written", () => {
    const { pace, pass } = paceAt();
    const replies = Array.from({ length: 35 }, () => ({}));
    for (const reply of replies) pace.begin(reply);
    let made = 0;
    for (; pace.hasRoom("chat.update") && made < 100; made++) pace.note("chat.update");
    expect(made + replies.length).toBe(50);
    expect(pace.hasRoom("chat.appendStream")).toBe(true);
    for (const reply of replies) pace.end(reply);
    expect(pace.hasRoom("chat.update")).toBe(true);
    for (const reply of replies) pace.begin(reply);
    // Whoever died writing needs none.
    pass(11 * minuteMs);
    for (let i = 0; i < 20; i++) pace.note("chat.update");
    expect(pace.hasRoom("chat.update")).toBe(true);
  });

  test("wait while Slack asks to, each method for itself", () => {
    const { pace, pass } = paceAt();
    pace.turns("chat.update").hold(2_000);
    expect(pace.hasRoom("chat.update")).toBe(false);
    expect(pace.hasRoom("chat.appendStream")).toBe(true);
    expect(pace.turns("chat.update").heldMs()).toBe(2_000);
    pass(2_000);
    expect(pace.hasRoom("chat.update")).toBe(true);
  });
});
