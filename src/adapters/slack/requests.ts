import { createHmac, timingSafeEqual } from "node:crypto";

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";

import type { Logger, Now } from "../../core/ports.ts";
import { toPlatformError } from "./errors.ts";

const maxBodyBytes = 1024 * 1024;
/** docs.slack.dev/authentication/verifying-requests-from-slack */
const maxSkewSeconds = 300;

/** `POST /slack/events`: events, buttons and commands alike, answered once they are in the inbox. */
export function createRequests(options: {
  readonly signingSecret: string;
  /** Resolves with what is to be answered. */
  readonly onBody: (body: unknown) => Promise<unknown>;
  readonly now: Now;
  readonly log: Logger;
}): Hono {
  const { signingSecret, onBody, now, log } = options;
  const routes = new Hono();
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: (c) => c.json({ error: "That is too large." }, 413),
  });
  routes.post("/slack/events", limit, async (c) => {
    const raw = await c.req.text();
    const [timestamp, signature] = [
      c.req.header("x-slack-request-timestamp"),
      c.req.header("x-slack-signature"),
    ];
    if (!isSigned(raw, timestamp, signature))
      return c.json({ error: "The signature is wrong or not of now." }, 401);
    const body = readBody(raw, c.req.header("content-type") ?? "");
    if (body === undefined) return c.json({ error: "The body can't be read." }, 400);
    if (body.type === "url_verification")
      return c.json({ challenge: z.string().catch("").parse(body["challenge"]) });
    try {
      const answer = await onBody(body);
      return answer === undefined ? c.body(null, 200) : c.json(answer as object);
    } catch (error) {
      // Slack delivers again what isn't answered with 200.
      log.warn({ error: toPlatformError(error).code }, "a request of Slack's was not taken in");
      return c.json({ error: "It could not be taken in; please send it again." }, 503);
    }
  });
  return routes;

  function isSigned(raw: string, timestamp = "", signature = ""): boolean {
    if (!/^\d{1,12}$/.test(timestamp)) return false;
    const expected = `v0=${createHmac("sha256", signingSecret).update(`v0:${timestamp}:${raw}`).digest("hex")}`;
    const [given, right] = [Buffer.from(signature), Buffer.from(expected)];
    const isRight = given.length === right.length && timingSafeEqual(given, right);
    return isRight && Math.abs(now() / 1_000 - Number(timestamp)) <= maxSkewSeconds;
  }
}

interface Body {
  readonly type?: unknown;
  readonly [key: string]: unknown;
}

/** JSON, or a form whose `payload` is JSON (buttons and modals), or a plain form (commands). */
function readBody(raw: string, contentType: string): Body | undefined {
  try {
    if (!contentType.startsWith("application/x-www-form-urlencoded")) return asObject(JSON.parse(raw));
    const form = new URLSearchParams(raw);
    const payload = form.get("payload");
    return payload === null ? Object.fromEntries(form) : asObject(JSON.parse(payload));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Body | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
}
