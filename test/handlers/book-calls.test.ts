import { describe, expect, it } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import type { Operation } from "../../src/core/storage.ts";
import { bookInAnyCase } from "../../src/handlers/book-calls.ts";

const booking: readonly Operation[] = [{ op: "counters.add", key: "spent", fields: { calls: 1 }, once: "1" }];

describe("a step that books calls", () => {
  it.each<[ErrorCode, boolean]>([
    ["superseded", true],
    ["version_conflict", true],
    // Then it is tried again as a whole, or nothing can be written at all.
    ["platform_unreachable", false],
    ["storage_full", false],
  ])("that ends with %s books them by themselves: %s", async (code, books) => {
    const committed: (readonly Operation[])[] = [];
    const commit = async (operations: readonly Operation[]) => void committed.push(operations);
    const step = () => Promise.reject(new AppError(code, code));
    await expect(bookInAnyCase(booking, step, { storage: { commit } })).rejects.toMatchObject({ code });
    expect(committed).toEqual(books ? [booking] : []);
  });
});
