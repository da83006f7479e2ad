import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";

import type { Directory } from "../../../src/adapters/slack/directory.ts";
import { createEventIntake } from "../../../src/adapters/slack/intake.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { PlatformEvent } from "../../../src/core/event.ts";
import { noForms } from "../../support/forms.ts";
import { createMemoryLog } from "../../support/log.ts";

const known = {
  learnKind: () => undefined,
  userName: () => "Ada",
  channelName: () => "general",
  channelKind: () => "public",
} as unknown as Directory;
const context = () => ({
  teamId: "T1",
  botId: "B1",
  botUserId: "U0",
  table: commandTable,
  now: 0,
  userName: () => "Ada",
  channelName: () => "general",
  channelKind: () => "public" as const,
});

function body(ts: string, more: object = {}) {
  const event = {
    type: "message",
    channel: "C1",
    channel_type: "channel",
    user: "U1",
    text: ts,
    ts,
    ...more,
  };
  return { type: "event_callback", team_id: "T1", event_id: `E${ts}`, event };
}

test("what is said in one thread is handed in one after the other, and waits for no other thread", async () => {
  const intake = createEventIntake({
    directory: known,
    forms: noForms,
    openForm: async () => false,
    context,
    log: createMemoryLog(),
  });
  const begun: string[] = [];
  const stored = Promise.withResolvers<void>();
  intake.open(async (event: PlatformEvent) => {
    if (event.kind === "message") begun.push(event.message);
    await stored.promise;
  });
  const taken = [
    body("1.000001"),
    body("2.000001", { thread_ts: "1.000001" }),
    body("3.000001"),
    body("4.000001", { channel: "D1", channel_type: "im" }),
    body("5.000001", { channel: "D1", channel_type: "im" }),
  ].map((each) => intake.take(each));
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  expect(begun.toSorted()).toEqual(["1.000001", "3.000001", "4.000001"]);
  stored.resolve();
  await Promise.all(taken);
  expect(begun.slice(3).toSorted()).toEqual(["2.000001", "5.000001"]);
});
