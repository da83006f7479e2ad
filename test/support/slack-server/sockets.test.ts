import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer, SlackServerOptions } from "../slack-server.ts";
import { callSlack, openSocket } from "./test-client.ts";
import type { TestSocket } from "./test-client.ts";

const manyTimes = Array.from({ length: 500 }, () => 20);
let server: SlackServer;
let sockets: TestSocket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.close();
  sockets = [];
  await server.close();
});

async function start(options: SlackServerOptions = {}): Promise<void> {
  server = await startSlackServer(options);
}

async function open(options?: { readonly acks: boolean }): Promise<TestSocket> {
  const socket = await openSocket(server, options);
  sockets.push(socket);
  return socket;
}

const say = (text: string) => server.say({ as: server.users.ada, channel: server.channels.general, text });

describe("connecting", () => {
  test("says hello with the app and the number of sockets", async () => {
    await start();
    const [first, second] = [await open(), await open()];
    expect(first.frames[0]).toMatchObject({
      type: "hello",
      num_connections: 1,
      connection_info: { app_id: server.bot.appId },
    });
    expect(second.frames[0]).toMatchObject({ type: "hello", num_connections: 2 });
    expect(server.openSockets()).toBe(2);
  });

  test("works once per URL", async () => {
    await start();
    const { url } = await callSlack(server, "apps.connections.open", {}, server.appToken);
    const tryIt = () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(String(url));
        socket.once("message", () => {
          resolve("hello");
          socket.close();
        });
        socket.once("error", (error) => resolve(error.message));
      });
    expect(await tryIt()).toBe("hello");
    expect(await tryIt()).toContain("408");
  });

  test("can be refused", async () => {
    await start();
    server.refuseSockets(1);
    await expect(open()).rejects.toThrow("503");
    server.fail("apps.connections.open", { status: 503 });
    expect((await fetch(`${server.apiUrl}apps.connections.open`, { method: "POST" })).status).toBe(503);
    await open();
  });

  test("an eleventh socket is sent away", async () => {
    await start();
    for (let count = 0; count < 10; count++) await open();
    const { frames, closed } = await open();
    expect(frames[0]).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
    await closed;
    expect(server.openSockets()).toBe(10);
  });
});

describe("an event", () => {
  test("goes to one of the sockets, and is done with when it is acked", async () => {
    await start();
    const [first, second] = [await open(), await open()];
    say("a");
    say("b");
    await server.until(() => server.deliveries.every(({ finished }) => finished), "acks");
    expect([first.events().length, second.events().length]).toEqual([1, 1]);
    expect(server.deliveries).toMatchObject([
      { attempts: [{ outcome: "acked" }], ackedAt: expect.any(Number) as unknown },
      { attempts: [{ outcome: "acked" }] },
    ]);
  });

  test("that isn't acked comes again, under the same id", async () => {
    await start({ ackTimeoutMs: 20, retryDelaysMs: [0, 10] });
    const deaf = await open({ acks: false });
    say("a");
    await server.until(() => server.deliveries[0]?.finished, "the last attempt");
    await server.until(() => deaf.frames.length === 4, "the frames");
    const frames = deaf.frames.slice(1);
    expect(frames).toMatchObject([
      { retry_attempt: 0, retry_reason: "" },
      { retry_attempt: 1, retry_reason: "timeout" },
      { retry_attempt: 2, retry_reason: "timeout" },
    ]);
    expect(new Set(frames.map(({ payload }) => payload?.event_id)).size).toBe(1);
    expect(server.deliveries[0]).toMatchObject({ ackedAt: undefined });
  });

  test("without any socket waits for the next attempt", async () => {
    await start({ retryDelaysMs: manyTimes });
    say("a");
    const socket = await open();
    await server.until(() => server.deliveries[0]?.ackedAt, "the ack");
    expect(server.deliveries[0]?.attempts[0]?.outcome).toBe("connection_failed");
    expect(socket.events()).toHaveLength(1);
  });
});

describe("a connection", () => {
  test("is ended with a word and a grace", async () => {
    await start();
    const socket = await open();
    server.disconnectSockets({ reason: "refresh_requested", graceMs: 10 });
    await socket.closed;
    expect(socket.frames.at(-1)).toMatchObject({ type: "disconnect", reason: "refresh_requested" });
  });

  test("is cut without one", async () => {
    await start();
    const [first, second] = [await open(), await open()];
    server.dropSockets(1);
    expect(await first.closed).toBe(1_006);
    expect(second.frames).toHaveLength(1);
    await server.until(() => server.openSockets() === 1, "the end of the socket");
  });

  test("can go deaf", async () => {
    await start({ ackTimeoutMs: 20, retryDelaysMs: [] });
    const socket = await open();
    server.deafenSockets();
    say("a");
    await server.until(() => server.deliveries[0]?.finished, "the attempt");
    socket.close();
    expect(await Promise.race([socket.closed, sleep(50)])).toBeUndefined();
    expect(socket.events()).toEqual([]);
    expect(server.openSockets()).toBe(1);
    const next = await open();
    server.dropSockets(1);
    await server.until(() => server.openSockets() === 1, "the end of the first");
    say("b");
    await server.until(() => next.events().length > 0, "the event");
  });

  test("is pinged", async () => {
    await start({ pingIntervalMs: 5 });
    const { url } = await callSlack(server, "apps.connections.open", {}, server.appToken);
    const socket = new WebSocket(String(url));
    await new Promise((resolve) => socket.once("ping", resolve));
    socket.close();
  });
});

test("frames that ack nothing are noted", async () => {
  await start();
  const socket = await open();
  socket.send("nonsense");
  socket.send(JSON.stringify({ envelope_id: "unknown", payload: {} }));
  await server.until(() => server.strayFrames().length === 2, "the frames");
});
