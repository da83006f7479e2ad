import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { Events, GatewayIntentBits, Status } from "discord.js";
import type { Client, Message } from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer, DiscordServerOptions } from "../discord-server.ts";
import { createTestClients, usualIntents } from "./test-client.ts";

const { Guilds, GuildMembers, GuildMessages, MessageContent } = GatewayIntentBits;

let server: DiscordServer;
const clients = createTestClients(() => server);
beforeEach(async () => {
  server = await startDiscordServer();
});
afterEach(async () => {
  await clients.close();
  await server.close();
});

async function restart(options: DiscordServerOptions): Promise<void> {
  await server.close();
  server = await startDiscordServer(options);
}

function hear(client: Client): string[] {
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ content }: Message) => heard.push(content));
  return heard;
}

const say = (content: string) =>
  server.say({ as: server.people.bo, channel: server.channels.general, content });

describe("a session", () => {
  test.each([[undefined], [4_000], [4_009]])(
    "closed with %s resumes and hears what it missed",
    async (code) => {
      const client = await clients.connect();
      const heard = hear(client);
      say("before");
      await server.until(() => heard.length === 1, "the first message");
      const [session] = server.sessions();
      server.refuseConnections(true);
      server.closeSockets(code);
      await server.until(() => !server.sessions()[0]?.connected, "the socket to be gone");
      say("meanwhile");
      server.refuseConnections(false);
      await server.until(() => heard.length === 2, "the missed message");
      expect(heard).toEqual(["before", "meanwhile"]);
      expect(server.sessions().map(({ id }) => id)).toEqual([session?.id]);
      expect(server.dispatched()).toMatchObject(
        expect.arrayContaining([expect.objectContaining({ t: "MESSAGE_CREATE", missed: true })]),
      );
      expect(server.identifies()).toHaveLength(1);
    },
  );

  test("asked to reconnect resumes", async () => {
    const client = await clients.connect();
    const resumed = once(client, Events.ShardResume);
    server.askToReconnect();
    await resumed;
    expect(server.identifies()).toHaveLength(1);
  });

  test("that was forgotten is begun anew", async () => {
    const client = await clients.connect();
    const [session] = server.sessions();
    const ready = once(client, Events.ShardReady);
    server.forgetSessions();
    server.closeSockets();
    await ready;
    expect(server.sessions()).toMatchObject([{ connected: true }]);
    expect(server.sessions()[0]?.id).not.toBe(session?.id);
  });

  test("that became invalid is begun anew", async () => {
    const client = await clients.connect();
    const ready = once(client, Events.ShardReady);
    server.invalidateSessions(false);
    await ready;
    expect(server.identifies()).toHaveLength(2);
  });

  test("ends when the client leaves", async () => {
    const client = await clients.connect();
    await client.destroy();
    await server.until(() => server.sessions().length === 0, "the session to end");
  });

  test("without answers to its heartbeats is left by the client, and resumed", async () => {
    await restart({ heartbeatIntervalMs: 100 });
    const client = await clients.connect();
    const resumed = once(client, Events.ShardResume);
    server.acknowledgeHeartbeats(false);
    await once(client, Events.ShardReconnecting);
    server.acknowledgeHeartbeats(true);
    await resumed;
  });

  test("whose socket is deaf hears nothing there, and can be resumed elsewhere", async () => {
    const client = await clients.connect();
    const heard = hear(client);
    server.deafenSockets();
    say("lost");
    server.closeSockets(4_000);
    await sleep(50);
    expect(heard).toEqual([]);
    expect(server.sessions()).toMatchObject([{ connected: true }]);
    const socket = new WebSocket(`${server.apiUrl.replace("http", "ws").replace("/api", "")}/?v=10`);
    const frames: { readonly t?: string; readonly d?: { readonly content?: string } }[] = [];
    socket.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString()) as (typeof frames)[0]));
    await once(socket, "open");
    socket.send(
      JSON.stringify({ op: 6, d: { token: server.token, session_id: server.sessions()[0]?.id, seq: 2 } }),
    );
    await server.until(() => frames.some(({ t }) => t === "RESUMED"), "the resumed session");
    expect(frames.map(({ d }) => d?.content)).toContain("lost");
    expect(server.connectionAttempts()).toHaveLength(2);
    server.closeSockets();
  });

  test("tells in its heartbeats what it has seen", async () => {
    const client = await clients.connect();
    const heard = hear(client);
    say("hello");
    await server.until(() => heard.length === 1, "the message");
    server.askForHeartbeat();
    await server.until(() => server.heartbeats().length > 0, "a heartbeat");
    expect(server.heartbeats().at(-1)?.seq).toBe(server.dispatched().at(-1)?.s);
  });
});

