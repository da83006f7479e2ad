import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ConversationKey, MessageId, PersonKey } from "../../src/core/ids.ts";
import { cutChunks, usualShape } from "../../src/core/threads/chunks.ts";
import type { ChunkTurn } from "../../src/core/threads/chunks.ts";
import { createCalibrationOf } from "../../src/core/threads/calibration.ts";
import { hintFrom } from "../../src/core/threads/hint.ts";
import { closenessOf, groupByThread } from "../../src/core/threads/similar.ts";
import { collectionOf, spaceIn, titleOf } from "../../src/core/threads/thread.ts";
import type { ChunkNote } from "../../src/core/threads/thread.ts";
import { createTokenCounter } from "../../src/core/tokens.ts";
import type { Neighbour } from "../../src/core/vectors.ts";
import type { WorkspaceId } from "../../src/core/ids.ts";
import { awkwardStrings, unicodeString } from "../support/awkward-strings.ts";

const counter = await createTokenCounter();
const calibrationOf = createCalibrationOf({ isOffline: false });
const count = (text: string) => counter.count(text, "text-embedding-3-small");

function turn(id: string, text: string, person = "p/w/ada"): ChunkTurn {
  return { id, text, person: person as PersonKey, at: Number(id), message: id as MessageId };
}
const withoutSpace = (text: string) => text.toWellFormed().replaceAll(/\s/g, "");
/** Some 100 tokens. */
const paragraph = "The crane lifts forty tonnes of the harbour's load before noon. ".repeat(8).trim();

describe("a thread is cut", () => {
  it("into chunks of 160 tokens at the most that lose nothing, whatever is in it", async () => {
    const anyText = fc.oneof(
      unicodeString,
      fc.constantFrom(...awkwardStrings),
      fc.nat(60).map((times) => paragraph.repeat(times)),
      fc.nat(3_000).map((times) => "語".repeat(times)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 6 }), async (texts) => {
        const turns = texts.map((text, i) => turn(String(i), text));
        const chunks = await cutChunks(turns, count);
        const counts = await Promise.all(chunks.map(({ text }) => count(text)));
        expect(Math.max(0, ...counts)).toBeLessThanOrEqual(usualShape.maxTokens);
        expect(new Set(chunks.map(({ id }) => id)).size).toBe(chunks.length);
        const all = chunks.map(({ text }) => withoutSpace(text)).join("");
        for (const text of texts.map(withoutSpace)) {
          // What is short is found again in one place; what is long in many.
          for (const part of text.match(/.{1,20}/gsu) ?? []) expect(all).toContain(part);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it("the first question with what follows it, then with the turn before, and who is in it", async () => {
    const question = turn("0", "how do we rotate keys?");
    const long = Array.from({ length: 9 }, (_, i) => turn(String(i + 1), `${i} ${paragraph}`, `p/w/${i}`));
    const shape = { maxTokens: 512, overlapTokens: 128 };
    const chunks = await cutChunks([question, ...long], count, { shape });
    expect(chunks[0]?.text.startsWith("how do we rotate keys?\n\n0 The crane")).toBe(true);
    expect(chunks[0]?.id).toBe("0.0");
    const [, second] = chunks;
    const previous = chunks[0]?.text.split("\n\n").at(-1) ?? "";
    expect(second?.text.startsWith(previous)).toBe(true);
    expect(second?.id).not.toBe(chunks[0]?.id);
    expect(second?.people.length).toBeGreaterThan(1);
  });

  it("with how it began before all chunks but the first, which count with it", async () => {
    const turns = Array.from({ length: 6 }, (_, i) => turn(String(i), `${i} ${paragraph}`));
    const plain = await cutChunks(turns, count);
    const headed = await cutChunks(turns, count, { heading: "how do we lift the load?" });
    expect(headed.map(({ heading }) => heading)).toEqual([
      undefined,
      ...headed.slice(1).map(() => "how do we lift the load?"),
    ]);
    expect(headed[0]?.hash).toBe(plain[0]?.hash);
    expect(headed[1]?.hash).not.toBe(plain[1]?.hash);
    for (const { heading = "", text } of headed)
      expect(await count(`${heading}\n\n${text}`)).toBeLessThanOrEqual(usualShape.maxTokens);
    const long = await cutChunks(turns, count, { heading: "語".repeat(80) });
    expect(long.every(({ heading }) => heading === undefined)).toBe(true);
  });

  it("so that only chunks with another text have another hash", async () => {
    const turns = Array.from({ length: 12 }, (_, i) => turn(String(i), `${i} ${paragraph}`));
    const before = await cutChunks(turns, count);
    const after = await cutChunks([...turns, turn("12", "one more")], count);
    const known = new Map(before.map(({ id, hash }) => [id, hash]));
    expect(after.filter(({ id, hash }) => known.get(id) !== hash).length).toBeLessThanOrEqual(1);
  });
});

describe("what is found", () => {
  const near = (group: string, similarity: number, at = 0): Neighbour<ChunkNote> => ({
    id: `${group}/${similarity}`,
    group,
    audience: "a",
    similarity,
    value: { excerpt: "", message: "m" as MessageId, at },
  });
  const dayMs = 86_400_000;

  it("comes by thread, with its nearest chunk, and nothing that isn't related", () => {
    const found = groupByThread([near("a", 0.5), near("b", 0.7), near("a", 0.6), near("c", 0.2)], {
      related: 0.35,
      now: 0,
    });
    expect(found.map(({ conversation, similarity }) => [conversation, similarity])).toEqual([
      ["b" as ConversationKey, 0.7],
      ["a" as ConversationKey, 0.6],
    ]);
  });

  it("is newer first where it is alike, and only there", () => {
    const order = (old: number, recent: number) =>
      groupByThread([near("old", old), near("new", recent, 400 * dayMs)], {
        related: 0,
        now: 400 * dayMs,
      }).map(({ conversation }) => conversation);
    expect(order(0.5, 0.49)).toEqual(["new", "old"]);
    expect(order(0.5, 0.45)).toEqual(["old", "new"]);
  });

  it.each([
    [0.4, "related"],
    [0.5, "close"],
    [0.9, "same"],
  ])("%d is said to be %s", (similarity, said) => {
    expect(closenessOf(similarity, calibrationOf("text-embedding-3-small"))).toBe(said);
  });

  it("has to be nearer after each hint that didn't help, within bounds", () => {
    const { same } = calibrationOf("text-embedding-3-small");
    const from = [0, 1, 5, 1_000].map((unhelpful) => hintFrom({ related: 0, close: 0, same }, unhelpful));
    expect(from[0]).toBe(same);
    expect(from[1]).toBeCloseTo(same + 0.02);
    expect(from[3]).toBeLessThanOrEqual(0.97);
    expect(from.toSorted((a, b) => a - b)).toEqual(from);
  });
});

it.each([
  ["how do we?\nmore", "how do we?"],
  ["> quoted\nmine", "quoted"],
  ["\n\n---\n## Title", "Title"],
  ["…", ""],
  ["x".repeat(100), `${"x".repeat(79)}…`],
])("%j is called %j", (text, title) => {
  expect(titleOf(text)).toBe(title);
});

it("a collection says in which space its vectors stand", () => {
  const place = { platform: "slack", workspace: "T/1" as WorkspaceId } as const;
  const space = { model: "nomic/embed:v1.5", dimensions: 768 };
  expect(spaceIn(collectionOf(place, space))).toEqual(space);
});
