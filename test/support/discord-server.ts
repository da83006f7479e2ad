import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { createCdn } from "./discord-server/cdn.ts";
import { createChanges } from "./discord-server/changes.ts";
import type { Changes } from "./discord-server/changes.ts";
import { createFaults } from "./discord-server/faults.ts";
import type { Fault } from "./discord-server/faults.ts";
import { createGatewayControl } from "./discord-server/gateway-control.ts";
import type { GatewayControl } from "./discord-server/gateway-control.ts";
import { createGateway } from "./discord-server/gateway.ts";
import { listen } from "./discord-server/http.ts";
import { appFlags, messageContent, privileged } from "./discord-server/intents.ts";
import { createInteractions } from "./discord-server/interactions.ts";
import { createPeople } from "./discord-server/people.ts";
import type { People } from "./discord-server/people.ts";
import { createRateLimits } from "./discord-server/rate-limits.ts";
import type { RateLimitOptions } from "./discord-server/rate-limits.ts";
import type { Reactions } from "./discord-server/reactions.ts";
import { createRest } from "./discord-server/rest.ts";
import type { RecordedCall } from "./discord-server/rest.ts";
import { createRouter } from "./discord-server/router.ts";
import { channelRoutes } from "./discord-server/routes-channels.ts";
import { guildRoutes } from "./discord-server/routes-guilds.ts";
import { interactionRoutes } from "./discord-server/routes-interactions.ts";
import type { RegisteredCommands } from "./discord-server/routes-interactions.ts";
import { messageRoutes } from "./discord-server/routes-messages.ts";
import type { TypingSeen } from "./discord-server/routes-messages.ts";
import { threadRoutes } from "./discord-server/routes-threads.ts";
import { addUser, seedWorld } from "./discord-server/seeded-world.ts";
import type { Seed } from "./discord-server/seeded-world.ts";
import type { Service } from "./discord-server/service.ts";
import type { SessionStartOptions } from "./discord-server/session-starts.ts";
import { createUsingApps } from "./discord-server/using-apps.ts";
import type { UsingApps } from "./discord-server/using-apps.ts";
import { viewMessages } from "./discord-server/view.ts";
import type { MessageView } from "./discord-server/view.ts";
import { createWorld } from "./discord-server/world.ts";

export type { MessageView } from "./discord-server/view.ts";

