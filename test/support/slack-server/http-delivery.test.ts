import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { afterEach, describe, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer, SlackServerOptions } from "../slack-server.ts";
import { sign } from "./http-delivery.ts";
import { startReceiver } from "./test-client.ts";

let server: SlackServer;
afterEach(() => server.close());

async function start(options: SlackServerOptions = {}): Promise<void> {
  server = await startSlackServer({ mode: "http", retryDelaysMs: [0, 0], ...options });
}

const say = () => server.say({ as: server.users.ada, channel: server.channels.general, text: "hi" });

describe("an event", () => {
  test("is posted with a signature", async () => {
    await start();
    await using app = await startReceiver(200);
    server.connectTo(app.url);
    say();
    await server.until(() => server.deliveries[0]?.ackedAt, "the ack");
    const [{ headers, body } = { headers: {}, body: "" }] = app.posts;
    expect(JSON.parse(body)).toMatchObject({ type: "event_callback", event: { text: "hi" } });
    const timestamp = Number(headers["x-slack-request-timestamp"]);
    expect(headers["x-slack-signature"]).toBe(sign(server.signingSecret, timestamp, body));
    expect(headers).not.toHaveProperty("x-slack-retry-num");
  });

  test("comes again while the answer isn't 200", async () => {
    await start();
    await using app = await startReceiver(500, 404, 200);
    server.connectTo(app.url);
    say();
    await server.until(() => server.deliveries[0]?.ackedAt, "the ack");
    expect(app.posts.map(({ headers }) => headers["x-slack-retry-num"])).toEqual([undefined, "1", "2"]);
    expect(app.posts[1]?.headers["x-slack-retry-reason"]).toBe("http_error");
    expect(server.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([500, 404, 200]);
  });

  test("comes again when no answer comes", async () => {
    await start({ ackTimeoutMs: 300, retryDelaysMs: [0] });
    await using app = await startReceiver(0);
    server.connectTo(app.url);
    say();
    await server.until(() => server.deliveries[0]?.finished, "the attempts");
    expect(app.posts[1]?.headers["x-slack-retry-reason"]).toBe("http_timeout");
    expect(server.deliveries[0]).toMatchObject({ ackedAt: undefined });
  });

  test("fails where nobody listens", async () => {
    await start();
    server.connectTo("http://127.0.0.1:9/slack/events");
    say();
    await server.until(() => server.deliveries[0]?.finished, "the attempts");
    expect(server.deliveries[0]?.attempts.at(-1)).toMatchObject({ outcome: "connection_failed" });
  });
});

test("Bolt verifies the URL, takes events and commands, and refuses what isn't signed", async () => {
  await start();
  const { signingSecret, apiUrl, botToken } = server;
  const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({
    token: botToken,
    receiver,
    clientOptions: { slackApiUrl: apiUrl },
    convoStore: false,
  });
  app.message(async ({ say: reply }) => void (await reply("heard")));
  app.command("/parley", ({ ack, command }) => ack(`You said ${command.text}`));
  const listening = await app.start(0);
  const address = listening.address();
  const port = typeof address === "object" ? address?.port : undefined;
  server.connectTo(`http://127.0.0.1:${port}/slack/events`);

  const verified = await server.verifyUrl();
  expect(verified).toMatchObject({ status: 200 });
  expect(verified.body).toContain(verified.challenge);

  say();
  const channel = server.channels.general;
  await server.until(() => server.messages(channel)[1]?.text === "heard", "the reply");
  server.slash({ as: server.users.ada, channel, command: "/parley", text: "help" });
  await server.until(() => server.ephemerals(server.users.ada)[0]?.text === "You said help", "the answer");

  expect(await server.sendForged("wrongSignature")).toBe(401);
  expect(await server.sendForged("noSignature")).toBe(401);
  expect(await server.sendForged("stale")).toBe(401);
  // Bolt looks for old requests only: what comes from the future passes.
  expect(await server.sendForged("future")).toBe(200);
  await app.stop();
});

test("forgeries are what they are called", async () => {
  await start();
  await using app = await startReceiver(200);
  server.connectTo(app.url);
  for (const forgery of ["malformed", "oversize", "noSignature"] as const) await server.sendForged(forgery);
  const [malformed, oversize, unsigned] = app.posts;
  expect(() => JSON.parse(malformed?.body ?? "{}") as unknown).toThrow("JSON");
  expect(oversize?.body.length).toBeGreaterThan(5_000_000);
  expect(unsigned?.headers).not.toHaveProperty("x-slack-signature");
});
