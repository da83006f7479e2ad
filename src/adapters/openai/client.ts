import { OpenAI } from "openai";

import { readRetryAfterMs } from "./retry-after.ts";

export interface OpenAiClientOptions {
  readonly apiKey: string;
  /** With its version: `https://api.openai.com/v1`, which it is when left out. */
  readonly baseUrl?: string;
  readonly organization?: string;
  readonly project?: string;
  /** For the organization's own affairs; nothing else is asked with it. */
  readonly adminKey?: string;
  /** How long a call may take, all attempts together; for a stream only until its headers. */
  readonly timeoutMs: number;
  /** How often a failed call is repeated. This is the only place of retries. */
  readonly maxRetries: number;
}

/** A service that asks for a longer wait is not asked again: nobody should look at an empty reply for minutes. */
const maxRetryWaitMs = 10_000;

/**
 * The client that all calls of the model service go through. What it retries is connection failures and the statuses
 * 408, 409, 429 and from 500, unless the wait would be long or the account is empty.
 */
export function createOpenAiClient(options: OpenAiClientOptions): OpenAI {
  return new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? "https://api.openai.com/v1",
    // Explicit, because the library reads what is left out from the environment.
    organization: options.organization ?? null,
    project: options.project ?? null,
    adminAPIKey: options.adminKey ?? null,
    webhookSecret: null,
    timeout: options.timeoutMs,
    maxRetries: options.maxRetries,
    // At its debug level the library logs whole bodies.
    logLevel: "off",
    fetch: policedFetch,
  });
}

/**
 * Fetches, and marks failures that are not worth repeating with `x-should-retry: false`, which the library obeys.
 * By itself it would wait for any `retry-after` up to a minute, and ignore a longer one (openai 7.57, `retryRequest`).
 */
async function policedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (response.ok) return response;
  const isLongWait = (readRetryAfterMs(response.headers) ?? 0) > maxRetryWaitMs;
  const { status, headers } = response;
  if (status !== 429) return isLongWait ? unrepeatable(response, response.body) : response;
  const body = await response.text();
  return isLongWait || isOutOfQuota(body)
    ? unrepeatable(response, body)
    : new Response(body, { status, headers });
}

function isOutOfQuota(body: string): boolean {
  return body.includes('"insufficient_quota"') || body.includes('"billing_hard_limit_reached"');
}

function unrepeatable(response: Response, body: string | ReadableStream | null): Response {
  const headers = new Headers(response.headers);
  headers.set("x-should-retry", "false");
  return new Response(body, { status: response.status, headers });
}
