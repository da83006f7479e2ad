import { setTimeout as sleep } from "node:timers/promises";

import { SocketModeClient } from "@slack/socket-mode";

import type { Logger } from "../../core/ports.ts";
import { clientOptions, silentLogger } from "./api.ts";
import { refusalOf, toPlatformError } from "./errors.ts";

export interface SocketState {
  readonly ok: boolean;
  readonly detail: string;
}

export interface Socket {
  start(): void;
  stop(): Promise<void>;
}

const firstDelayMs = 500;
const maxDelayMs = 30_000;
/** Between two sockets, where Slack says hello and ends it at once, again and again. */
const apartMs = 1_000;
const helloMs = 20_000;
const closeMs = 2_000;
/** Slack's word for an app token that will never do; the rest may pass. */
const refused = new Set([
  "invalid_auth",
  "not_authed",
  "token_revoked",
  "account_inactive",
  "not_allowed_token_type",
  "missing_scope",
]);

/**
 * A socket to Slack that is made anew whenever it is gone, for ever. Slack's client could do that by itself, but then an
 * error of apps.connections.open while it reconnects ends the process (@slack/socket-mode 3.1, delayReconnectAttempt).
 */
export function createSocket(options: {
  readonly appToken: string;
  readonly apiUrl: string;
  /** Resolves when the envelope may be acked. */
  readonly onEnvelope: (body: unknown) => Promise<unknown>;
  /** A new socket stands: what was sent before may be lost. */
  readonly onConnected: () => void;
  readonly onState: (state: SocketState) => void;
  readonly log: Logger;
}): Socket {
  const { appToken, apiUrl, onEnvelope, onConnected, onState, log } = options;
  const stopping = new AbortController();
  let client: SocketModeClient | undefined;
  let running: Promise<void> | undefined;
  /** Envelopes that are being taken in. */
  const under = new Set<Promise<void>>();

  function makeClient(): SocketModeClient {
    const made = new SocketModeClient({
      appToken,
      autoReconnectEnabled: false,
      clientOptions: clientOptions(apiUrl),
      logger: silentLogger,
    });
    made.on("slack_event", ({ ack, body }: { ack: (response?: unknown) => Promise<void>; body: unknown }) => {
      const taken = onEnvelope(body)
        .then((response) => ack(response))
        // Slack delivers again what isn't acked.
        .catch((error: unknown) =>
          log.warn({ error: toPlatformError(error).code }, "an envelope was not taken in"),
        )
        .finally(() => under.delete(taken));
      under.add(taken);
    });
    return made;
  }

  /** Until the socket is gone. @throws the client's error where it never stood */
  async function connectOnce(): Promise<void> {
    const made = makeClient();
    client = made;
    const gone = new Promise<void>((resolve) => made.once("disconnected", () => resolve()));
    try {
      await Promise.race([
        made.start(),
        sleep(helloMs, undefined, { ref: false, signal: stopping.signal }).then(() => {
          throw new Error("Slack said no hello");
        }),
      ]);
      onState({ ok: true, detail: "Connected to Slack." });
      onConnected();
      await gone;
    } finally {
      await close(made);
    }
  }

  /** Ends with the socket. */
  async function pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted;) {
      const startedAt = performance.now();
      try {
        await connectOnce();
        if (stopping.signal.aborted) return;
        failures = 0;
        onState({ ok: false, detail: "The connection to Slack is down; connecting again." });
        await pause(startedAt + apartMs - performance.now());
      } catch (thrown) {
        if (stopping.signal.aborted) return;
        const error = toPlatformError(thrown);
        if (refused.has(refusalOf(error) ?? ""))
          return onState({ ok: false, detail: explain(error.message) });
        onState({ ok: false, detail: "Slack cannot be reached; trying again." });
        const delayMs = Math.min(firstDelayMs * 2 ** failures++, maxDelayMs) * (0.5 + Math.random() / 2);
        await pause(Math.max(delayMs, error.retryAfterMs ?? 0));
      }
    }
  }

  return {
    start() {
      running ??= run().catch((error: unknown) => {
        log.error({ error: toPlatformError(error).code }, "the socket to Slack ended unexpectedly");
        onState({ ok: false, detail: "The connection to Slack ended unexpectedly; start Parley again." });
      });
    },
    async stop() {
      stopping.abort();
      await atMost(closeMs, Promise.all(under));
      if (client) await close(client);
      await running;
    },
  };
}

function explain(message: string): string {
  return `Slack refuses the socket (${message}). Check SLACK_APP_TOKEN: it begins with xapp- and needs the scope connections:write.`;
}

async function close(client: SocketModeClient): Promise<void> {
  const goodbye = () =>
    atMost(
      closeMs,
      client.disconnect().catch(() => undefined),
    );
  await goodbye();
  // The second time it no longer waits for an answer to its close frame (SlackWebSocket.disconnect).
  await goodbye();
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const patience = sleep(ms, undefined, { signal: done.signal }).catch(() => undefined);
  await Promise.race([work, patience]);
  done.abort();
}
