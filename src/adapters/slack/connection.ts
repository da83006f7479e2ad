import { setTimeout as sleep } from "node:timers/promises";

import { App } from "@slack/bolt";
import type { Receiver, ViewResponseAction } from "@slack/bolt";
import type { Hono } from "hono";

import { AppError } from "../../core/errors.ts";
import { createReadiness } from "../../core/readiness.ts";
import type { Logger, Now, PartHealth } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { silentLogger } from "./api.ts";
import { refusalOf, toPlatformError } from "./errors.ts";
import { neededScopes } from "./manifest.ts";
import { createRequests } from "./requests.ts";
import { AuthTest, HomeOpened } from "./schema.ts";
import { createSocket } from "./socket.ts";

/** Who Parley is in its workspace. */
export interface Identity {
  readonly teamId: string;
  readonly userId: string;
  readonly botId: string;
  /** What people call the workspace. */
  readonly teamName?: string | undefined;
  /** Of the workspace, with a slash at its end. */
  readonly teamUrl?: string | undefined;
}

export interface Connection {
  /** Empty until Slack has said it. */
  identity(): Identity;
  start(handlers: ConnectionHandlers): void;
  /** @throws AppError `platform_unreachable`, `aborted` */
  ready(signal: AbortSignal): Promise<void>;
  /** Nothing more is heard; what came before is acked. */
  stopListening(): Promise<void>;
  stop(): Promise<void>;
  health(): PartHealth;
  /** Slack no longer accepts the bot's token. */
  refuse(error: AppError): void;
  /** Where Slack calls, when it does. */
  readonly webhooks: Hono | undefined;
}

export interface ConnectionHandlers {
  /** Resolves when it is in the inbox, with what Slack is to be told. */
  readonly onBody: (body: unknown) => Promise<unknown>;
  readonly onTabOpened: (channel: string) => void;
  readonly onGap: () => void;
}

const nobody: Identity = { teamId: "", userId: "", botId: "" };
const firstDelayMs = 500;
const maxDelayMs = 30_000;
const authMs = 20_000;
/** An app that was given more scopes keeps its token. */
const scopesAgainMs = 30_000;

/**
 * Bolt's App over Parley's own receivers. Bolt acks events before its listeners are done (App.processEvent), so it is
 * given an ack that does nothing, and the real one follows when the listeners have put the event into the inbox.
 */
