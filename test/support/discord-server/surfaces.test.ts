import { once } from "node:events";
import { inflateSync } from "node:zlib";

import type { Client, TextChannel } from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer, DiscordServerOptions } from "../discord-server.ts";
import { createTestClients } from "./test-client.ts";

let server: DiscordServer;
let client: Client<true>;
const clients = createTestClients(() => server);
beforeEach(() => start());
afterEach(stop);

async function start(options: DiscordServerOptions = {}): Promise<void> {
  server = await startDiscordServer(options);
  client = await clients.connect();
}

async function stop(): Promise<void> {
  await clients.close();
  await server.close();
}

const general = async () => (await client.channels.fetch(server.channels.general)) as TextChannel;

describe("a client", () => {
  test("sends files, keeps one in an edit and adds another", async () => {
    const channel = await general();
    const files = ["a", "b"].map((name) => ({ attachment: Buffer.from(name), name: `${name}.txt` }));
    const message = await channel.send({ content: "files", files });
    const kept = [...message.attachments.values()].slice(1);
    await message.edit({ attachments: kept, files: [{ attachment: Buffer.from("c"), name: "c.txt" }] });
    const [view] = server.messages(channel.id);
    expect(view?.attachments.map(({ filename }) => filename)).toEqual(["b.txt", "c.txt"]);
    const texts = (view?.attachments ?? []).map(async ({ url }) => (await fetch(url)).text());
    expect(await Promise.all(texts)).toEqual(["b", "c"]);
    expect(server.calls.at(-2)?.files ?? []).toEqual([
      { name: "a.txt", sizeBytes: 1 },
      { name: "b.txt", sizeBytes: 1 },
    ]);
  });

  test("may send ten megabytes in a file, and no more", async () => {
    const channel = await general();
    const send = (bytes: number) =>
      channel.send({ files: [{ attachment: Buffer.alloc(bytes), name: "big" }] });
    await send(10 * 1024 * 1024);
    await expect(send(10 * 1024 * 1024 + 1)).rejects.toMatchObject({ status: 413, code: 40005 });
  });

  test("reacts, and takes it back", async () => {
    const { id } = server.say({ as: server.people.bo, channel: server.channels.general, content: "nice" });
    const message = await (await general()).messages.fetch(id);
    const reaction = await message.react("👍");
    await reaction.users.remove();
    expect(server.dispatched().slice(-2)).toMatchObject([
      { t: "MESSAGE_REACTION_ADD", d: { emoji: { name: "👍" }, user_id: server.bot.id } },
      { t: "MESSAGE_REACTION_REMOVE" },
    ]);
    await expect(message.react("x")).rejects.toMatchObject({ code: 10014 });
  });

  test("starts a private thread, brings somebody in, renames, archives and finds it", async () => {
    const { people } = server;
    const channel = await general();
    const thread = await channel.threads.create({ name: "Quiet", type: 12 });
    await thread.members.add(people.bo);
    expect([...(await thread.members.fetch()).keys()]).toEqual([server.bot.id, people.bo]);
    await expect(thread.members.fetch(people.ada)).rejects.toMatchObject({ code: 10007 });
    await thread.setName("Quieter");
    await thread.setArchived(true);
    expect(server.threads(channel.id)).toMatchObject([{ name: "Quieter" }]);
    const archived = await channel.threads.fetchArchived({ type: "private", fetchAll: false });
    expect(archived.threads.map(({ name }) => name)).toEqual(["Quieter"]);
    await thread.setArchived(false);
    await expect(thread.setLocked(true)).rejects.toMatchObject({ code: 50013 });
    await thread.leave();
    await expect(client.channels.fetch(thread.id, { force: true })).rejects.toMatchObject({ code: 50001 });
  });

  test("learns who it is, and which intents are switched on", async () => {
    const application = await client.application.fetch();
    expect(application.id).toBe(server.bot.applicationId);
    expect(application.flags.toArray()).toEqual([
      "GatewayPresenceLimited",
      "GatewayGuildMembersLimited",
      "GatewayMessageContentLimited",
    ]);
    expect(client.user.id).toBe(server.bot.id);
  });

  test("without the content intent reads no content over REST either", async () => {
    await stop();
    server = await startDiscordServer({ enabledIntents: 0 });
    server.say({ as: server.people.bo, channel: server.channels.general, content: "hidden" });
    const { body } = await clients.request("GET", `/channels/${server.channels.general}/messages`);
    expect(body).toMatchObject([{ content: "" }]);
  });

  test("that posts with the same nonce posts again after some minutes", async () => {
    await stop();
    let now = Date.now();
    await start({ now: () => now });
    const post = async () =>
      (await (await general()).send({ content: "x", nonce: "n", enforceNonce: true })).id;
    const first = await post();
    expect(await post()).toBe(first);
    now += 6 * 60_000;
    expect(await post()).not.toBe(first);
  });

  test("with a token that was changed is refused", async () => {
    server.changeToken("another");
    await expect(client.users.fetch(server.people.bo, { force: true })).rejects.toMatchObject({
      status: 401,
    });
    expect(server.invalidRequests()).toBe(1);
  });
});

describe("a socket", () => {
  const gatewayUrl = () => `${server.apiUrl.replace("http", "ws").replace("/api", "")}/?v=10&encoding=json`;

  async function open(url = gatewayUrl()): Promise<WebSocket> {
    const socket = new WebSocket(url);
    await once(socket, "message");
    return socket;
  }

  const send = (socket: WebSocket, op: number, d: object) => socket.send(JSON.stringify({ op, d }));
  const codeOf = async (socket: WebSocket) => ((await once(socket, "close")) as [number])[0];
  const resume = (seq: number, id = server.sessions()[0]?.id) => ({
    token: server.token,
    session_id: id,
    seq,
  });

  test("that asks for compressed payloads gets them", async () => {
    const socket = await open();
    send(socket, 2, { token: server.token, intents: 0, properties: {}, compress: true });
    const [data, isBinary] = (await once(socket, "message")) as [Buffer, boolean];
    expect(isBinary).toBe(true);
    expect(JSON.parse(inflateSync(data).toString())).toMatchObject({ op: 0, t: "READY" });
    socket.close();
  });

  test("that resumes what isn't there is told so", async () => {
    const socket = await open();
    send(socket, 6, resume(1, "none"));
    const [data] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(data.toString())).toEqual({ op: 9, d: false });
    socket.close();
  });

  test.each<readonly [string, (socket: WebSocket) => void, number]>([
    ["resumes from the future", (socket) => send(socket, 6, resume(99)), 4007],
    ["resumes with a wrong token", (socket) => send(socket, 6, { ...resume(1), token: "x" }), 4004],
  ])("that %s is closed", async (_, act, code) => {
    const socket = await open();
    act(socket);
    expect(await codeOf(socket)).toBe(code);
  });

  test("of another version is closed", async () => {
    expect(await codeOf(new WebSocket(gatewayUrl().replace("v=10", "v=8")))).toBe(4012);
  });

  test("that sends no heartbeats is closed", async () => {
    await stop();
    server = await startDiscordServer({ heartbeatIntervalMs: 20 });
    expect(await codeOf(await open())).toBe(4009);
  });

  test("whose session is too old can't resume it", async () => {
    await stop();
    let now = Date.now();
    await start({ now: () => now, resumeWindowMs: 1_000 });
    server.refuseConnections(true);
    server.closeSockets();
    await server.until(() => !server.sessions()[0]?.connected, "the socket to go");
    now += 1_001;
    server.refuseConnections(false);
    await server.until(() => server.identifies().length === 2, "a new session");
  });
});
