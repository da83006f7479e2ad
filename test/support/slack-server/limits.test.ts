import { LogLevel, WebClient } from "@slack/web-api";
import { afterEach, describe, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer, SlackServerOptions } from "../slack-server.ts";
import type { Fault } from "./faults.ts";

// What goes wrong here is meant to.
const logLevel = LogLevel.ERROR;
let now = 1_790_000_000_000;
let server: SlackServer;
afterEach(() => server.close());

async function start(options: SlackServerOptions = {}): Promise<void> {
  server = await startSlackServer(options);
}

async function call(method: string, args: Record<string, string>) {
  const response = await fetch(server.apiUrl + method, {
    method: "POST",
    headers: { authorization: `Bearer ${server.botToken}` },
    body: new URLSearchParams(args),
  });
  const text = await response.text();
  const { status, headers } = response;
  return {
    status,
    body: text.startsWith("{") ? (JSON.parse(text) as object) : text,
    retryAfter: headers.get("retry-after"),
  };
}

const post = (name: keyof SlackServer["channels"] = "general") =>
  call("chat.postMessage", { channel: server.channels[name], text: "x" });

async function countRefused(count: number, act: () => Promise<{ readonly status: number }>): Promise<number> {
  let refused = 0;
  for (let done = 0; done < count; done++) if ((await act()).status === 429) refused++;
  return refused;
}

describe("rate limits", () => {
  test("are off unless asked for", async () => {
    await start();
    expect(await countRefused(10, post)).toBe(0);
  });

  test("let one message a second into a channel, with short bursts", async () => {
    await start({ limits: "real", now: () => now });
    expect(await countRefused(6, () => post())).toBe(1);
    expect(await post()).toEqual({ status: 429, body: { ok: false, error: "ratelimited" }, retryAfter: "5" });
    expect((await post("random")).status).toBe(200);
    now += 5_000;
    expect((await post()).status).toBe(200);
    expect(server.limited()).toHaveLength(2);
    expect(server.calls.map(({ cameEarly }) => cameEarly)).toEqual([
      ...Array(6).fill(false),
      true,
      false,
      false,
    ]);
  });

  test.each([
    ["chat.update", 50],
    ["chat.startStream", 20],
    ["chat.appendStream", 100],
    ["conversations.replies", 50],
  ])("let %s through %i times a minute, whatever the channel", async (method, count) => {
    await start({ limits: "real", now: () => now });
    const act = () => call(method, { channel: "C0NOTHING", ts: "1.000001", thread_ts: "1.000001" });
    expect(await countRefused(count + 1, act)).toBe(1);
    now += 60_001;
    expect(await countRefused(1, act)).toBe(0);
  });

  test("can be set, and are kept by a client that waits", async () => {
    await start({ limits: { "chat.postMessage": { count: 1, windowMs: 1_000 } } });
    const client = new WebClient(server.botToken, { slackApiUrl: server.apiUrl, logLevel });
    const args = { channel: server.channels.general, text: "x" };
    await client.apiCall("chat.postMessage", args);
    await client.apiCall("chat.postMessage", args);
    expect(server.messages(server.channels.general)).toHaveLength(2);
    expect(server.calls.some(({ cameEarly }) => cameEarly)).toBe(false);
  });
});

describe("faults", () => {
  test.each<readonly [string, Fault, object]>([
    [
      "one of Slack's errors",
      { error: "fatal_error" },
      { status: 200, body: { ok: false, error: "fatal_error" } },
    ],
    ["a status", { status: 503 }, { status: 503 }],
    ["a limit", { retryAfterSec: 2 }, { status: 429, retryAfter: "2" }],
  ])("answer with %s, as often as they are told", async (_, fault, answer) => {
    await start();
    server.fail("chat.postMessage", fault);
    expect(await post()).toMatchObject(answer);
    expect((await post()).status).toBe(200);
    expect(server.messages(server.channels.general)).toHaveLength(1);
  });

  test.each<readonly [Fault, number]>([
    [{ cutBefore: "reset" }, 0],
    [{ cutBefore: "close" }, 0],
    [{ loseResponse: "reset" }, 1],
    [{ loseResponse: "close" }, 1],
  ])("cut the connection: %j leaves %i messages", async (fault, left) => {
    await start();
    server.fail("*", fault);
    await expect(post()).rejects.toThrow("fetch failed");
    expect(server.messages(server.channels.general)).toHaveLength(left);
    expect(server.calls.at(-1)).toMatchObject({ method: "chat.postMessage", status: 0 });
  });

  test.each<readonly [Fault, number]>([
    [{ hang: true }, 0],
    [{ hangAfter: true }, 1],
  ])("hang until the client gives up: %j leaves %i messages", async (fault, left) => {
    await start();
    server.fail("chat.postMessage", fault, 9);
    const client = new WebClient(server.botToken, {
      slackApiUrl: server.apiUrl,
      timeout: 300,
      logLevel,
      retryConfig: { retries: 0 },
    });
    const args = { channel: server.channels.general, text: "x" };
    await expect(client.apiCall("chat.postMessage", args)).rejects.toThrow("timeout");
    expect(server.messages(server.channels.general)).toHaveLength(left);
    server.heal();
    expect((await post()).status).toBe(200);
  });

  test("note who comes back before the time that was told", async () => {
    await start({ now: () => now });
    server.fail("chat.postMessage", { retryAfterSec: 2 });
    await post();
    await post();
    now += 2_000;
    await post();
    expect(server.calls.map(({ cameEarly }) => cameEarly)).toEqual([false, true, false]);
  });
});

test("Slack can be away and come back", async () => {
  await start();
  await server.goDown();
  await expect(post()).rejects.toThrow("fetch failed");
  await server.comeBack();
  expect((await post()).status).toBe(200);
});
