import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { Keyv } from "keyv";
import { expect, test } from "vitest";

import { createDiscord } from "../../../src/adapters/discord/adapter.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { PlatformEvent } from "../../../src/core/event.ts";
import { startDiscordServer } from "../../support/discord-server.ts";
import { createMemoryLog, noMetrics } from "../../support/log.ts";
import { intent } from "../../support/intent.ts";
import { connect, showing } from "./connected.ts";
import type { Connected } from "./connected.ts";
import { noForms } from "../../support/forms.ts";

function say({ server }: Connected, text: string): string {
  return server.say({ as: server.people.ada, channel: server.channels.general, content: text }).id;
}

const texts = (events: readonly PlatformEvent[]) =>
  events.flatMap((event) => (event.kind === "message" ? [event.text] : []));

test.concurrent("a wrong token is said once, with what to do, and not tried again", async () => {
  await using discord = await connect({ unhealthy: true, discord: { token: "MTA.wrong.token" } });
  const { server, platform } = discord;
  const health = await server.until(
    () => platform.health().detail.includes("token") && platform.health(),
    "the refusal",
  );
  expect(health).toEqual({
    ok: false,
    detail: expect.stringMatching(
      /^Discord refuses the token: reset it at https:\/\/discord\.com\/developers/,
    ) as string,
  });
  expect(server.calls.filter(({ status }) => status === 401)).toHaveLength(1);
});

test.concurrent("a token that was right for REST and is wrong for the gateway is said too", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  server.changeToken("MTA.another.token");
  server.closeSockets();
  await server.until(() => platform.health().detail.includes("refuses the token"), "the refusal");
});

test.concurrent("a token that is revoked later is noticed by what it is refused", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  say(discord, `<@${server.bot.id}> hello`);
  const event = await discord.heard("hello");
  server.changeToken("MTA.another.token");
  const reply = platform.openReply(event.place, intent("revoked"));
  await expect(reply.show(["No."], showing(true))).rejects.toMatchObject({ code: "platform_refused" });
  expect(platform.health().detail).toContain("refuses the token");
  await expect(reply.show(["No."], showing(true))).rejects.toMatchObject({ code: "platform_refused" });
  expect(server.invalidRequests()).toBe(1);
});

test.concurrent("an intent that isn't switched on is said, with the switch", async () => {
  await using discord = await connect({ unhealthy: true, server: { enabledIntents: 0 } });
  const { server, platform } = discord;
  await server.until(() => platform.health().detail.includes("Message Content Intent"), "the refusal");
  expect(platform.health().ok).toBe(false);
  expect(server.identifies()).toHaveLength(1);
});

test.concurrent("a Discord that is away at the start is waited for", async () => {
  await using server = await startDiscordServer();
  await server.goDown();
  const { platform } = createDiscord(
    { token: server.token, apiUrl: server.apiUrl, threads: "open" },
    {
      table: commandTable,
      completionValues: async () => ({}),
      forms: noForms,
      cache: new Keyv(),
      now: Date.now,
      newId: randomUUID,
      log: createMemoryLog(),
      metrics: noMetrics,
    },
  );
  await platform.start(
    () => Promise.resolve(),
    () => undefined,
  );
  await server.until(() => platform.health().detail.includes("cannot be reached"), "the first failure");
  await server.comeBack();
  await server.until(() => platform.health().ok, "a connection");
  await platform.stop();
  expect(platform.health().ok).toBe(false);
});

test.concurrent("a gateway that refuses connections at the start is waited for", async () => {
  await using discord = await connect();
  const { server } = discord;
  server.refuseConnections(true);
  await using second = await discord.restarted({ unhealthy: true });
  await server.until(
    () => !second.platform.health().ok && second.platform.health().detail.includes("again"),
    "a failure",
  );
  server.refuseConnections(false);
  await server.until(() => second.platform.health().ok, "a connection");
});

