import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { createCdn } from "./discord-server/cdn.ts";
import { DiscordError, refusal } from "./discord-server/discord-error.ts";
import { createGateway } from "./discord-server/gateway.ts";
import type { Gateway } from "./discord-server/gateway.ts";
import { listen, readBody, sendJson } from "./discord-server/http.ts";
import { createPeople } from "./discord-server/people.ts";
import type { People } from "./discord-server/people.ts";
import { userPayload } from "./discord-server/payloads.ts";
import { createRouter } from "./discord-server/router.ts";
import { messageRoutes } from "./discord-server/routes-messages.ts";
import type { TypingSeen } from "./discord-server/routes-messages.ts";
import { addUser, seedWorld } from "./discord-server/seeded-world.ts";
import type { Seed } from "./discord-server/seeded-world.ts";
import { createWorld } from "./discord-server/world.ts";
import type { World } from "./discord-server/world.ts";
import type { Service } from "./discord-server/service.ts";
import { viewMessages } from "./discord-server/view.ts";
import type { MessageView } from "./discord-server/view.ts";

export interface DiscordServerOptions {
  readonly token?: string;
  /** Any free port when left out. */
  readonly port?: number;
  /** Privileged intents that are switched on for the app; all when left out. */
  readonly enabledIntents?: number;
  readonly heartbeatIntervalMs?: number;
  readonly now?: () => number;
}

export interface RecordedCall {
  readonly method: string;
  /** As in `/channels/:channel/messages`. */
  readonly route: string;
  readonly path: string;
  readonly body: unknown;
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  /** Of the answer; 0 until there is one. */
  status: number;
}

export interface DiscordServer extends AsyncDisposable, People {
  /** For `rest: { api }`; the client appends the version. */
  readonly apiUrl: string;
  readonly token: string;
  readonly bot: { readonly id: string; readonly applicationId: string };
  readonly world: World;
  /** The ids of what is there at the start. */
  readonly people: Seed["people"];
  readonly guild: Seed["guild"];
  readonly roles: Seed["roles"];
  readonly channels: Seed["channels"];
  readonly gateway: Gateway;
  readonly calls: readonly RecordedCall[];
  readonly typing: readonly TypingSeen[];
  /** Oldest first, as this person may see them; everything when nobody is named. */
  messages(channel: string, options?: { readonly as?: string }): readonly MessageView[];
  /** Polls until the probe answers something. */
  until<T>(probe: () => T | Promise<T>, what: string): Promise<NonNullable<T>>;
  close(): Promise<void>;
}

const patienceMs = 15_000;
const pollMs = 5;
const allPrivileged = (1 << 1) | (1 << 8) | (1 << 15);

/** A Discord-shaped server on a local port, REST and gateway, that refuses what Discord refuses. */
export async function startDiscordServer(options: DiscordServerOptions = {}): Promise<DiscordServer> {
  const { now = () => performance.timeOrigin + performance.now(), heartbeatIntervalMs = 41_250 } = options;
  const world = createWorld(now);
  const bot = addUser(world, "parley", { bot: true, displayName: "Parley" });
  const token = options.token ?? `${Buffer.from(bot.id).toString("base64url")}.Gtest0.local-server-token`;
  const enabledIntents = options.enabledIntents ?? allPrivileged;
  const seed = seedWorld(world, bot);
  let port = 0;
  const base = () => `http://127.0.0.1:${port}`;
  const cdn = createCdn(world, base);
  const gatewayUrl = () => `ws://127.0.0.1:${port}`;
  // In Discord an application and its bot usually share an id; that they need not is worth a test.
  const applicationId = world.newId();
  const service: Service = { world, bot, applicationId, cdn, emit: (event) => gateway.emit(event) };
  const gateway = createGateway(service, {
    token: () => token,
    enabledIntents: () => enabledIntents,
    heartbeatIntervalMs,
    resumeWindowMs: 180_000,
    sessionStarts: { total: 1_000, remaining: 1_000, maxConcurrency: 1, enforced: false },
    url: gatewayUrl,
  });
  const calls: RecordedCall[] = [];
  const typing: TypingSeen[] = [];
  const match = createRouter({
    "GET /gateway": () => ({ url: gatewayUrl() }),
    "GET /gateway/bot": () => ({
      url: gatewayUrl(),
      shards: 1,
      session_start_limit: gateway.starts.describe(),
    }),
    "GET /users/@me": () => ({ ...userPayload(bot), verified: true, mfa_enabled: false, locale: "en-US" }),
    ...messageRoutes(service, typing, () => (enabledIntents & (1 << 15)) !== 0),
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", base());
    const method = request.method ?? "GET";
    const call: RecordedCall = {
      method,
      route: "",
      path: url.pathname,
      body: undefined,
      at: now(),
      status: 0,
    };
    response.once("close", () => {
      call.status = response.writableFinished ? response.statusCode : 0;
    });
    try {
      const { json, files } = await readBody(request);
      const path = /^\/api(?:\/v10)?(\/.*)$/.exec(url.pathname)?.[1];
      const matched = match(method, path ?? "/");
      calls.push(Object.assign(call, { route: matched.route, body: json }));
      if (request.headers.authorization !== `Bot ${token}`) throw refusal("unauthorized");
      const answer = await matched.handler({ ...matched, method, query: url.searchParams, json, files });
      sendJson(response, 200, answer);
    } catch (error) {
      if (error instanceof DiscordError) sendJson(response, error.status, error.body);
      else sendJson(response, 500, { message: String(error), code: 0 });
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  server.keepAliveTimeout = 60_000;
  server.on("upgrade", (request, socket, head) => gateway.upgrade(request, socket, head));
  await listen(server, options.port ?? 0);
  ({ port } = server.address() as AddressInfo);

  async function close(): Promise<void> {
    gateway.closeSockets();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  return {
    ...createPeople(service),
    apiUrl: `${base()}/api`,
    token,
    bot: { id: bot.id, applicationId },
    world,
    people: seed.people,
    guild: seed.guild,
    roles: seed.roles,
    channels: seed.channels,
    gateway,
    calls,
    typing,
    messages: (channel, { as } = {}) => viewMessages(world, channel, as),
    async until(probe, what) {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const found = await probe();
        if (found !== undefined && found !== null && found !== false) return found;
        if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
        await sleep(pollMs);
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
