import { setImmediate as turn } from "node:timers/promises";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { Place } from "../../src/core/event.ts";
import { hashText } from "../../src/core/moderation.ts";
import type { Moderate } from "../../src/handlers/moderate.ts";
import { createOpenGate } from "../../src/handlers/reply-gate.ts";
import { createMemoryLog } from "../support/log.ts";

const place = { platform: "playground" } as Place;
const never = new AbortController().signal;

/** Blocks whatever has the word in it, after a few turns of the event loop; notes what it was asked about. */
function createJudge(turns = 0): { readonly moderate: Moderate; readonly judged: string[] } {
  const judged: string[] = [];
  return {
    judged,
    async moderate(inputs) {
      for (let i = 0; i < turns; i++) await turn();
      const verdicts = inputs.map(({ text }) => {
        judged.push(text);
        const decision = text.includes("poison") ? ("block" as const) : ("allow" as const);
        return { textHash: hashText(text), decision, categories: decision === "block" ? ["violence"] : [] };
      });
      return { verdicts };
    },
  };
}

function open(moderate: Moderate, signal = never) {
  const shown: string[] = [];
  const openGate = createOpenGate({ moderate, replies: "hold", log: createMemoryLog() });
  return { shown, gate: openGate({ place, id: "reply", onText: (text) => shown.push(text), signal }) };
}

const harmless = fc.constantFrom(
  "Well. ",
  "This is a longer sentence, which says little. ",
  "poi",
  "son ",
  "```\ncode\n",
);

describe("a held reply", () => {
  it("is shown as far as it was judged, however it comes in pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(harmless, { maxLength: 40 }),
        fc.integer({ min: 0, max: 3 }),
        async (parts, turns) => {
          const { moderate, judged } = createJudge(turns);
          const { shown, gate } = open(moderate);
          let text = "";
          for (const part of parts) {
            text += part;
            gate.write(text);
            await turn();
          }
          const passed = await gate.end(text);
          for (const each of shown) {
            expect(each).not.toContain("poison");
            expect(judged.some((piece) => each.endsWith(piece) || piece.endsWith(each))).toBe(true);
          }
          const isBad = text.includes("poison");
          expect(passed.text).toBe(isBad ? "" : text);
          expect(passed.error?.code).toBe(isBad ? "reply_blocked" : undefined);
          expect(gate.closed.aborted).toBe(isBad);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("has a verdict about all of it in the end", async () => {
    const { gate } = open(createJudge().moderate);
    gate.write("All of it.");
    expect((await gate.end("All of it.")).verdict?.textHash).toBe(hashText("All of it."));
  });

  it("keeps what was judged when moderation goes away, and nothing more", async () => {
    const judge = createJudge();
    let isAway = false;
    const { shown, gate } = open((...asked) =>
      isAway ? Promise.reject(new AppError("moderation_unavailable", "away")) : judge.moderate(...asked),
    );
    const first = "A first sentence that is judged at once. ";
    gate.write(`${first}And`);
    for (let i = 0; i < 5; i++) await turn();
    isAway = true;
    const whole = `${first}And a second sentence that never is judged. `;
    gate.write(whole);
    const passed = await gate.end(whole);
    expect(passed).toMatchObject({ text: first, error: { code: "reply_unchecked" } });
    expect(passed.verdict).toBeUndefined();
    expect(shown).toEqual([first]);
  });

  it("that is stopped has no more than what was judged", async () => {
    const stop = new AbortController();
    const { gate } = open(createJudge().moderate, stop.signal);
    gate.write("Nothing that");
    stop.abort();
    expect(await gate.end("Nothing that")).toEqual({ text: "", calls: [] });
  });
});
