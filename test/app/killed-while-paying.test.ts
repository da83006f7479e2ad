import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createStores } from "../../src/app/stores.ts";
import type { LedgerEntry } from "../../src/core/ledger.ts";
import { joinKey } from "../../src/core/ids.ts";
import { enterLostCalls } from "../../src/handlers/enter-lost-calls.ts";
import { openDeliveryWorld } from "../support/delivery-world.ts";
import { createMemoryLog } from "../support/log.ts";
import { startMortalProcess } from "../support/mortal-process.ts";
import { centAThousand } from "../support/prices.ts";

const anHourMs = 3_600_000;

it("a call that was under way at a SIGKILL is entered as estimated, beside the one that was made instead", async () => {
  await using world = await openDeliveryWorld("Slack over a socket");
  const { openai, local } = world;
  let parley = await startMortalProcess(world.env);
  await world.untilReady(parley);
  const thread = await world.ask();
  await local.chat.until(async () => {
    const messages = await local.chat.messages(thread);
    return messages.some(({ isOwn, text }) => isOwn && text !== "") || undefined;
  }, "the answer to begin");
  await parley.kill();
  parley = await startMortalProcess(world.env);
  await world.untilReady(parley);
  await world.expectOneAnswer(thread);
  await sleep(100);
  await parley.kill();

  const now = () => Date.now() + anHourMs;
  const storage = await openEmbeddedStorage({
    dir: world.env["PARLEY_DATA_DIR"] ?? "",
    now,
    log: createMemoryLog(),
  });
  const options = { now, verdictsKeptMs: anHourMs, priceOf: centAThousand, note: () => undefined };
  const { ledger } = createStores(storage, options);
  for (const lost of [1, 0]) expect(await enterLostCalls({ storage, ledger })).toBe(lost);
  const key = `ledger/${joinKey("slack", local.slack?.team.id ?? "")}`;
  const entries = await storage.log.range<LedgerEntry>(key, { direction: "oldestFirst", limit: 20 });
  await storage.close();
  const calls = entries.map(({ value }) => value).filter(({ kind }) => kind === "chat");
  expect(calls).toHaveLength(openai.chatRequests.length);
  const [lost, made] = calls.toSorted((a, b) => a.startedAt - b.startedAt);
  expect(lost).toMatchObject({ estimated: true, finishReason: "lost" });
  expect(made).toMatchObject({ finishReason: "stop" });
  expect(lost?.tokens.input).toBeGreaterThan(0);
});
