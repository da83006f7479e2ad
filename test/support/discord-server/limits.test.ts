import type { TextChannel } from "discord.js";
import { afterEach, describe, expect, test } from "vitest";

import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer, DiscordServerOptions } from "../discord-server.ts";
import { createTestClients } from "./test-client.ts";

let server: DiscordServer;
const clients = createTestClients(() => server);
afterEach(async () => {
  await clients.close();
  await server.close();
});

async function start(options: DiscordServerOptions = {}): Promise<void> {
  server = await startDiscordServer(options);
}

const path = (channel: keyof DiscordServer["channels"] = "general") =>
  `/channels/${server.channels[channel]}/messages`;
const post = (channel: keyof DiscordServer["channels"] = "general") =>
  clients.request("POST", path(channel), { content: "x" });
const times = async <T>(count: number, act: () => Promise<T>): Promise<T[]> => {
  const answers: T[] = [];
  for (let done = 0; done < count; done++) answers.push(await act());
  return answers;
};

describe("rate limits", () => {
  test("are off unless asked for", async () => {
    await start();
    const answers = await times(12, post);
    expect(answers.every(({ status, headers }) => status === 200 && !headers.has("x-ratelimit-limit"))).toBe(
      true,
    );
  });

  test("let five messages into a channel in five seconds, and say so", async () => {
    let now = 1_700_000_000_000;
    await start({ limits: "real", now: () => now });
    const answers = await times(5, post);
    expect(answers.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual([
      "4",
      "3",
      "2",
      "1",
      "0",
    ]);
    now += 1_000;
    const refused = await post();
    expect(refused).toMatchObject({
      status: 429,
      body: { message: "You are being rate limited.", retry_after: 4, global: false },
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "retry-after": "4",
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset-after": "4.000",
      "x-ratelimit-scope": "user",
    });
    expect((await post("random")).status).toBe(200);
    now += 4_000;
    expect((await post()).status).toBe(200);
    expect(server.limited()).toMatchObject([{ cameEarly: true }]);
    expect(server.invalidRequests()).toBe(1);
  });

  test("count edits apart from messages", async () => {
    await start({ limits: "real" });
    const [first] = await times(5, post);
    const id = (first?.body as { id: string } | undefined)?.id ?? "";
    const edits = await times(6, () => clients.request("PATCH", `${path()}/${id}`, { content: "y" }));
    expect(edits.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test("let 50 requests through in a second, interactions aside", async () => {
    const now = 1_700_000_000_000;
    await start({ limits: "real", now: () => now });
    const answers = await times(51, () => clients.request("GET", "/users/@me"));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(answers.at(-1)).toMatchObject({ body: { global: true, retry_after: 1 } });
    expect(answers.at(-1)?.headers.get("x-ratelimit-global")).toBe("true");
    const callback = await clients.request("POST", `/interactions/${server.bot.id}/x/callback`, { type: 6 });
    expect(callback.status).toBe(404);
  });

  test("are kept by a client that reads the headers", async () => {
    const routes = { "POST /channels/:channel/messages": { count: 2, windowMs: 100 } };
    await start({ limits: { routes } });
    const client = await clients.connect();
    const channel = (await client.channels.fetch(server.channels.general)) as TextChannel;
    await Promise.all(["a", "b", "c", "d", "e"].map((content) => channel.send(content)));
    expect(server.messages(channel.id)).toHaveLength(5);
    expect(server.limited()).toEqual([]);
  });
});

describe("faults", () => {
  const route = "/channels/:channel/messages";

  test.each<readonly [string, Parameters<DiscordServer["fail"]>[2], object]>([
    ["a status", { status: 503 }, { status: 503 }],
    [
      "one of Discord's codes",
      { status: 403, code: 50001, message: "Missing Access" },
      { status: 403, body: { code: 50001 } },
    ],
    ["a limit", { retryAfterSec: 2 }, { status: 429, body: { retry_after: 2, global: false } }],
    ["the global limit", { retryAfterSec: 2, global: true }, { status: 429, body: { global: true } }],
  ])("answer with %s, as often as they are told", async (_, fault, refusal) => {
    await start();
    server.fail("POST", route, fault);
    expect(await post()).toMatchObject(refusal);
    expect((await post()).status).toBe(200);
    expect(server.messages(server.channels.general)).toHaveLength(1);
  });

  test.each<readonly [Parameters<DiscordServer["fail"]>[2], number]>([
    [{ cutBefore: "reset" }, 0],
    [{ cutBefore: "close" }, 0],
    [{ loseResponse: "reset" }, 1],
    [{ loseResponse: "close" }, 1],
  ])("cut the connection: %j leaves %i messages", async (fault, left) => {
    await start();
    server.fail("*", /messages$/, fault);
    await expect(post()).rejects.toThrow("fetch failed");
    expect(server.messages(server.channels.general)).toHaveLength(left);
    expect(server.calls.at(-1)).toMatchObject({ method: "POST", route, status: 0 });
  });

  test("hang until the client gives up, and can be healed", async () => {
    await start();
    server.fail("POST", route, { hang: true }, 99);
    const signal = AbortSignal.timeout(50);
    const hanging = fetch(`${server.apiUrl}/v10${path()}`, { method: "POST", signal });
    await expect(hanging).rejects.toThrow("aborted");
    server.heal();
    expect((await post()).status).toBe(200);
  });
});

test("calls are recorded with their route, body and outcome", async () => {
  await start();
  await clients.request("POST", path("readOnly"), { content: "x" });
  expect(server.calls).toMatchObject([
    {
      method: "POST",
      route: "/channels/:channel/messages",
      path: path("readOnly"),
      body: { content: "x" },
      status: 403,
      code: 50013,
    },
  ]);
});
