import { expect, test } from "vitest";

import { splitAnswer } from "../../src/core/answer-parts.ts";
import { en } from "../../src/core/words/en.ts";

const limits = { maxMessageChars: 100, maxMessages: 3 };
const file = { name: "a.txt", mediaType: "text/plain", bytes: new Uint8Array([65]), altText: "An A" };

test("what fits goes as it is", () => {
  expect(splitAnswer({ text: "short", files: [file] }, limits, en.commands)).toEqual({
    texts: ["short"],
    files: [file],
  });
});

test("what takes some messages is split", () => {
  const text = Array.from({ length: 30 }, (_, at) => `word${at}`).join(" ");
  const { texts, files } = splitAnswer({ text }, limits, en.commands);
  expect(texts.length).toBeGreaterThan(1);
  expect(texts.join(" ")).toBe(text);
  expect(files).toEqual([]);
});

test("what takes too many is cut and goes along whole, behind the other files", () => {
  const text = Array.from({ length: 300 }, (_, at) => `word${at}`).join(" ");
  const { texts, files } = splitAnswer({ text, files: [file] }, limits, en.commands);
  expect(texts).toHaveLength(1);
  expect(texts[0]?.length).toBeLessThanOrEqual(limits.maxMessageChars);
  expect(texts[0]).toMatch(/^word0 .*whole answer is in the file/s);
  expect(files.map(({ name }) => name)).toEqual(["a.txt", "answer.md"]);
  expect(new TextDecoder().decode(files[1]?.bytes)).toBe(text);
});
