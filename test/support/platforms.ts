import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { startApp } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { PriceOf } from "../../src/core/pricing.ts";
import type { Storage } from "../../src/core/storage.ts";
import type { ChatClient, ChatPlace } from "./chat-client.ts";
import { createDiscordCommands, createSlackCommands } from "./command-client.ts";
import type { CommandClient } from "./command-client.ts";
import { createDiscordChat } from "./discord-chat.ts";
import { startDiscordServer } from "./discord-server.ts";
import type { DiscordServer } from "./discord-server.ts";
import { createSlackChat } from "./slack-chat.ts";
import { startSlackServer } from "./slack-server.ts";
import type { SlackServer } from "./slack-server.ts";
import { createMemoryLog } from "./log.ts";
import type { LogLine } from "./log.ts";
import { startOpenAiServer } from "./openai-server.ts";
import type { OpenAiServer } from "./openai-server.ts";

/** A local service with people in it, and what Parley needs to connect to it. */
export interface LocalPlatform extends AsyncDisposable {
  readonly chat: ChatClient;
  readonly commands: CommandClient;
  readonly env: Readonly<Record<string, string>>;
  /** Another app's bot: who it is, and what it says. */
  readonly otherBot: {
    readonly id: string;
    say(place: ChatPlace & { readonly text: string }): Promise<void>;
  };
  /** What brings what is said to Parley; where the platform calls Parley, nothing. */
  readonly line?: Line;
  /** The calls by which a reply to a mention in a channel comes about, in their order. */
  readonly calls: readonly PlatformCall[];
  /** The service itself, for what only it can do. */
  readonly slack?: SlackServer;
  readonly discord?: DiscordServer;
  /** Forgets all faults. */
  heal(): void;
  /** Says where Parley listens, where the platform calls it. */
  connect?(url: string): void;
}

/** The connections that Parley keeps open to the platform, and what befalls them. */
export interface Line {
  /** They are gone without a word. */
  cut(): void;
  /** The platform asks Parley to come by another connection. */
  renew(): void;
  /** They end, and what Parley has not heard by then isn't said again for a long time. */
  forget(): void;
  /** They stay, and nothing goes in or out; new ones are served. */
  deafen(): void;
  /** While it is on, whoever wants a connection, or only asks where, gets 503. */
  refuse(on: boolean): void;
  /** Connecting is refused until it comes back. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /** When Parley asked for a connection; milliseconds since the epoch. */
  attempts(): readonly number[];
}

export interface LocalOptions {
  /** Of Discord. Slack's client sends pings as often as it likes. */
  readonly heartbeatIntervalMs?: number;
}

/** One kind of call, and how it can be held up. */
export interface PlatformCall {
  readonly title: string;
  /** The next such call is never done and never answered. */
  hang(): void;
  /** The next such call is done, and its answer is lost. */
  loseResponse(): void;
  /** The next such call is on its way for so long. */
  late(ms: number): void;
  /** How many such calls came so far. */
  count(): number;
}

/** The platforms that bring a service of their own. */
export const platforms = {
  async Discord(options: LocalOptions = {}): Promise<LocalPlatform> {
    const server = await startDiscordServer(options);
    return {
      discord: server,
      chat: createDiscordChat(server),
      commands: createDiscordCommands(server),
      env: { DISCORD_TOKEN: server.token, DISCORD_API_URL: server.apiUrl },
      heal: server.heal,
      otherBot: {
        id: server.people.otherBot,
        async say({ channel, thread, text }) {
          const content = text.replaceAll("@Parley", `<@${server.bot.id}>`);
          const there = thread ?? server.channels[channel as "general"];
          server.say({ as: server.people.otherBot, channel: there, content });
        },
      },
      line: discordLine(server),
      calls: discordCalls(server),
      [Symbol.asyncDispose]: () => server.close(),
    };
  },
  async "Slack over a socket"(): Promise<LocalPlatform> {
    const server = await startSlackServer();
    return {
      ...slackPlatform(server),
      line: slackLine(server),
      env: {
        SLACK_BOT_TOKEN: server.botToken,
        SLACK_APP_TOKEN: server.appToken,
        SLACK_API_URL: server.apiUrl,
      },
    };
  },
  async "Slack over HTTP"(): Promise<LocalPlatform> {
    const server = await startSlackServer({ mode: "http", retryDelaysMs: [0, 500, 1_000, 2_000, 4_000] });
    return {
      ...slackPlatform(server),
      connect: (url) => server.connectTo(`${url}/slack/events`),
      env: {
        SLACK_BOT_TOKEN: server.botToken,
        SLACK_SIGNING_SECRET: server.signingSecret,
        SLACK_API_URL: server.apiUrl,
      },
    };
  },
} satisfies Record<string, (options?: LocalOptions) => Promise<LocalPlatform>>;

function discordLine(server: DiscordServer): Line {
  return {
    cut: () => server.closeSockets(),
    renew: server.askToReconnect,
    forget: () => server.invalidateSessions(false),
    deafen: server.deafenSockets,
    refuse(on) {
      server.refuseConnections(on);
      if (on) server.fail("GET", "/gateway/bot", { status: 503 }, Infinity);
      else server.heal();
    },
    goDown: server.goDown,
    comeBack: server.comeBack,
    attempts: server.connectionAttempts,
  };
}

