import { request } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { Hono } from "hono";
import { describe, expect, it } from "vitest";

import { createWebServer, type WebServerOptions } from "../../../src/adapters/http/server.ts";
import type { PartHealth } from "../../../src/core/ports.ts";
import { createMemoryLog } from "../../support/log.ts";

async function startServer(options: Partial<WebServerOptions> = {}) {
  const log = createMemoryLog();
  const web = createWebServer({
    host: "127.0.0.1",
    port: 0,
    log,
    parts: async () => ({}),
    routes: [sampleRoutes()],
    ...options,
  });
  const { url } = await web.start();
  return { url, log, web, port: Number(new URL(url).port), [Symbol.asyncDispose]: () => web.stop() };
}

function sampleRoutes(): Hono {
  const routes = new Hono();
  routes.get("/", (c) => c.html("<p>page</p>"));
  routes.post("/change", async (c) => c.json({ length: (await c.req.text()).length }));
  routes.get("/fails", () => {
    throw new Error("canary-secret");
  });
  routes.get("/stream", (c) =>
    c.body(
      new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(": hi\n\n")) }),
      200,
      {
        "content-type": "text/event-stream",
      },
    ),
  );
  return routes;
}

/** fetch sets Host by itself; this says what it is told. */
function ask(
  port: number,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { method = "GET", path = "/", headers = {}, body } = options;
    const asked = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

it("webhooks are open to services that come through a tunnel, without a web token", async () => {
  const webhooks = new Hono();
  webhooks.post("/slack/events", (c) => c.text("taken"));
  await using server = await startServer({ webToken: "secret", webhooks: [webhooks] });
  const headers = { host: "parley.example.org", origin: "https://parley.example.org" };
  expect(await ask(server.port, { method: "POST", path: "/slack/events", headers, body: "{}" })).toBe(200);
  expect(await ask(server.port, { method: "POST", path: "/change", headers, body: "{}" })).toBe(421);
  expect(await ask(server.port, { method: "GET", path: "/", headers })).toBe(421);
});

describe("health", () => {
  const ok: PartHealth = { ok: true, detail: "fine" };
  const down: PartHealth = { ok: false, detail: "The disk is full." };

  it.each([
    ["every part is up", { storage: ok, playground: ok }, 200, true],
    ["one part is down", { storage: down, playground: ok }, 503, false],
    ["there are no parts", {}, 200, true],
  ])("/readyz says so when %s", async (_what, parts, status, ready) => {
    await using server = await startServer({ parts: async () => parts });
    const answer = await fetch(`${server.url}/readyz`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ ok: ready, parts });
  });

  it("/healthz is 200 while the process lives, whatever the parts say", async () => {
    await using server = await startServer({ parts: async () => ({ storage: down }) });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe("a page that is not Parley's own gets nowhere", () => {
  it("every answer forbids foreign content, framing, sniffing and referrers", async () => {
    await using server = await startServer();
    for (const path of ["/", "/healthz", "/nothing", "/fails"]) {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'self';.*frame-ancestors 'none'/);
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  it.each([
    ["localhost:PORT", 200],
    ["127.0.0.1:PORT", 200],
    ["[::1]:PORT", 200],
    ["LOCALHOST:PORT", 200],
    ["evil.example", 421],
    ["evil.example:PORT", 421],
    ["localhost:1", 421],
    ["localhost.evil.example:PORT", 421],
    ["127.0.0.1.evil.example:PORT", 421],
  ])("on loopback the host %s is answered %i", async (host, status) => {
    await using server = await startServer();
    expect(await ask(server.port, { headers: { host: host.replace("PORT", String(server.port)) } })).toBe(
      status,
    );
  });

  it("elsewhere than on loopback any host name is right", async () => {
    await using server = await startServer({ host: "0.0.0.0", webToken: "t" });
    const headers = { host: "parley.example", authorization: "Bearer t" };
    expect(await ask(server.port, { headers })).toBe(200);
  });

  it.each([
    ["its own origin", { origin: "http://127.0.0.1:PORT" }, 200],
    ["its own origin over https, as behind a proxy", { origin: "https://127.0.0.1:PORT" }, 200],
    ["no origin at all, as a webhook", {}, 200],
    ["another origin", { origin: "https://evil.example" }, 403],
    ["its own name on another port", { origin: "http://127.0.0.1:1" }, 403],
    ["an opaque origin", { origin: "null" }, 403],
    ["no origin, but a browser that says cross-site", { "sec-fetch-site": "cross-site" }, 403],
    ["no origin, but a browser that says same-site", { "sec-fetch-site": "same-site" }, 403],
    ["no origin, but a browser that says same-origin", { "sec-fetch-site": "same-origin" }, 200],
  ])("a change with %s", async (_what, headers, status) => {
    await using server = await startServer();
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", String(server.port))]),
    );
    expect(
      await ask(server.port, {
        method: "POST",
        path: "/change",
        headers: { host: `127.0.0.1:${server.port}`, ...own },
        body: "x",
      }),
    ).toBe(status);
  });
});

describe("with a web token", () => {
  const token = "correct horse";

  it.each([
    ["nothing", "/", {}, 401],
    ["a wrong bearer", "/", { authorization: "Bearer wrong" }, 401],
    ["a longer bearer", "/", { authorization: `Bearer ${token}x` }, 401],
    ["the bearer", "/", { authorization: `Bearer ${token}` }, 200],
    ["a wrong query", "/?token=wrong", {}, 401],
    ["a wrong cookie", "/", { cookie: "parley_web=wrong" }, 401],
    ["the token itself as cookie", "/", { cookie: `parley_web=${token}` }, 401],
    ["nothing, for health", "/healthz", {}, 200],
    ["nothing, for readiness", "/readyz", {}, 200],
    ["nothing, for what is not there", "/nothing", {}, 401],
  ])("%s at %s is answered", async (_what, path, headers, status) => {
    await using server = await startServer({ webToken: token });
    expect((await fetch(`${server.url}${path}`, { headers })).status).toBe(status);
  });

  it("a change with the token in its address is refused", async () => {
    await using server = await startServer({ webToken: token });
    const answer = await fetch(`${server.url}/change?token=${encodeURIComponent(token)}`, {
      method: "POST",
      body: "x",
    });
    expect(answer.status).toBe(401);
  });

  it("opening the page with ?token= once is enough, and leaves the token nowhere", async () => {
    await using server = await startServer({ webToken: token });
    const first = await fetch(`${server.url}/?token=${encodeURIComponent(token)}&as=ben`);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain("correct");
    const body = await first.text();
    expect(body).toContain('content="0;url=/?as=ben"');
    expect(body).not.toContain("page");
    const second = await fetch(`${server.url}/`, { headers: { cookie: cookie.split(";")[0] ?? "" } });
    expect(await second.text()).toContain("page");
  });

  it("somebody without the token is asked for it in a form", async () => {
    await using server = await startServer({ webToken: token });
    const answer = await fetch(`${server.url}/`, { headers: { accept: "text/html" } });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('name="token"');
  });
});

describe("limits and ends", () => {
  it("a body over 2 MiB is refused", async () => {
    await using server = await startServer();
    const post = (size: number) => fetch(`${server.url}/change`, { method: "POST", body: "x".repeat(size) });
    expect((await post(2 * 1024 * 1024)).status).toBe(200);
    expect((await post(2 * 1024 * 1024 + 1)).status).toBe(413);
  });

  it("a failure answers a sentence, and neither answer nor log has the error's text", async () => {
    await using server = await startServer();
    const answer = await fetch(`${server.url}/fails`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("canary");
    expect(JSON.stringify(server.log.lines)).not.toContain("canary");
    expect(server.log.lines).toMatchObject([{ level: "error", fields: { code: "internal" } }]);
  });

  it("a port that is taken is said in one sentence", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startServer({ port })).rejects.toMatchObject({
      code: "config_invalid",
      message: `Port ${port} is taken by another program. Stop that one, or set PORT to a free port, for example PORT=${port + 1}.`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it("stopping ends event streams at once and takes no more connections", async () => {
    const server = await startServer();
    const response = await fetch(`${server.url}/stream`);
    const body = response.body?.getReader();
    expect(new TextDecoder().decode((await body?.read())?.value)).toBe(": hi\n\n");
    await server.web.stop();
    expect(await body?.read()).toMatchObject({ done: true });
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it("stopping twice, or before starting, is no error", async () => {
    const server = await startServer();
    await server.web.stop();
    await server.web.stop();
    const never = createWebServer({
      host: "127.0.0.1",
      port: 0,
      log: createMemoryLog(),
      parts: async () => ({}),
      routes: [],
    });
    await never.stop();
  });
});
