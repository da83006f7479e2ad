import { beforeEach, describe, expect, test } from "vitest";

import { createPace } from "../../../src/adapters/discord/pace.ts";
import type { Pace } from "../../../src/adapters/discord/pace.ts";
import { never } from "./connected.ts";

let at = 0;
let pace: Pace;
const reply = {};

beforeEach(() => {
  at = 1_000;
  pace = createPace({ requestsPerSecond: 10, clock: () => at });
});

const headers = (remaining: number, resetAfterSec = 5, limit = 5) =>
  new Headers({
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset-after": String(resetAfterSec),
  });

describe("room for what can be left out", () => {
  test.for([
    ["nothing is known yet", undefined, 0, true],
    ["enough is left", 3, 1, true],
    ["one more than what is kept is left", 2, 1, true],
    ["only what is kept for the end is left", 1, 1, false],
    ["nothing is left", 0, 1, false],
    ["three replies keep one each", 3, 3, false],
    ["three replies leave one", 4, 3, true],
    ["more replies than the limit has room for take turns", 5, 9, true],
  ] as const)("%s", ([, remaining, replies, expected]) => {
    if (remaining !== undefined) pace.learn("edit 1", headers(remaining));
    for (let n = 0; n < replies; n++) pace.reserve("edit 1", {});
    expect(pace.hasRoom("edit 1")).toBe(expected);
  });

  test("comes back with the next window", () => {
    pace.learn("edit 1", headers(0));
    at += 4_999;
    expect(pace.hasRoom("edit 1")).toBe(false);
    at += 1;
    expect(pace.hasRoom("edit 1")).toBe(true);
  });

  test("is kept for a reply until it ends, or was not heard of for long", () => {
    pace.reserve("edit 1", reply);
    pace.reserve("edit 1", {});
    pace.learn("edit 1", headers(2, 60));
    expect(pace.hasRoom("edit 1")).toBe(false);
    pace.release("edit 1", reply);
    expect(pace.hasRoom("edit 1")).toBe(true);
    pace.reserve("edit 1", reply);
    at += 30_001;
    expect(pace.hasRoom("edit 1")).toBe(true);
  });

  test("is used up by what was sent since the last answer", async () => {
    pace.learn("edit 1", headers(3));
    await pace.turn("edit 1", never);
    expect(pace.hasRoom("edit 1")).toBe(true);
    await pace.turn("edit 1", never);
    expect(pace.hasRoom("edit 1")).toBe(false);
  });

  test("ends before a second's requests do", async () => {
    for (let n = 0; n < 5; n++) await pace.turn(`edit ${n}`, never);
    expect(pace.hasRoom("edit 9")).toBe(true);
    await pace.turn("edit 6", never);
    expect(pace.hasRoom("edit 9")).toBe(false);
    await pace.turn("edit 7", never);
    at += 1_000;
    expect(pace.hasRoom("edit 9")).toBe(true);
  });

  test("is not there while Discord asked to wait", () => {
    pace.hold("edit 1", 500);
    expect([pace.hasRoom("edit 1"), pace.hasRoom("edit 2")]).toEqual([false, true]);
    pace.hold(undefined, 500);
    expect(pace.hasRoom("edit 2")).toBe(false);
  });
});

test("who waits for a turn gives up with the signal", async () => {
  pace.hold("edit 1", 60_000);
  const given = new AbortController();
  const turn = pace.turn("edit 1", given.signal);
  given.abort();
  await expect(turn).rejects.toMatchObject({ name: "AbortError" });
});

test("too many invalid requests end all for the rest of ten minutes", () => {
  for (let n = 0; n < 1_999; n++) pace.countInvalid();
  expect(pace.blockedForMs()).toBe(0);
  pace.countInvalid();
  expect(pace.blockedForMs()).toBe(600_000);
  at += 599_999;
  expect(pace.blockedForMs()).toBe(1);
  at += 2;
  pace.countInvalid();
  expect(pace.blockedForMs()).toBe(0);
});
