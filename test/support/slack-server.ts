import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { createApi } from "./slack-server/api.ts";
import type { RecordedCall } from "./slack-server/api.ts";
import { createDeliveries } from "./slack-server/delivery.ts";
import type { Delivery } from "./slack-server/delivery.ts";
import { answerCommand, createEmit, usualSubscriptions } from "./slack-server/events.ts";
import { createFaults } from "./slack-server/faults.ts";
import type { Fault } from "./slack-server/faults.ts";
import { createHttpDelivery } from "./slack-server/http-delivery.ts";
import { listen } from "./slack-server/http.ts";
import { createAgents } from "./slack-server/agents.ts";
import type { SuggestedPrompts } from "./slack-server/agents.ts";
import { createChanges } from "./slack-server/changes.ts";
import type { Changes } from "./slack-server/changes.ts";
import { createControl } from "./slack-server/control.ts";
import type { Control } from "./slack-server/control.ts";
import { createFiles } from "./slack-server/files.ts";
import { agentMethods } from "./slack-server/methods-agents.ts";
import { streamMethods } from "./slack-server/methods-streams.ts";
import { viewMethods } from "./slack-server/methods-views.ts";
import { answerView } from "./slack-server/methods-views.ts";
import type { OpenView } from "./slack-server/methods-views.ts";
import { createResponseUrls } from "./slack-server/response-urls.ts";
import type { RecordedResponse } from "./slack-server/response-urls.ts";
import { createTriggers } from "./slack-server/triggers.ts";
import { createUsingApp } from "./slack-server/using-app.ts";
import type { UsingApp } from "./slack-server/using-app.ts";
import { chatMethods } from "./slack-server/methods-chat.ts";
import { conversationMethods } from "./slack-server/methods-conversations.ts";
import { historyMethods } from "./slack-server/methods-history.ts";
import { peopleMethods } from "./slack-server/methods-people.ts";
import type { SlackServerOptions } from "./slack-server/options.ts";
import { createPeople } from "./slack-server/people.ts";
import type { People } from "./slack-server/people.ts";
import { createRateLimits } from "./slack-server/rate-limits.ts";
import { createWorkspace, seedWorkspace } from "./slack-server/seeded-workspace.ts";
import type { Seed } from "./slack-server/seeded-workspace.ts";
import type { Service } from "./slack-server/service.ts";
import { createSockets } from "./slack-server/sockets.ts";
import { createTokens } from "./slack-server/tokens.ts";
import { until } from "./slack-server/until.ts";
import { createRouter } from "./slack-server/router.ts";
import { viewMessages } from "./slack-server/view.ts";
import type { MessageView, ViewOptions } from "./slack-server/view.ts";
import type { Ephemeral } from "./slack-server/workspace.ts";

export type { SlackServerOptions } from "./slack-server/options.ts";
export type { MessageView } from "./slack-server/view.ts";
export type { RecordedCall } from "./slack-server/api.ts";
export type { Delivery } from "./slack-server/delivery.ts";

export interface SlackServer extends AsyncDisposable, People, UsingApp, Changes, Control {
  /** For `slackApiUrl`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly team: { readonly id: string; readonly domain: string };
  readonly bot: { readonly userId: string; readonly botId: string; readonly appId: string };
  /** The ids of who and what is there at the start. */
  readonly users: Seed["users"];
  readonly channels: Seed["channels"];
  /** Every Web API call, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Every envelope to the app, oldest first, with when it was acked. */
  readonly deliveries: readonly Delivery[];
  /** Oldest first, as this person may see them; everything when nobody is named. */
  messages(channel: string, options?: ViewOptions): readonly MessageView[];
  /** What was shown to this person alone. */
  ephemerals(user: string): readonly Ephemeral[];
  /** What the app posted to response URLs. */
  readonly responses: readonly RecordedResponse[];
  /** Modals that were opened. */
  readonly views: readonly OpenView[];
  /** Prompts that were suggested, latest last. */
  readonly suggestedPrompts: readonly SuggestedPrompts[];
  /** Calls that were answered 429. */
  limited(): readonly RecordedCall[];
  /** Where events go over HTTP from now on. */
  connectTo(eventsUrl: string): void;
  /** The next `times` calls of the method (`*`: of any) fail so. */
  fail(method: string, fault: Fault, times?: number): void;
  /** Forgets all faults. */
  heal(): void;
  /** Polls until the probe answers something. */
  readonly until: typeof until;
  /** Closes the port and every connection: connecting is refused. */
  goDown(): Promise<void>;
  /** Opens the same port again. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** A Slack-shaped server on a local port, Web API and events, that refuses what Slack refuses. */
export async function startSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const {
    now = () => performance.timeOrigin + performance.now(),
    limits = "off",
    recordBodies = true,
  } = options;
  const { mode = "socket", ackTimeoutMs = 3_000, retryDelaysMs = [0, 60_000, 300_000] } = options;
  const workspace = createWorkspace(now);
  const seed = seedWorkspace(workspace);
  const bot = seed.bot as Service["bot"];
  const { appId, botId } = bot.bot;
  const tokens = createTokens(appId, options.scopes);
  const signingSecret = randomBytes(16).toString("hex");
  let port = 0;
  const url = () => `http://127.0.0.1:${port}`;
  let { eventsUrl } = options;
  const subscriptions: ReadonlySet<string> = new Set(options.subscriptions ?? usualSubscriptions);

