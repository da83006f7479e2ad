import { setTimeout as sleep } from "node:timers/promises";

import type { Json } from "./workspace.ts";

export type EnvelopeKind = "events_api" | "slash_commands" | "interactive";

export interface Attempt {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of Socket Mode. */
  readonly envelopeId: string | undefined;
  outcome: "waiting" | "acked" | RetryReason;
  /** Of the answer over HTTP. */
  status: number | undefined;
}

/** As in `retry_reason` and `X-Slack-Retry-Reason` (docs.slack.dev/apis/events-api, Error handling). */
export type RetryReason = "timeout" | "http_timeout" | "http_error" | "connection_failed";

export interface Delivery {
  readonly kind: EnvelopeKind;
  /** Of an event. */
  readonly eventId: string | undefined;
  payload: Json;
  readonly attempts: Attempt[];
  /** Milliseconds since the epoch. */
  ackedAt: number | undefined;
  /** What came with the ack. */
  response: unknown;
  /** No attempt is under way, and none will follow. */
  finished: boolean;
}

export interface Shipment {
  readonly kind: EnvelopeKind;
  readonly payload: Json;
  /** 0 at first. */
  readonly retryNum: number;
  readonly retryReason: RetryReason | undefined;
}

export type Receipt =
  | { readonly acked: true; readonly response: unknown; readonly status?: number }
  | {
      readonly acked: false;
      readonly reason: RetryReason;
      readonly status?: number;
      /** The app asked for no more (`x-slack-no-retry`). */
      readonly noRetry?: boolean;
    };

/** Sends an envelope once; the first thing it does is to send. */
export interface Transport {
  ship(shipment: Shipment): { readonly envelopeId?: string; readonly receipt: Promise<Receipt> };
}

export interface DeliveryOptions {
  readonly transport: Transport;
  /** Between one failed attempt at an event and the next. */
  readonly retryDelaysMs: () => readonly number[];
  readonly now: () => number;
  /** A benchmark keeps none of what was acked. */
  readonly record: boolean;
  readonly onResponse: (delivery: Delivery, response: unknown) => void;
}

/** Delivers envelopes to the app; events again until they are acked, commands and actions once. */
export function createDeliveries(options: DeliveryOptions) {
  const { transport, now } = options;
  const deliveries: Delivery[] = [];
  const stopped = new AbortController();

  async function attempt(
    delivery: Delivery,
    retryNum: number,
    reason: RetryReason | undefined,
  ): Promise<Receipt> {
    const { kind, payload } = delivery;
    const at = now();
    const { envelopeId, receipt } = transport.ship({ kind, payload, retryNum, retryReason: reason });
    const record: Attempt = { at, envelopeId, outcome: "waiting", status: undefined };
    delivery.attempts.push(record);
    const received = await receipt;
    record.outcome = received.acked ? "acked" : received.reason;
    record.status = received.status;
    return received;
  }

  async function run(delivery: Delivery): Promise<void> {
    const delays = delivery.kind === "events_api" ? options.retryDelaysMs() : [];
    let reason: RetryReason | undefined;
    for (let retryNum = 0; retryNum <= delays.length; retryNum++) {
      const receipt = await attempt(delivery, retryNum, reason);
      if (receipt.acked) {
        delivery.ackedAt = now();
        delivery.response = receipt.response;
        options.onResponse(delivery, receipt.response);
        break;
      }
      if (receipt.noRetry) break;
      ({ reason } = receipt);
      const delayMs = delays[retryNum];
      if (delayMs !== undefined) await sleep(delayMs, undefined, { signal: stopped.signal, ref: false });
    }
    delivery.finished = true;
    if (!options.record && delivery.ackedAt !== undefined) delivery.payload = {};
  }

  return {
    all: deliveries as readonly Delivery[],
    deliver(kind: EnvelopeKind, payload: Json, eventId?: string): Delivery {
      const delivery: Delivery = {
        kind,
        eventId,
        payload,
        attempts: [],
        ackedAt: undefined,
        response: undefined,
        finished: false,
      };
      deliveries.push(delivery);
      run(delivery).catch(() => {
        // The server closed while it waited to try again.
        delivery.finished = true;
      });
      return delivery;
    },
    stop: () => stopped.abort(),
  };
}

export type Deliveries = ReturnType<typeof createDeliveries>;