function slackLine(server: SlackServer): Line {
  return {
    cut: () => server.dropSockets(),
    renew: () => server.disconnectSockets({ reason: "refresh_requested" }),
    forget: () => server.dropSockets(),
    deafen: server.deafenSockets,
    refuse(on) {
      if (on) server.fail("apps.connections.open", { status: 503 }, Infinity);
      else server.heal();
    },
    goDown: server.goDown,
    comeBack: server.comeBack,
    attempts: () =>
      server.calls.filter(({ method }) => method === "apps.connections.open").map(({ at }) => at),
  };
}

function slackPlatform(server: SlackServer) {
  const call = (title: string, method: string): PlatformCall => ({
    title,
    hang: () => server.fail(method, { hang: true }),
    late: (lateMs) => server.fail(method, { lateMs }),
    loseResponse: () => server.fail(method, { loseResponse: "close" }),
    count: () => server.calls.filter((each) => each.method === method).length,
  });
  return {
    slack: server,
    chat: createSlackChat(server),
    commands: createSlackCommands(server),
    heal: server.heal,
    otherBot: {
      id: server.users.otherBot,
      async say({ channel, thread, text }: ChatPlace & { readonly text: string }) {
        server.say({
          as: server.users.otherBot,
          channel: server.channels[channel as "general"],
          text: text.replaceAll("@Parley", `<@${server.bot.userId}>`),
          ...(thread !== undefined && { threadTs: thread }),
        });
      },
    },
    calls: [call("posting the reply", "chat.postMessage"), call("editing the reply", "chat.update")],
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function discordCalls(server: DiscordServer): readonly PlatformCall[] {
  const call = (title: string, method: string, route: string): PlatformCall => ({
    title,
    hang: () => server.fail(method, route, { hang: true }),
    late: (lateMs) => server.fail(method, route, { lateMs }),
    loseResponse: () => server.fail(method, route, { loseResponse: "close" }),
    count: () => server.calls.filter((each) => each.method === method && each.route === route).length,
  });
  return [
    call("opening the thread", "POST", "/channels/:channel/messages/:message/threads"),
    call("posting the reply", "POST", "/channels/:channel/messages"),
    call("editing the reply", "PATCH", "/channels/:channel/messages/:message"),
  ];
}

/** What is done about an event doesn't depend on how Slack sends it: that is tested where events come in. */
export const eachPlatform = ["Discord", "Slack over a socket", "the playground"] as const;

export type PlatformTitle = keyof typeof platforms;

export interface ParleyOnPlatform extends AsyncDisposable {
  readonly chat: ChatClient;
  readonly local: LocalPlatform;
  readonly openai: OpenAiServer;
  readonly log: readonly LogLine[];
  /** What the program keeps. */
  readonly storage: Storage;
  readonly url: string;
  /** Sets the program's clock, ahead or back from what it really is. */
  setClock(aheadMs: number): void;
  /** Stops the program and starts it again on the same folder, after `meanwhile` and with a clock that is ahead. */
  restart(options?: { readonly meanwhile?: () => Promise<void>; readonly aheadMs?: number }): Promise<void>;
}

/** The whole program in this process, connected to one local platform and a local model service. */
export async function startParleyOn(
  title: PlatformTitle,
  settings: string | ((local: LocalPlatform) => string) = "",
  { priceOf, ...options }: LocalOptions & { readonly priceOf?: PriceOf | undefined } = {},
): Promise<ParleyOnPlatform> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-test-"));
  const make: (options: LocalOptions) => Promise<LocalPlatform> = platforms[title];
  const [openai, local] = await Promise.all([startOpenAiServer(), make(options)]);
  const log = createMemoryLog();
  const config = readConfig(
    {
      PORT: "0",
      PARLEY_DATA_DIR: dataDir,
      PARLEY_PLAYGROUND: "off",
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      ...local.env,
    },
    { path: "parley.yaml", text: typeof settings === "string" ? settings : settings(local) },
  );
  let clockAheadMs = 0;
  const now = () => Date.now() + clockAheadMs;
  let storage: Storage | undefined;
  const openStorage = async () => (storage = await openEmbeddedStorage({ dir: dataDir, now, log }));
  const begin = async (aheadMs = 0): Promise<App> => {
    clockAheadMs = aheadMs;
    const started = await startApp(config, {
      log,
      now,
      newId: randomUUID,
      openStorage,
      ...(priceOf && { priceOf }),
    });
    local.connect?.(started.url);
    await local.chat.until(
      async () => ((await fetch(`${started.url}/readyz`)).ok ? true : undefined),
      "Parley to be ready",
    );
    return started;
  };
  let app: App | undefined = await begin();

  const stop = async () => {
    const running = app;
    app = undefined;
    await running?.stop();
  };
  return {
    chat: local.chat,
    local,
    openai,
    log: log.lines,
    get storage() {
      if (!storage) throw new Error("Parley never started");
      return storage;
    },
    get url() {
      if (!app) throw new Error("Parley is stopped");
      return app.url;
    },
    setClock(aheadMs) {
      clockAheadMs = aheadMs;
    },
    async restart({ meanwhile, aheadMs } = {}) {
      await stop();
      await meanwhile?.();
      app = await begin(aheadMs);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await Promise.all([openai.close(), local[Symbol.asyncDispose]()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