test.for([
  ["is cut", (discord: Connected) => discord.server.closeSockets()],
  ["is to be renewed", (discord: Connected) => discord.server.askToReconnect()],
] as const)("nothing is missed when the connection %s: the session goes on", async ([, cut]) => {
  await using discord = await connect();
  const { server, platform } = discord;
  say(discord, "before");
  await discord.heard("before");
  cut(discord);
  say(discord, "meanwhile");
  await discord.heard("meanwhile");
  await server.until(() => platform.health().ok, "a connection");
  say(discord, "after");
  await discord.heard("after");
  expect(texts(discord.events)).toEqual(["before", "meanwhile", "after"]);
  expect(server.sessions()).toHaveLength(1);
  expect(discord.gaps).toHaveLength(1);
});

test.concurrent("what was said between two sessions is fetched, and said to be missing", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  const since = Date.now();
  const question = say(discord, `<@${server.bot.id}> before`);
  const first = await discord.heard("before");
  await platform.openReply(first.place, intent("first")).show(["Yes."], showing(true));
  const dm = server.dm(server.people.ada);
  server.say({ as: server.people.ada, channel: dm, content: "dm before" });
  const direct = await discord.heard("dm before");
  server.forgetSessions();
  server.closeSockets();
  await server.until(() => !platform.health().ok, "the loss");
  say(discord, "missed");
  server.say({ as: server.people.bo, channel: question, content: "missed in the thread" });
  server.say({ as: server.people.ada, channel: dm, content: "missed in private" });
  await server.until(() => discord.gaps.length === 2 && platform.health().ok, "another session");

  const callsBefore = server.calls.length;
  const missed: PlatformEvent[] = [];
  for await (const event of platform.missed(since, [first.place, direct.place], AbortSignal.timeout(10_000)))
    missed.push(event);
  expect(texts(missed)).toEqual([
    "before",
    "missed",
    "missed in the thread",
    "dm before",
    "missed in private",
  ]);
  expect(missed).toContainEqual(first);
  // One for each channel in which something was said, and two to find that Bo's direct channel is empty.
  expect(server.calls.slice(callsBefore)).toHaveLength(5);
});

test.concurrent("a direct message of somebody who spoke to Parley before is not missed by another process", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  const { ada, bo } = server.people;
  const since = Date.now();
  say(discord, `<@${server.bot.id}> in public`);
  server.say({ as: bo, channel: server.dm(bo), content: "in private" });
  await discord.heard("in public");
  await discord.heard("in private");
  await platform.stop();
  server.say({ as: ada, channel: server.dm(ada), content: "my first" });
  server.say({ as: bo, channel: server.dm(bo), content: "my second" });
  await using later = await discord.restarted();
  const missed: PlatformEvent[] = [];
  for await (const event of later.platform.missed(since, [], AbortSignal.timeout(10_000))) missed.push(event);
  expect(texts(missed)).toEqual(expect.arrayContaining(["my first", "my second"]));
});

test.concurrent("stopping while Discord is away leaves nothing that connects again", async () => {
  const discord = await connect();
  const { server, platform } = discord;
  await server.goDown();
  await server.until(() => !platform.health().ok, "the loss");
  await platform.stop();
  await server.comeBack();
  const identified = server.identifies().length;
  // A shard that goes on does so after half a second.
  await sleep(1_200);
  expect(server.sessions().filter(({ connected }) => connected)).toEqual([]);
  expect(server.identifies()).toHaveLength(identified);
  await server.close();
});

test.concurrent("stopping is quick while it waits to connect again", async () => {
  const discord = await connect();
  const { server, platform } = discord;
  server.refuseConnections(true);
  server.closeSockets();
  const before = server.connectionAttempts().length;
  // The next wait is of two seconds at least.
  await server.until(() => server.connectionAttempts().length >= before + 3, "some attempts");
  await sleep(100);
  const stoppedAt = Date.now();
  await platform.stop();
  expect(Date.now() - stoppedAt).toBeLessThan(1_000);
  server.refuseConnections(false);
  await sleep(3_000);
  expect(server.sessions().filter(({ connected }) => connected)).toEqual([]);
  await server.close();
});