export interface DiscordServerOptions {
  readonly token?: string;
  /** Any free port when left out. */
  readonly port?: number;
  /** Privileged intents that are switched on for the app (a bit field); all when left out. */
  readonly enabledIntents?: number;
  readonly heartbeatIntervalMs?: number;
  /** How long a session whose socket is gone can be resumed. */
  readonly resumeWindowMs?: number;
  /** Where clients are told to resume; here when left out. */
  readonly resumeUrl?: string;
  readonly sessionStarts?: Partial<SessionStartOptions>;
  /** Off when left out; `real` with Discord's usual numbers. */
  readonly limits?: "off" | "real" | RateLimitOptions;
  /** A benchmark keeps nothing of the bodies. */
  readonly recordBodies?: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface DiscordServer extends AsyncDisposable, People, UsingApps, Changes, GatewayControl {
  /** For `rest: { api }`; the client appends the version. */
  readonly apiUrl: string;
  readonly token: string;
  readonly bot: { readonly id: string; readonly applicationId: string };
  /** The ids of what is there at the start. */
  readonly people: Seed["people"];
  readonly guild: { readonly id: string; readonly name: string };
  readonly roles: Seed["roles"];
  readonly channels: Seed["channels"];
  /** Every REST call, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** When the bot was typing. */
  readonly typing: readonly TypingSeen[];
  /** Oldest first, as this person may see them; everything when nobody is named. */
  messages(channel: string, options?: { readonly as?: string }): readonly MessageView[];
  /** The threads of a channel, archived ones too. */
  threads(channel: string): readonly { readonly id: string; readonly name: string; readonly type: number }[];
  /** Calls that were answered 429. */
  limited(): readonly RecordedCall[];
  /** How many calls count towards the ban for invalid requests: 401, 403, 429. */
  invalidRequests(): number;
  /** The next `times` calls of the route fail so; see `Fault`. The method `*` is any. */
  fail(method: string, route: string | RegExp, fault: Fault, times?: number): void;
  /** Forgets all faults. */
  heal(): void;
  /** From now on only this token is right. */
  changeToken(token: string): void;
  /** Polls until the probe answers something. */
  until<T>(probe: () => T | Promise<T>, what: string): Promise<Exclude<T, undefined | null | false>>;
  /** Closes the port and every connection: connecting is refused. */
  goDown(): Promise<void>;
  /** Opens the same port again. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const patienceMs = 15_000;
const pollMs = 5;
const usualStarts = { total: 1_000, remaining: 1_000, maxConcurrency: 1, enforced: false };

/** A Discord-shaped server on a local port, REST and gateway, that refuses what Discord refuses. */
export async function startDiscordServer(options: DiscordServerOptions = {}): Promise<DiscordServer> {
  const { now = () => performance.timeOrigin + performance.now(), enabledIntents = privileged } = options;
  const { limits = "off", recordBodies = true } = options;
  const world = createWorld(now);
  const bot = addUser(world, "parley", { bot: true, displayName: "Parley" });
  const seed = seedWorld(world, bot);
  let token =
    options.token ?? `${Buffer.from(bot.id).toString("base64url")}.Glocal.0123456789abcdefghijklmnopq`;
  let port = 0;
  const url = (scheme: string) => `${scheme}://127.0.0.1:${port}`;
  const cdn = createCdn(world, () => url("http"));
  // Old applications and their bots have different ids; code that takes them for one must fail here.
  const applicationId = world.newId();
  const service: Service = { world, bot, applicationId, cdn, emit: (event) => gateway.emit(event) };
  const gateway = createGateway(service, {
    token: () => token,
    enabledIntents: () => enabledIntents,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    resumeWindowMs: options.resumeWindowMs ?? 180_000,
    sessionStarts: { ...usualStarts, ...options.sessionStarts },
    resumeUrl: () => options.resumeUrl ?? url("ws"),
  });
  const reactions: Reactions = new Map();
  const commands: RegisteredCommands = new Map();
  const typing: TypingSeen[] = [];
  const interactions = createInteractions(service);
  const faults = createFaults();
  const rest = createRest({
    match: createRouter({
      "GET /gateway": () => ({ url: url("ws") }),
      "GET /gateway/bot": () => ({
        url: url("ws"),
        shards: 1,
        session_start_limit: gateway.starts.describe(),
      }),
      ...messageRoutes(service, typing, () => (enabledIntents & messageContent) !== 0),
      ...channelRoutes(service, reactions),
      ...threadRoutes(service),
      ...guildRoutes(service, () => appFlags(enabledIntents)),
      ...interactionRoutes(service, interactions, commands),
    }),
    token: () => token,
    limits: limits === "off" ? undefined : createRateLimits(limits === "real" ? {} : limits, now),
    faults,
    cdn,
    now,
    recordBodies,
  });

  const server = createServer((request, response) => void rest.handle(request, response));
  // Idle connections of a client under load must not be closed under it.
  server.keepAliveTimeout = 60_000;
  server.on("upgrade", gateway.upgrade);
  await listen(server, options.port ?? 0);
  ({ port } = server.address() as AddressInfo);

  async function goDown(): Promise<void> {
    gateway.eachSocket((socket) => socket.terminate());
    if (!server.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  return {
    ...createPeople(service, reactions),
    ...createUsingApps(service, interactions, commands),
    ...createChanges(service),
    ...createGatewayControl(gateway, world),
    apiUrl: `${url("http")}/api`,
    get token() {
      return token;
    },
    bot: { id: bot.id, applicationId },
    people: seed.people,
    guild: { id: seed.guild.id, name: seed.guild.name },
    roles: seed.roles,
    channels: seed.channels,
    calls: rest.calls,
    typing,
    messages: (channel, { as } = {}) => viewMessages(world, channel, as),
    threads: (parent) =>
      [...world.channels.values()]
        .filter(({ thread, parentId }) => thread && parentId === parent)
        .map(({ id, name, type }) => ({ id, name, type })),
    limited: () => rest.calls.filter(({ status }) => status === 429),
    invalidRequests: () => rest.calls.filter(({ status }) => [401, 403, 429].includes(status)).length,
    fail: (method, route, fault, times = 1) => faults.add(method, route, fault, times),
    heal: faults.clear,
    changeToken: (next) => {
      token = next;
    },
    async until(probe, what) {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const found = await probe();
        if (found !== undefined && found !== null && found !== false) return found as never;
        if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
        await sleep(pollMs);
      }
    },
    goDown,
    comeBack: () => listen(server, port),
    close: goDown,
    [Symbol.asyncDispose]: goDown,
  };
}
