import { expect, test } from "vitest";

import { createAskedOnce } from "../../src/core/asked-once.ts";
import { AppError } from "../../src/core/errors.ts";

const never = new AbortController().signal;

function begin(keptMs?: number) {
  const clock = { now: 0 };
  const once = createAskedOnce({ now: () => clock.now, ...(keptMs !== undefined && { keptMs }) });
  let loads = 0;
  const load = async () => ++loads;
  return { clock, once, load };
}

test("those who ask at once, and those who ask later, wait for one answer", async () => {
  const { once, load } = begin();
  const asked = [once.ask("a", never, load), once.ask("a", never, load)];
  expect(await Promise.all(asked)).toEqual([1, 1]);
  expect(await once.ask("a", never, load)).toBe(1);
  expect(await once.ask("b", never, load)).toBe(2);
});

test("what was forgotten, or is too old, is asked again", async () => {
  const { once, load, clock } = begin(500);
  expect(await once.ask("a", never, load)).toBe(1);
  clock.now = 499;
  expect(await once.ask("a", never, load)).toBe(1);
  clock.now = 500;
  expect(await once.ask("a", never, load)).toBe(2);
  once.forget("a");
  expect(await once.ask("a", never, load)).toBe(3);
  once.forgetAll();
  expect(await once.ask("a", never, load)).toBe(4);
});

test("what is forgotten while it is asked is not kept", async () => {
  const { once, load } = begin();
  const asked = once.ask("a", never, load);
  once.forget("a");
  expect(await once.ask("a", never, load)).toBe(2);
  expect(await asked).toBe(1);
  expect(await once.ask("a", never, load)).toBe(2);
});

test("a failure is everybody's who waits, and is not kept", async () => {
  const { once, load } = begin();
  const fail = () => Promise.reject(new AppError("platform_unreachable", "nobody is there"));
  const asked = await Promise.allSettled([once.ask("a", never, fail), once.ask("a", never, load)]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await once.ask("a", never, load)).toBe(1);
});

test("whoever gives up doesn't give up for the others", async () => {
  const { once, load } = begin();
  const giveUp = () => Promise.reject(new AppError("aborted", "the call was given up"));
  const asked = await Promise.allSettled([once.ask("a", never, giveUp), once.ask("a", never, load)]);
  expect(asked).toMatchObject([{ status: "rejected" }, { status: "fulfilled", value: 1 }]);
});
