import { randomUUID } from "node:crypto";

import { Keyv } from "keyv";

import { createDiscord } from "../../../src/adapters/discord/adapter.ts";
import type { DiscordOptions } from "../../../src/adapters/discord/adapter.ts";
import type { CommandTable } from "../../../src/core/command/shape.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { MessageCreated, PlatformEvent } from "../../../src/core/event.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import type { Intake, Platform, ShowOptions } from "../../../src/core/platform.ts";
import { startDiscordServer } from "../../support/discord-server.ts";
import type { DiscordServer, DiscordServerOptions } from "../../support/discord-server.ts";
import { createMemoryLog, noMetrics } from "../../support/log.ts";
import type { LogLine } from "../../support/log.ts";
import { unwatched } from "../../support/fence.ts";
import { formsOf } from "../../support/forms.ts";

export const never = new AbortController().signal;

/** The adapter, connected to a local Discord by the real client, and what it handed in. */
export interface Connected extends AsyncDisposable {
  readonly server: DiscordServer;
  readonly platform: Platform;
  readonly log: readonly LogLine[];
  readonly events: readonly PlatformEvent[];
  readonly cache: Keyv;
  /** When the platform said that it may have missed something; milliseconds since the epoch. */
  readonly gaps: readonly number[];
  /** The message event of this text, once it came. */
  heard(text: string): Promise<MessageCreated>;
  /** The one event of a kind that has come, or comes. */
  event<Kind extends PlatformEvent["kind"]>(kind: Kind): Promise<Extract<PlatformEvent, { kind: Kind }>>;
  /** Another process of the same app: the same server and cache, nothing in memory. */
  restarted(changes?: Pick<ConnectOptions, "unhealthy" | "table">): Promise<Connected>;
}

export interface ConnectOptions {
  readonly server?: DiscordServerOptions;
  readonly discord?: Partial<DiscordOptions>;
  /** Commands that are offered; all when left out. */
  readonly table?: CommandTable;
  readonly intake?: Intake;
  /** Doesn't wait until it is connected. */
  readonly unhealthy?: boolean;
}

export async function connect(options: ConnectOptions = {}): Promise<Connected> {
  const server = await startDiscordServer(options.server);
  const connected = await connectTo(server, new Keyv(), options);
  return {
    ...connected,
    async [Symbol.asyncDispose]() {
      await connected[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

const completionValues = async () => ({ persona: ["technical", "creative"] });

async function connectTo(server: DiscordServer, cache: Keyv, options: ConnectOptions): Promise<Connected> {
  const log = createMemoryLog();
  const { platform } = createDiscord(
    { token: server.token, apiUrl: server.apiUrl, threads: "open", ...options.discord },
    {
      table: options.table ?? commandTable,
      completionValues,
      forms: formsOf(() => platform),
      cache,
      now: Date.now,
      newId: randomUUID,
      log,
      metrics: noMetrics,
    },
  );
  const events: PlatformEvent[] = [];
  const gaps: number[] = [];
  await platform.start(
    options.intake ??
      (async (event) => {
        events.push(event);
      }),
    () => gaps.push(Date.now()),
  );
  if (!options.unhealthy) await server.until(() => platform.health().ok, "a connection");
  return {
    server,
    platform,
    cache,
    log: log.lines,
    events,
    gaps,
    heard: (text) =>
      server.until(
        () =>
          events.find((event): event is MessageCreated => event.kind === "message" && event.text === text),
        `the message “${text}”`,
      ),
    event: <Kind extends PlatformEvent["kind"]>(kind: Kind) =>
      server.until(
        () => events.find((event): event is Extract<PlatformEvent, { kind: Kind }> => event.kind === kind),
        `an event of the kind ${kind}`,
      ),
    restarted: (changes) => connectTo(server, cache, { ...options, ...changes }),
    async [Symbol.asyncDispose]() {
      await platform.stop();
    },
  };
}

/** Options of `show`, with the ids it posted. */
export function showing(
  final: boolean,
  changes: Partial<ShowOptions> = {},
): ShowOptions & { readonly posted: MessageId[] } {
  const posted: MessageId[] = [];
  return {
    final,
    buttons: final ? [] : [{ action: "stop", label: "Stop" }],
    ...unwatched(never),
    onPosted: async (message) => {
      posted.push(message);
    },
    posted,
    ...changes,
  };
}