  const sockets = createSockets({
    appId,
    url,
    ackTimeoutMs,
    pingIntervalMs: options.pingIntervalMs ?? 10_000,
  });
  const http = createHttpDelivery({ url: () => eventsUrl, signingSecret, ackTimeoutMs, now });
  const deliveries = createDeliveries({
    transport: mode === "socket" ? sockets.transport : http.transport,
    retryDelaysMs: () => retryDelaysMs,
    now,
    record: recordBodies,
    onResponse: (delivery, response) => {
      answerCommand(service, responseUrls, delivery, response);
      answerView(views, delivery, response);
    },
  });

  const service: Service = {
    workspace,
    bot,
    agentView: options.agentView ?? true,
    mentionFirst: options.mentionFirst ?? false,
    subscriptions: () => subscriptions,
    emit: (event, about) => emit(event, about),
    url,
  };
  const emit = createEmit(service, deliveries.deliver);
  const responseUrls = createResponseUrls(service);
  const triggers = createTriggers(workspace);
  const agents = createAgents(service);
  const files = createFiles(service, tokens);
  const views: OpenView[] = [];
  const streamOptions = {
    lifeMs: options.streamLifeMs ?? 300_000,
    imsOnly: options.streamsInImsOnly ?? false,
    onSessionStatus: agents.setSessionStatus,
  };
  const faults = createFaults();
  const api = createApi({
    methods: {
      "apps.connections.open": {
        token: "app",
        json: true,
        run: () => ({ url: sockets.issueUrl() }),
      },
      ...peopleMethods(service),
      ...chatMethods(service),
      ...conversationMethods(service),
      ...historyMethods(service),
      ...streamMethods(service, streamOptions),
      ...agentMethods(service, agents),
      ...viewMethods(service, triggers, views),
      ...files.methods,
    },
    tokens,
    limits: createRateLimits(limits === "real" ? {} : limits, now),
    faults,
    now,
    recordBodies,
  });

  const server = createServer(createRouter({ api, files, responseUrls }));
  // Idle connections of a client under load must not be closed under it.
  server.keepAliveTimeout = 60_000;
  server.on("upgrade", sockets.upgrade);
  await listen(server, options.port ?? 0);
  ({ port } = server.address() as AddressInfo);

  async function goDown(): Promise<void> {
    sockets.drop();
    if (!server.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async function close(): Promise<void> {
    deliveries.stop();
    sockets.close();
    await goDown();
  }

  return {
    ...createPeople(service),
    ...createUsingApp({
      service,
      agents,
      responseUrls,
      triggers,
      views,
      deliver: (kind, payload) => deliveries.deliver(kind, payload),
    }),
    ...createChanges(service),
    ...createControl({ service, deliveries, sockets, http, tokens }),
    apiUrl: `${url()}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    signingSecret,
    team: { id: workspace.teamId, domain: workspace.domain },
    bot: { userId: bot.id, botId, appId },
    users: seed.users,
    channels: seed.channels,
    calls: api.calls,
    deliveries: deliveries.all,
    messages: (channel, view) => viewMessages(workspace, channel, view),
    ephemerals: (user) => workspace.ephemerals.filter((shown) => shown.user === user),
    responses: responseUrls.responses,
    views,
    suggestedPrompts: agents.prompts,
    limited: () => api.calls.filter(({ status }) => status === 429),
    connectTo: (next) => {
      eventsUrl = next;
    },
    fail: (method, fault, times = 1) => faults.add(method, fault, times),
    heal: faults.clear,
    until,
    goDown,
    comeBack: () => listen(server, port),
    close,
    [Symbol.asyncDispose]: close,
  };
}