export function createConnection(options: {
  readonly api: () => Api;
  readonly appToken?: string | undefined;
  readonly signingSecret?: string | undefined;
  readonly apiUrl: string;
  readonly now: Now;
  readonly log: Logger;
}): Connection {
  const { api, appToken, signingSecret, apiUrl, now, log } = options;
  const stopping = new AbortController();
  const readiness = createReadiness();
  let identity = nobody;
  let handlers: ConnectionHandlers | undefined;
  let health: PartHealth = { ok: false, detail: "Connecting to Slack." };
  /** As it would be said if nothing else were amiss. */
  let state = health;
  let refusal: string | undefined;
  let lacking: readonly string[] = [];
  let running: Promise<void> | undefined;

  const receiver: Receiver = {
    init: () => undefined,
    start: async () => undefined,
    stop: async () => undefined,
  };
  const app = new App({
    receiver,
    authorize: async () => ({ botUserId: identity.userId, botId: identity.botId, teamId: identity.teamId }),
    convoStore: false,
    // Parley tells its own messages apart itself, edits of them too.
    ignoreSelf: false,
    logger: silentLogger,
    clientOptions: { slackApiUrl: apiUrl },
  });
  app.event(/./, async ({ body }) => {
    if (body.event.type === "app_home_opened") {
      const { data } = HomeOpened.safeParse(body.event);
      if (data?.tab === "messages") handlers?.onTabOpened(data.channel);
    }
    await takeIn(body);
  });
  app.action(/./, async ({ body, ack }) => {
    await takeIn(body);
    await ack();
  });
  app.command(/./, async ({ body, ack }) => {
    await takeIn(body);
    await ack();
  });
  app.shortcut(/./, async ({ body, ack }) => {
    await takeIn(body);
    await ack();
  });
  app.view(/./, async ({ body, ack }) => {
    await ack((await takeIn(body)) as ViewResponseAction | undefined);
  });
  app.error(async (error) => {
    throw error.original ?? error;
  });

  async function takeIn(body: unknown): Promise<unknown> {
    if (!handlers) throw new AppError("closed", "nothing is taken in now");
    return handlers.onBody(body);
  }

  /** Resolves with what Slack is to be answered. */
  async function hand(body: unknown): Promise<unknown> {
    if (identity === nobody) throw new AppError("closed", "Slack has not said yet who Parley is");
    let answer: unknown;
    const ack = async (response?: unknown) => {
      answer = response;
    };
    await app.processEvent({ body: body as Record<string, unknown>, ack });
    return answer === "" ? undefined : answer;
  }

  function say(next: PartHealth): void {
    state = next;
    const trouble = refusal ?? (lacking.length > 0 ? lackOf(lacking) : undefined);
    const said = trouble === undefined ? next : { ok: false, detail: trouble };
    if (said.detail === health.detail || stopping.signal.aborted) return;
    health = said;
    if (said.ok) log.info({}, said.detail);
    else log.warn({}, said.detail);
  }

  const socket =
    appToken === undefined
      ? undefined
      : createSocket({
          appToken,
          apiUrl,
          onEnvelope: hand,
          onConnected: () => handlers?.onGap(),
          onState: say,
          log,
        });
  const webhooks =
    appToken === undefined && signingSecret !== undefined
      ? createRequests({ signingSecret, onBody: hand, now, log })
      : undefined;

  /** Who am I, asked until Slack answers. Answers false where it refuses. */
  async function identify(): Promise<boolean> {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      try {
        const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(authMs)]);
        const answer = AuthTest.parse(await api().call("auth.test", {}, { repeatable: true, signal }));
        identity = {
          teamId: answer.team_id,
          userId: answer.user_id,
          botId: answer.bot_id,
          teamName: answer.team,
          teamUrl: answer.url,
        };
        const granted = answer.response_metadata?.scopes;
        lacking = granted ? neededScopes.filter((scope) => !granted.includes(scope)) : [];
        readiness.begin();
        return true;
      } catch (thrown) {
        const error = toPlatformError(thrown);
        if (refusalOf(error) !== undefined) {
          refuse(error);
          return false;
        }
        say({ ok: false, detail: "Slack cannot be reached; trying again." });
        const delayMs = Math.min(firstDelayMs * 2 ** failures, maxDelayMs) * (0.5 + Math.random() / 2);
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return false;
  }

  function refuse(error: AppError): void {
    refusal = `Slack refuses Parley: ${error.message}.`;
    say({ ok: false, detail: refusal });
  }

  async function run(): Promise<void> {
    if (!(await identify())) return;
    if (socket) socket.start();
    else {
      say({ ok: true, detail: "Slack calls at /slack/events." });
      handlers?.onGap();
    }
    while (lacking.length > 0 && !stopping.signal.aborted) {
      say(state);
      await sleep(scopesAgainMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!(await identify())) return;
    }
    say(state);
  }

  return {
    identity: () => identity,
    webhooks,
    health: () => health,
    ready: readiness.wait,
    refuse,
    start(given) {
      handlers = given;
      running ??= run().catch((error: unknown) => {
        log.error({ error: toPlatformError(error).code }, "connecting to Slack ended unexpectedly");
      });
    },
    stopListening: async () => socket?.stop(),
    async stop() {
      health = { ok: false, detail: "Parley has left Slack." };
      stopping.abort();
      handlers = undefined;
      await socket?.stop();
      await running;
    },
  };
}

function lackOf(scopes: readonly string[]): string {
  const [what, it] = scopes.length === 1 ? ["scope", "it"] : ["scopes", "them"];
  return `The Slack app lacks the ${what} ${scopes.join(", ")}: add ${it} under OAuth & Permissions and reinstall the app.`;
}
