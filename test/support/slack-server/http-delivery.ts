import { createHmac } from "node:crypto";

import type { Receipt, Shipment, Transport } from "./delivery.ts";

export interface HttpDeliveryOptions {
  /** The app's request URL; nothing can be delivered while there is none. */
  readonly url: () => string | undefined;
  readonly signingSecret: string;
  readonly ackTimeoutMs: number;
  readonly now: () => number;
}

export interface Posted {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

export interface SignedPost {
  readonly body: string | Uint8Array;
  readonly contentType?: string;
  /** Seconds since the epoch. */
  readonly timestamp?: number | undefined;
  /** In place of the right one; none when null. */
  readonly signature?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const formType = "application/x-www-form-urlencoded";

/** Signed requests to the app's URL (docs.slack.dev/authentication/verifying-requests-from-slack). */
export function createHttpDelivery({ url, signingSecret, ackTimeoutMs, now }: HttpDeliveryOptions) {
  async function post(request: SignedPost, timeoutMs = ackTimeoutMs): Promise<Posted> {
    const address = url();
    if (address === undefined) throw new Error("the app has no request URL");
    const { body, contentType = "application/json" } = request;
    const timestamp = request.timestamp ?? Math.floor(now() / 1_000);
    const signature =
      request.signature === undefined ? sign(signingSecret, timestamp, body) : request.signature;
    const response = await fetch(address, {
      method: "POST",
      body: Buffer.from(body),
      headers: {
        "content-type": contentType,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": String(timestamp),
        ...(signature !== null && { "x-slack-signature": signature }),
        ...request.headers,
      },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  async function send({ kind, payload, retryNum, retryReason }: Shipment): Promise<Receipt> {
    try {
      const answer = await post({
        ...encode(kind, payload),
        headers:
          retryNum === 0
            ? {}
            : { "x-slack-retry-num": String(retryNum), "x-slack-retry-reason": retryReason ?? "" },
      });
      const { status } = answer;
      if (status >= 200 && status < 300) return { acked: true, response: parse(answer.body), status };
      const noRetry = answer.headers.get("x-slack-no-retry") === "1";
      return { acked: false, reason: "http_error", status, noRetry };
    } catch (error) {
      const isLate = error instanceof Error && error.name === "TimeoutError";
      return { acked: false, reason: isLate ? "http_timeout" : "connection_failed" };
    }
  }

  return { post, transport: { ship: (shipment) => ({ receipt: send(shipment) }) } satisfies Transport };
}

export function sign(secret: string, timestamp: number, body: string | Uint8Array): string {
  const hash = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex");
  return `v0=${hash}`;
}

/** Events come as JSON, commands as a form, actions as JSON in a form field `payload`. */
function encode(kind: Shipment["kind"], payload: Shipment["payload"]): SignedPost {
  switch (kind) {
    case "events_api":
      return { body: JSON.stringify(payload) };
    case "slash_commands":
      return {
        body: new URLSearchParams(payload as Record<string, string>).toString(),
        contentType: formType,
      };
    case "interactive":
      return {
        body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
        contentType: formType,
      };
    default:
      return kind satisfies never;
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body === "" ? undefined : { text: body };
  }
}
