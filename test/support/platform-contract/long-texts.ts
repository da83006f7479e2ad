import { describe, expect, test } from "vitest";

import { splitMarkdown } from "../../../src/core/split.ts";
import { awkwardStrings } from "../awkward-strings.ts";
import { intentOf, question, showing } from "./harness.ts";
import type { Harness, OpenHarness, Room, Shown } from "./harness.ts";

/** `count` words that are told apart, each with a mark of its own. */
const words = (mark: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${mark}${at}x`);

const marksIn = (text: string, mark: string): readonly string[] =>
  [...text.matchAll(new RegExp(`\\b${mark}\\d+x\\b`, "g"))].map(([word]) => word);

const rowsOf = (mark: string, rows: number): string =>
  words(mark, rows)
    .map((cell, at) => `| ${cell} | ${at} | yes |`)
    .join("\n");

async function showWhole(harness: Harness, room: Room, text: string): Promise<readonly Shown[]> {
  const { place, author } = await question(harness, room);
  const parts = splitMarkdown(text, harness.platform.limits.maxMessageChars);
  const reply = harness.platform.openReply(place, intentOf(text.slice(0, 20), [], author.id));
  const ids = await reply.show(parts, showing(true));
  const shown = (await harness.shown(place)).slice(-ids.length);
  expect(shown.map(({ id }) => id)).toEqual(ids);
  return shown;
}

/** Texts that are longer or stranger than a message takes. */
export function testLongTexts(open: OpenHarness): void {
  describe("a long reply", () => {
    test.each(["public", "direct"] as const)("of 100,000 characters loses no word (%s)", async (room) => {
      await using harness = await open();
      const said = words("w", 13_000);
      const text = said.map((word, at) => (at % 90 === 89 ? `${word}.\n\n` : `${word} `)).join("");
      expect(text.length).toBeGreaterThan(90_000);
      const shown = await showWhole(harness, room, text.padEnd(100_000, "."));
      expect(shown.length).toBeGreaterThan(1);
      expect(shown.flatMap((message) => marksIn(message.text, "w"))).toEqual(said);
    });

    test("keeps code in blocks of code, to the last line", async () => {
      await using harness = await open();
      const { maxMessageChars } = harness.platform.limits;
      const lines = words("line", Math.ceil((maxMessageChars * 2.5) / 24)).map(
        (word) => `  call(${word}, "a<b");`,
      );
      const shown = await showWhole(
        harness,
        "public",
        `Before.\n\n\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n\nAfter.`,
      );
      expect(shown.length).toBeGreaterThan(2);
      expect(shown.flatMap((message) => marksIn(message.code, "line"))).toEqual(words("line", lines.length));
      expect(shown.flatMap((message) => marksIn(message.text, "line"))).toHaveLength(lines.length);
      const whole = shown.map(({ text }) => text).join(" ");
      expect(whole.startsWith("Before.") && whole.endsWith("After.")).toBe(true);
      expect(shown.some(({ code }) => code.includes("After"))).toBe(false);
    });

    test("repeats a table's header wherever its rows go on", async () => {
      await using harness = await open();
      const { maxMessageChars } = harness.platform.limits;
      const count = Math.ceil((maxMessageChars * 2.2) / 22);
      const table = `| Name of it | No. | Done |\n|---|---:|---|\n${rowsOf("row", count)}`;
      const shown = await showWhole(harness, "public", `Before.\n\n${table}\n\nAfter.`);
      expect(shown.length).toBeGreaterThan(2);
      expect(shown.flatMap((message) => marksIn(message.text, "row"))).toEqual(words("row", count));
      for (const message of shown) {
        if (marksIn(message.text, "row").length > 0) expect(message.text).toContain("Name of it");
      }
    });

    test("of awkward texts is posted, whatever is in it", async () => {
      await using harness = await open();
      for (const [at, awkward] of awkwardStrings.entries()) {
        const shown = await showWhole(harness, "direct", `begin${at} ${awkward}\n\nend${at}`);
        const text = shown.map((message) => message.text).join(" ");
        expect(text, awkward).toContain(`begin${at}`);
        expect(text, awkward).toMatch(new RegExp(`end${at}$`));
        expect(text.isWellFormed()).toBe(true);
      }
    });

    test.each([
      ["marks of emphasis", "*_~`|[]()<>&\\"],
      ["ampersands and angles", "&<>"],
      ["quotes", "> "],
      ["one letter", "a"],
      ["fences", "```\n"],
      ["wide characters", "哈"],
      ["faces", "😀"],
    ])("of nothing but %s is posted", async (_what, unit) => {
      await using harness = await open();
      const text = unit.repeat(Math.ceil((harness.platform.limits.maxMessageChars * 1.5) / unit.length));
      const { place, author } = await question(harness, "public");
      const reply = harness.platform.openReply(place, intentOf("c", [], author.id));
      const parts = splitMarkdown(text, harness.platform.limits.maxMessageChars);
      await reply.show(parts.slice(0, 1), showing(false));
      const ids = await reply.show(parts, showing(true));
      expect((await harness.shown(place)).map(({ id }) => id)).toEqual(ids);
      if (parts.length > 0) expect(ids.length).toBeGreaterThanOrEqual(parts.length);
    });
  });
}