test.concurrent("nothing is missed while Discord refuses connections: the session goes on afterwards", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  await server.goDown();
  await server.until(() => !platform.health().ok, "the loss");
  server.say({ as: server.people.bo, channel: server.dm(server.people.bo), content: "my first" });
  await sleep(1_000);
  await server.comeBack();
  await discord.heard("my first");
  expect(server.identifies()).toHaveLength(1);
  expect(discord.gaps).toHaveLength(1);
});

test.concurrent("a session goes on at the usual address when nobody is where it was to be resumed", async () => {
  await using elsewhere = await startDiscordServer();
  await using discord = await connect({ server: { resumeUrl: elsewhere.apiUrl.replace("http", "ws") } });
  const { server } = discord;
  elsewhere.refuseConnections(true);
  server.closeSockets();
  say(discord, "meanwhile");
  await discord.heard("meanwhile");
  expect(elsewhere.connectionAttempts()).toHaveLength(1);
  expect(server.identifies()).toHaveLength(1);
});

test.concurrent("a session that ended during a long outage is begun anew without delay", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  server.refuseConnections(true);
  server.forgetSessions();
  server.closeSockets();
  const before = server.connectionAttempts().length;
  await server.until(() => server.connectionAttempts().length >= before + 3, "some attempts");
  server.refuseConnections(false);
  await server.until(() => server.connectionAttempts().length >= before + 4, "the refusal of the session");
  // The next wait would be of four seconds at least.
  await Promise.race([server.until(() => platform.health().ok, "a connection"), sleep(3_000)]);
  expect(platform.health().ok).toBe(true);
});

test.concurrent("a connection that is deaf is made anew, and what was said meanwhile is heard", async () => {
  await using discord = await connect({ server: { heartbeatIntervalMs: 500 } });
  const { server } = discord;
  say(discord, "before");
  await discord.heard("before");
  server.deafenSockets();
  say(discord, "meanwhile");
  await discord.heard("meanwhile");
  say(discord, "after");
  await discord.heard("after");
  expect(texts(discord.events)).toEqual(["before", "meanwhile", "after"]);
});

test.concurrent("what cannot be taken in is tried again, and what follows in its channel waits", async () => {
  const taken: string[] = [];
  let failures = 1;
  await using discord = await connect({
    intake: async (event) => {
      if (event.kind !== "message") return;
      if (event.text === "first" && failures-- > 0) throw new Error("disk full");
      taken.push(event.text);
    },
  });
  const { server } = discord;
  say(discord, "first");
  say(discord, "second");
  server.say({ as: server.people.ada, channel: server.channels.random, content: "elsewhere" });
  await server.until(() => taken.length === 3, "all three");
  expect(taken).toEqual(["elsewhere", "first", "second"]);
});

test.concurrent("nothing is taken in after intake has stopped", async () => {
  await using discord = await connect();
  const { platform, server } = discord;
  await platform.stopIntake();
  say(discord, "too late");
  await server.until(() => server.sessions()[0]?.seq, "the event to be sent");
  server.askForHeartbeat();
  await server.until(() => server.heartbeats().length > 0, "a sign that it was read");
  expect(discord.events).toEqual([]);
});

test.for([
  ["MESSAGE_CREATE", { id: 1 }],
  ["MESSAGE_CREATE", { id: "1", channel_id: "../../users", author: null }],
  ["MESSAGE_UPDATE", { id: "1", channel_id: "2" }],
  ["MESSAGE_DELETE", {}],
  ["MESSAGE_DELETE_BULK", { ids: "none" }],
  ["INTERACTION_CREATE", { type: 3 }],
  ["INTERACTION_CREATE", { id: "1/../2", token: "x", type: 3 }],
  ["SOMETHING_NEW", { channel_id: [] }],
] as const)("a malformed %s ends nothing", async ([t, d]) => {
  await using discord = await connect();
  discord.server.dispatchRaw(t, d);
  say(discord, "still here");
  await discord.heard("still here");
});
