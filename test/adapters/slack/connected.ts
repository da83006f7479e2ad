import { randomUUID } from "node:crypto";

import { createWebServer } from "../../../src/adapters/http/server.ts";
import { createSlack } from "../../../src/adapters/slack/adapter.ts";
import type { SlackOptions } from "../../../src/adapters/slack/adapter.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { MessageCreated, PlatformEvent } from "../../../src/core/event.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import type { Intake, Platform, ShowOptions } from "../../../src/core/platform.ts";
import { createMemoryLog, noMetrics } from "../../support/log.ts";
import type { LogLine } from "../../support/log.ts";
import { startSlackServer } from "../../support/slack-server.ts";
import type { SlackServer, SlackServerOptions } from "../../support/slack-server.ts";
import { unwatched } from "../../support/fence.ts";
import { formsOf } from "../../support/forms.ts";

export const never = new AbortController().signal;

/** The adapter, connected to a local Slack by the real clients, and what it handed in. */
export interface Connected extends AsyncDisposable {
  readonly server: SlackServer;
  readonly platform: Platform;
  readonly log: readonly LogLine[];
  readonly events: readonly PlatformEvent[];
  /** How often the platform said that it may have missed something. */
  gaps(): number;
  /** The message event of this text, once it came. */
  heard(text: string): Promise<MessageCreated>;
}

export interface ConnectOptions {
  readonly server?: SlackServerOptions;
  readonly slack?: Partial<SlackOptions>;
  readonly intake?: Intake;
  /** Doesn't wait until it is connected. */
  readonly unhealthy?: boolean;
}

/** Over a socket, or over HTTP where the server is told so. */
export async function connect(options: ConnectOptions = {}): Promise<Connected> {
  const server = await startSlackServer(options.server);
  const log = createMemoryLog();
  const isHttp = options.server?.mode === "http";
  const { platform, webhooks } = createSlack(
    {
      botToken: server.botToken,
      ...(isHttp ? { signingSecret: server.signingSecret } : { appToken: server.appToken }),
      apiUrl: server.apiUrl,
      streaming: "auto",
      ...options.slack,
    },
    {
      table: commandTable,
      forms: formsOf(() => platform),
      now: Date.now,
      newId: randomUUID,
      log,
      metrics: noMetrics,
    },
  );
  const web = createWebServer({
    host: "127.0.0.1",
    port: 0,
    log,
    parts: async () => ({}),
    routes: [],
    webhooks: webhooks ? [webhooks] : [],
  });
  const { url } = await web.start();
  server.connectTo(`${url}/slack/events`);
  const events: PlatformEvent[] = [];
  let gaps = 0;
  const intake: Intake = async (event) => {
    await options.intake?.(event);
    events.push(event);
  };
  await platform.start(intake, () => gaps++);
  if (!options.unhealthy) await server.until(() => platform.health().ok, "the connection");
  return {
    server,
    platform,
    log: log.lines,
    events,
    gaps: () => gaps,
    heard: (text) =>
      server.until(
        () =>
          events.find((event): event is MessageCreated => event.kind === "message" && event.text === text),
        `“${text}” to be handed in`,
      ),
    async [Symbol.asyncDispose]() {
      await platform.stop();
      await web.stop();
      await server.close();
    },
  };
}

export function showing(final: boolean, posted: MessageId[] = []): ShowOptions {
  return {
    final,
    buttons: final ? [] : [{ action: "stop", label: "Stop" }],
    ...unwatched(never),
    onPosted: async (id) => {
      posted.push(id);
    },
  };
}