describe("who may connect", () => {
  const closeCode = async (client: Client, token = server.token) => {
    const closed = once(client, Events.ShardDisconnect) as Promise<[{ code: number }]>;
    // The client's login fails with the connection.
    client.on(Events.Error, () => undefined);
    void client.login(token).catch(() => undefined);
    return (await closed)[0].code;
  };

  test("no app with an intent that isn't switched on", async () => {
    await restart({ enabledIntents: 0 });
    expect(await closeCode(clients.create())).toBe(4014);
  });

  test("no app with an unknown intent", async () => {
    expect(await closeCode(clients.create({ intents: [1 << 30] }))).toBe(4013);
  });

  test("nobody with a wrong token", async () => {
    await expect(clients.create().login("wrong")).rejects.toThrow("An invalid token was provided.");
    const socket = await open();
    socket.send(JSON.stringify({ op: 2, d: { token: "wrong", intents: 0, properties: {} } }));
    expect(await codeOf(socket)).toBe(4004);
  });

  test("nobody while connections are refused, and everybody after", async () => {
    server.refuseConnections(true);
    const socket = new WebSocket(gatewayUrl());
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain("503");
    server.refuseConnections(false);
    await clients.connect();
  });

  test("nobody while the server is down, and everybody after", async () => {
    const client = await clients.connect();
    await server.goDown();
    await expect(clients.request("GET", "/users/@me")).rejects.toThrow("fetch failed");
    await server.comeBack();
    await server.until(() => client.ws.status === Status.Ready, "the client to be back");
  });

  test("no more sessions than a day allows", async () => {
    await restart({ sessionStarts: { enforced: true } });
    server.setRemainingStarts(0);
    const client = clients.create();
    await expect(client.login(server.token)).rejects.toThrow("sessions remaining");
  });

  test.each<readonly [string, unknown, number]>([
    ["what is no JSON", "{", 4002],
    ["more than 4,096 bytes", { op: 1, d: "x".repeat(4_096) }, 4002],
    ["an unknown opcode", { op: 99, d: null }, 4001],
    ["a request before IDENTIFY", { op: 8, d: { guild_id: "1" } }, 4003],
  ])("nobody who sends %s", async (_, payload, code) => {
    const socket = await open();
    socket.send(typeof payload === "string" ? payload : JSON.stringify(payload));
    expect(await codeOf(socket)).toBe(code);
  });

  test("nobody who identifies twice or sends too much", async () => {
    const identify = { op: 2, d: { token: server.token, intents: 0, properties: {} } };
    const socket = await open();
    socket.send(JSON.stringify(identify));
    socket.send(JSON.stringify(identify));
    expect(await codeOf(socket)).toBe(4005);
    const chatty = await open();
    for (let sent = 0; sent <= 120; sent++) chatty.send(JSON.stringify({ op: 1, d: null }));
    expect(await codeOf(chatty)).toBe(4008);
  });

  const gatewayUrl = () => `${server.apiUrl.replace("http", "ws").replace("/api", "")}/?v=10&encoding=json`;
  const codeOf = async (socket: WebSocket) => ((await once(socket, "close")) as [number])[0];

  async function open(): Promise<WebSocket> {
    const socket = new WebSocket(gatewayUrl());
    await once(socket, "message");
    return socket;
  }
});

describe("what is told", () => {
  test("depends on the intents", async () => {
    await clients.connect({ intents: [Guilds] });
    say("unheard");
    expect(server.dispatched().map(({ t }) => t)).toEqual(["READY", "GUILD_CREATE"]);
  });

  test("of others' messages without the content intent is no content", async () => {
    await clients.connect({ intents: [Guilds, GuildMessages, GatewayIntentBits.DirectMessages] });
    say("secret");
    say(`named <@${server.bot.id}>`);
    server.say({ as: server.people.bo, channel: server.dm(server.people.bo), content: "direct" });
    const path = `/channels/${server.channels.general}/messages`;
    await clients.request("POST", path, { content: "own" });
    const told = server.dispatched().filter(({ t }) => t === "MESSAGE_CREATE");
    expect(told.map(({ d }) => (d as { content: string }).content)).toEqual([
      "",
      `named <@${server.bot.id}>`,
      "direct",
      "own",
    ]);
  });

  test("of a guild are all its channels, the bot as only member, and the threads that it sees", async () => {
    const { people, channels } = server;
    const thread = server.startThread({
      as: people.ada,
      channel: channels.general,
      name: "open",
      private: false,
    });
    server.startThread({ as: people.ada, channel: channels.general, name: "closed", private: true });
    await clients.connect();
    const guild = server.dispatched().find(({ t }) => t === "GUILD_CREATE")?.d as Record<
      string,
      { id: string }[]
    >;
    expect(guild["channels"]?.map(({ id }) => id)).toEqual(Object.values(channels));
    expect(guild["members"]).toMatchObject([{ user: { id: server.bot.id } }]);
    expect(guild["threads"]?.map(({ id }) => id)).toEqual([thread]);
  });

  test("is nothing from channels that the bot doesn't see", async () => {
    await clients.connect();
    server.say({ as: server.people.ada, channel: server.channels.board, content: "hidden" });
    expect(server.dispatched().at(-1)?.t).toBe("GUILD_CREATE");
  });

  test("of members is what the client asks for", async () => {
    const client = await clients.connect({ intents: [...usualIntents, GuildMembers] });
    const guild = await client.guilds.fetch(server.guild.id);
    const members = await guild.members.fetch({ user: [server.people.ada, server.people.bo] });
    expect([...members.keys()]).toEqual([server.people.ada, server.people.bo]);
    expect((await guild.members.fetch()).size).toBe(7);
  });

  test("to one shard is its guilds, and to the first the direct messages", async () => {
    await clients.connect({ shards: [1], shardCount: 2, intents: [Guilds, GuildMessages, MessageContent] });
    const isHere = Number((BigInt(server.guild.id) >> 22n) % 2n) === 1;
    server.say({ as: server.people.bo, channel: server.dm(server.people.bo), content: "direct" });
    expect(server.dispatched().map(({ t }) => t)).toEqual(isHere ? ["READY", "GUILD_CREATE"] : ["READY"]);
  });

  test("can be any payload", async () => {
    const client = await clients.connect();
    const raw = once(client, Events.Raw) as Promise<[unknown]>;
    server.dispatchRaw("SOMETHING_NEW", { x: 1 });
    expect((await raw)[0]).toMatchObject({ t: "SOMETHING_NEW", d: { x: 1 } });
  });
});
