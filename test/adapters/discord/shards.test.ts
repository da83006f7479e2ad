import { setTimeout as sleep } from "node:timers/promises";

import { Client, Events, GatewayIntentBits } from "discord.js";
import type { SimpleShardingStrategy } from "discord.js";
import { expect, test } from "vitest";

import { createShardKeeper } from "../../../src/adapters/discord/shards.ts";
import { startDiscordServer } from "../../support/discord-server.ts";

interface Shard {
  destroy(): Promise<void>;
  internalConnect(): Promise<void>;
}

test("a shard that is told twice to connect does so once", async () => {
  await using server = await startDiscordServer();
  const keeper = createShardKeeper();
  let strategy: SimpleShardingStrategy | undefined;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: server.apiUrl },
    ws: { buildStrategy: (manager) => (strategy = keeper.buildStrategy(manager)) },
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(server.token);
  await ready;
  const { shards } = strategy as unknown as { readonly shards: ReadonlyMap<number, Shard> };
  const shard = shards.get(0);
  await shard?.destroy();
  await Promise.all([shard?.internalConnect(), shard?.internalConnect()]);
  await sleep(200);
  expect(server.connectionAttempts()).toHaveLength(2);
  await keeper.end();
  await client.destroy();
});
