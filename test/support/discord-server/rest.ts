import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { Cdn } from "./cdn.ts";
import { DiscordError, refusal } from "./discord-error.ts";
import type { Cut, createFaults } from "./faults.ts";
import { readBody, sendJson } from "./http.ts";
import type { createRateLimits } from "./rate-limits.ts";
import type { MatchedRoute, Router } from "./router.ts";

export interface RecordedCall {
  readonly method: string;
  /** As in `/channels/:channel/messages`. */
  route: string;
  /** With the query, below the version. */
  readonly path: string;
  body: unknown;
  files: readonly { readonly name: string; readonly sizeBytes: number }[];
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  /** Of the answer; 0 while there is none. */
  status: number;
  /** Discord's code in a refusal. */
  code: number | undefined;
  /** The client had been told to wait and did not. */
  cameEarly: boolean;
}

export interface RestDeps {
  readonly match: Router;
  readonly token: () => string;
  readonly limits: ReturnType<typeof createRateLimits> | undefined;
  readonly faults: ReturnType<typeof createFaults>;
  readonly cdn: Cdn;
  readonly now: () => number;
  /** A benchmark keeps nothing of the bodies. */
  readonly recordBodies: boolean;
}

/** The HTTP half of the server (developers/reference, HTTP API). */
export function createRest({ match, token, limits, faults, cdn, now, recordBodies }: RestDeps) {
  const calls: RecordedCall[] = [];
  /** Until when the client was told to wait by a fault: by route and channel, or for everything. */
  const waits = new Map<string, number>();

  function sendFile(url: URL, response: ServerResponse): void {
    const file = cdn.fetch(url.pathname, url.searchParams);
    // What the CDN says to an address that has expired.
    if (!file) response.writeHead(404).end("This content is no longer available.");
    else
      response
        .writeHead(200, { "content-type": file.mediaType, "content-length": file.bytes.length })
        .end(file.bytes);
  }

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const method = request.method ?? "GET";
    const at = now();
    const path = /^\/api(?:\/v10)?(\/.*)$/.exec(url.pathname)?.[1] ?? "/";
    const call: RecordedCall = {
      method,
      route: "",
      path: path + url.search,
      body: undefined,
      files: [],
      at,
      status: 0,
      code: undefined,
      cameEarly: false,
    };
    const send = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
      call.status = body === undefined ? 204 : status;
      if (status >= 400) call.code = (body as { code?: number }).code;
      sendJson(response, status, body, headers);
    };
    let headers: Readonly<Record<string, string>> = {};
    try {
      calls.push(call);
      const { json, files } = await readBody(request);
      call.files = files.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length }));
      if (recordBodies) call.body = json;
      const matched = match(method, path);
      call.route = matched.route;
      const bucket = `${method} ${path.split("/").slice(0, 3).join("/")} ${matched.route}`;
      call.cameEarly = [bucket, "global"].some((each) => (waits.get(each) ?? 0) > at);
      const fault = faults.next(method, matched.route);
      if (fault && "hang" in fault) return;
      if (fault && "cutBefore" in fault) return cut(response, fault.cutBefore);
      if (fault && "status" in fault) {
        const message = fault.message ?? `${fault.status}: fault`;
        return send(fault.status, { message, code: fault.code ?? 0 });
      }
      if (fault && "retryAfterSec" in fault) {
        waits.set(fault.global ? "global" : bucket, now() + fault.retryAfterSec * 1_000);
        return sendLimited(fault.retryAfterSec, fault.global ?? false);
      }
      refuseStranger(request, matched);
      const verdict = limits?.(method, matched.route, matched.params);
      headers = verdict?.headers ?? {};
      call.cameEarly ||= verdict?.cameEarly ?? false;
      if (verdict && !verdict.allowed) return sendLimited(verdict.retryAfterMs / 1_000, verdict.isGlobal);
      if (fault && "lateMs" in fault) await sleep(fault.lateMs, undefined, { ref: false });
      const body = await matched.handler({ ...matched, method, query: url.searchParams, json, files });
      if (fault && "loseResponse" in fault) return cut(response, fault.loseResponse);
      if (fault && "delayMs" in fault) await sleep(fault.delayMs, undefined, { ref: false });
      send(200, body, headers);
    } catch (error) {
      if (error instanceof DiscordError) send(error.status, error.body, headers);
      else send(500, { message: `500: ${String(error)}`, code: 0 });
    }

    function sendLimited(retryAfterSec: number, isGlobal: boolean): void {
      const body = { message: "You are being rate limited.", retry_after: retryAfterSec, global: isGlobal };
      const scope = isGlobal ? { "x-ratelimit-global": "true", "x-ratelimit-scope": "global" } : {};
      send(429, body, { ...headers, ...scope, "retry-after": String(Math.ceil(retryAfterSec)) });
    }
  }

  function refuseStranger({ headers }: IncomingMessage, { route }: MatchedRoute): void {
    // Requests without one are blocked (developers/reference, User Agent).
    if (!headers["user-agent"]) throw refusal("noUserAgent");
    // An interaction's own token is enough (developers/interactions/receiving-and-responding).
    if (route.startsWith("/interactions/") || route.startsWith("/webhooks/")) return;
    if (headers.authorization !== `Bot ${token()}`) throw refusal("unauthorized");
  }

  return {
    calls: calls as readonly RecordedCall[],
    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      if (url.pathname.startsWith("/attachments/")) return sendFile(url, response);
      return answer(request, response, url).catch(() => {
        // The client went away while it was sending.
        response.destroy();
      });
    },
  };
}

function cut(response: ServerResponse, how: Cut): void {
  if (how === "reset") response.socket?.resetAndDestroy();
  else response.socket?.end();
}
