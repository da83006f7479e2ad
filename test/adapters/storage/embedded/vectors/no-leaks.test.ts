import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openEmbeddedStorage } from "../../../../../src/adapters/storage/embedded/storage.ts";
import type { Vectors } from "../../../../../src/core/vectors.ts";
import { audienceKey } from "../../../../../src/core/visibility.ts";
import { createMemoryLog } from "../../../../support/log.ts";
import { makeVectors } from "../../../../support/made-vectors.ts";
import { askThrough } from "../../../../support/permission-worlds/leaks.ts";
import type { Find, Outcome } from "../../../../support/permission-worlds/leaks.ts";
import type { Spot } from "../../../../support/permission-worlds/world.ts";

const collection = "threads/made";
const cases = 1_000;

/** Questions in made workspaces, whose threads stand in a real index and are all alike. */
async function askIndex(find: (vectors: Vectors, said: readonly Spot[]) => Find): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), "parley-leaks-"));
  const { vectors, close } = await openEmbeddedStorage({ dir, now: Date.now, log: createMemoryLog() });
  try {
    return await askThrough(cases, 7, async (said) => {
      await vectors.drop(collection);
      // What is said directly is never indexed.
      const items = said.filter(({ isDirect }) => !isDirect);
      await vectors.upsert(
        collection,
        items.map((spot, i) => ({
          id: String(i),
          vector: made.next(),
          audience: audienceKey(spot.audience),
          group: String(i),
          value: i,
        })),
      );
      return find(vectors, items);
    });
  } finally {
    await close();
    await rm(dir, { recursive: true });
  }
}

const made = makeVectors({ seed: 7, dimensions: 64, clusters: 1, spread: 0.1 });

/** All that the index finds among those audiences. */
function nearest(vectors: Vectors, said: readonly Spot[], audiences: Iterable<string>) {
  const query = { vector: made.next(), k: said.length + 1, audiences: [...audiences] };
  return vectors.nearest<number>(collection, query);
}

const spotsOf = (said: readonly Spot[], found: readonly { readonly value: number }[]) =>
  found.flatMap(({ value }) => said[value] ?? []);

test("a search shows nobody what they can't read, and all that it may", async () => {
  const outcome = await askIndex((vectors, said) => async (audiences) => {
    const found = spotsOf(said, await nearest(vectors, said, audiences));
    const allowed = said.filter(({ audience }) => audiences.has(audienceKey(audience)));
    expect(new Set(found)).toEqual(new Set(allowed));
    return found;
  });
  expect(outcome).toMatchObject({ cases, leaks: 0 });
  expect(outcome.found).toBeGreaterThan(cases);
});

test("would leak without its filter", async () => {
  const outcome = await askIndex((vectors, said) => async () => {
    const everywhere = new Set(said.map(({ audience }) => audienceKey(audience)));
    return spotsOf(said, await nearest(vectors, said, everywhere));
  });
  expect(outcome.leaks).toBeGreaterThan(cases / 20);
});
