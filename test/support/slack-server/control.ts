import type { Deliveries, Delivery, EnvelopeKind } from "./delivery.ts";
import { eventCallback } from "./event-callback.ts";
import type { createHttpDelivery, Posted, SignedPost } from "./http-delivery.ts";
import { sign } from "./http-delivery.ts";
import { mentionEvent, messageEvent } from "./messages.ts";
import type { MessageRef } from "./people.ts";
import type { AppEvent, Service } from "./service.ts";
import type { DisconnectReason, Sockets } from "./sockets.ts";
import type { TokenTrouble, Tokens } from "./tokens.ts";
import { findMessage } from "./workspace.ts";
import type { Json } from "./workspace.ts";

/** Requests that must not be believed or can't be read. */
type Forgery = "wrongSignature" | "noSignature" | "stale" | "future" | "malformed" | "oversize";

/** What a test does to the connection between Slack and the app. */
export interface Control {
  /** Delivers any event as it is, whatever the app is subscribed to; twice under one `eventId` is a repetition. */
  sendRaw(event: AppEvent, eventId?: string): Delivery;
  /** Delivers any payload as it is. */
  sendEnvelope(kind: EnvelopeKind, payload: Json): Delivery;
  /** The same event under the same id once more. */
  repeat(delivery: Delivery): Delivery;
  /** The same message as a new event, as Slack does now and then (slackapi/node-slack-sdk#2141). */
  resend(message: MessageRef, as?: "message" | "app_mention"): Delivery;
  /** How many sockets the app has open. */
  openSockets(): number;
  /** Announces the end to open sockets (all when `count` is left out) and closes them after the grace (100 ms). */
  disconnectSockets(act: {
    readonly reason: DisconnectReason;
    readonly graceMs?: number;
    readonly count?: number;
  }): void;
  /** Ends connections without a word. */
  dropSockets(count?: number): void;
  /** Leaves connections open, but nothing goes in or out any more. */
  deafenSockets(): void;
  /** The next connections are refused; 503 when no status is named. */
  refuseSockets(times: number, status?: number): void;
  /** Frames from the app that acked nothing. */
  strayFrames(): readonly string[];
  /** The handshake of a request URL: what came back. */
  verifyUrl(): Promise<{ readonly status: number; readonly body: string; readonly challenge: string }>;
  /** Sends a request to the app's URL that isn't right, and answers with the status that came back. */
  sendForged(forgery: Forgery): Promise<number>;
  /** Posts anything to the app's URL, signed unless told otherwise. */
  postSigned(post: SignedPost): Promise<{ readonly status: number; readonly body: string }>;
  /** From now on a token is refused so; with nothing it is good again. */
  spoilToken(kind: "bot" | "app", trouble?: TokenTrouble): void;
  /** From now on the bot's token has these scopes. */
  grantScopes(scopes: readonly string[]): void;
}

export interface ControlDeps {
  readonly service: Service;
  readonly deliveries: Deliveries;
  readonly sockets: Sockets;
  readonly http: ReturnType<typeof createHttpDelivery>;
  readonly tokens: Tokens;
}

const usualGraceMs = 100;
const oversizeBytes = 6 * 1024 * 1024;
const forgeryPatienceMs = 10_000;

export function createControl(deps: ControlDeps): Control {
  const { service, deliveries, sockets, http, tokens } = deps;
  const { workspace } = service;
  const seconds = () => Math.floor(workspace.now() / 1_000);

  function sendRaw(event: AppEvent, eventId = workspace.newId("Ev")): Delivery {
    return deliveries.deliver("events_api", eventCallback(service, event, eventId), eventId);
  }

  async function post(request: SignedPost): Promise<Posted> {
    return http.post(request, forgeryPatienceMs);
  }

  function forge(forgery: Forgery): SignedPost {
    const body = JSON.stringify({ type: "event_callback", event: { type: "app_mention", text: "forged" } });
    const minutesAway = (minutes: number) => ({ body, timestamp: seconds() + minutes * 60 });
    switch (forgery) {
      case "wrongSignature":
        return { body, signature: sign("another secret", seconds(), body) };
      case "noSignature":
        return { body, signature: null };
      case "stale":
        return minutesAway(-6);
      case "future":
        return minutesAway(6);
      case "malformed":
        return { body: body.slice(0, -9) };
      case "oversize":
        return { body: JSON.stringify({ type: "event_callback", padding: "x".repeat(oversizeBytes) }) };
      default:
        return forgery satisfies never;
    }
  }

  return {
    sendRaw,
    sendEnvelope: (kind, payload) => deliveries.deliver(kind, payload),
    repeat: ({ kind, payload, eventId }) => deliveries.deliver(kind, payload, eventId),
    resend({ channel, ts }, as = "message") {
      const message = findMessage(workspace, channel, ts);
      if (!message) throw new Error(`no message ${ts} in ${channel}`);
      return sendRaw(as === "message" ? messageEvent(service, message) : mentionEvent(service, message));
    },
    openSockets: sockets.count,
    disconnectSockets: ({ reason, graceMs = usualGraceMs, count }) =>
      sockets.disconnect(reason, graceMs, count),
    dropSockets: sockets.drop,
    deafenSockets: sockets.deafen,
    refuseSockets: (times, status = 503) => sockets.refuse(times, status),
    strayFrames: () => sockets.strayFrames,
    async verifyUrl() {
      const challenge = workspace.newId("challenge");
      const { status, body } = await post({
        body: JSON.stringify({ token: "local-verification-token", challenge, type: "url_verification" }),
      });
      return { status, body, challenge };
    },
    sendForged: async (forgery) => (await post(forge(forgery))).status,
    async postSigned(request) {
      const { status, body } = await post(request);
      return { status, body };
    },
    spoilToken(kind, trouble) {
      if (trouble === undefined) delete tokens.trouble[kind];
      else tokens.trouble[kind] = trouble;
    },
    grantScopes(scopes) {
      tokens.scopes = new Set(scopes);
    },
  };
}
