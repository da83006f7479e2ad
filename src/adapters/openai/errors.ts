import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from "openai";

import { AppError } from "../../core/errors.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { readRetryAfterMs } from "./retry-after.ts";

type AnyApiError = APIError<number | undefined, Headers | undefined, object | undefined>;

/** What a call was about, for the facts of its error. */
export interface CallFacts {
  readonly model: string;
  /** Response headers had come, so a broken connection cut something that had begun. */
  readonly begun: boolean;
  readonly requestId?: string;
}

/** The vendor's `code` or `type`, which say more than the status. OpenAI's unless another service is named. */
const byVendorCode: Readonly<Record<string, ErrorCode>> = {
  invalid_api_key: "model_unauthorized",
  // Comes with 404, and with 403 where the project may not use the model.
  model_not_found: "model_unknown",
  insufficient_quota: "model_quota_exhausted",
  billing_hard_limit_reached: "model_quota_exhausted",
  rate_limit_exceeded: "model_rate_limited",
  context_length_exceeded: "context_overflow",
  // llama.cpp's server.
  exceed_context_size_error: "context_overflow",
  content_filter: "model_filtered",
  content_policy_violation: "model_filtered",
  server_error: "model_unavailable",
};

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: "model_unauthorized",
  402: "model_quota_exhausted",
  403: "model_unauthorized",
  404: "model_unknown",
  408: "model_timeout",
  409: "model_unavailable",
  413: "context_overflow",
  429: "model_rate_limited",
};

/** Ours, because the vendor's messages quote keys and prompts. */
const messages = {
  model_unauthorized: "the model service refused the credentials",
  model_unknown: "the model service does not know the model",
  model_rate_limited: "the model service is rate limiting",
  model_quota_exhausted: "the account at the model service is out of credit",
  model_unavailable: "the model service failed",
  model_unreachable: "the model service cannot be reached",
  model_timeout: "the model service took too long to begin",
  model_stalled: "the model service stopped sending",
  model_cut: "the answer of the model service broke off",
  model_malformed: "the model service sent something unreadable",
  model_filtered: "the model service's content filter refused",
  model_refused_request: "the model service refused the request",
  context_overflow: "the request is longer than the model's context",
  aborted: "aborted",
} satisfies Partial<Record<ErrorCode, string>>;

export type ModelErrorCode = keyof typeof messages;

export function modelError(
  code: ModelErrorCode,
  facts: Readonly<Record<string, string | number | boolean>>,
  retryAfterMs?: number,
): AppError {
  return new AppError(code, messages[code], { facts, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/**
 * Makes an AppError of what the client threw. The original is not kept as its cause: it carries the response's body,
 * and such bodies quote the key and the prompt.
 */
export function translateError(thrown: unknown, call: CallFacts): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof APIError) return translateApiError(thrown as AnyApiError, call);
  const facts = { model: call.model, ...(call.requestId && { requestId: call.requestId }) };
  if (thrown instanceof SyntaxError) return modelError("model_malformed", facts);
  return modelError(call.begun ? "model_cut" : "model_unreachable", { ...facts, ...networkFacts(thrown) });
}

function translateApiError(error: AnyApiError, call: CallFacts): AppError {
  const requestId = safeName(error.requestID, /^[\w-]{1,100}$/) ?? call.requestId;
  const vendorCode = safeName(error.code) ?? safeName(error.type);
  const facts = {
    model: call.model,
    ...(error.status === 400 && saysNoTools.test(error.message) && { refusesTools: true }),
    ...(error.status !== undefined && { status: error.status }),
    ...(vendorCode && { vendorCode }),
    ...(requestId && { requestId }),
    ...networkFacts(error),
  };
  const retryAfterMs = error.headers && readRetryAfterMs(error.headers);
  return modelError(codeOf(error), facts, retryAfterMs);
}

/** OpenAI, Ollama and vLLM say it in these words. */
const saysNoTools = /'tools' is not supported|does not support tools|tool choice requires/i;

function codeOf(error: AnyApiError): ModelErrorCode {
  if (error instanceof APIUserAbortError) return "aborted";
  if (error instanceof APIConnectionTimeoutError) return "model_timeout";
  if (error instanceof APIConnectionError) return "model_unreachable";
  for (const name of [error.code, error.type]) {
    const known = typeof name === "string" && Object.hasOwn(byVendorCode, name) && byVendorCode[name];
    if (known) return known as ModelErrorCode;
  }
  const { status } = error;
  // An error event within a stream.
  if (status === undefined || status >= 500) return "model_unavailable";
  // vLLM and others say it only in words.
  if (status === 400 && /maximum context length|context window/i.test(error.message))
    return "context_overflow";
  return (byStatus[status] as ModelErrorCode | undefined) ?? "model_refused_request";
}

/** Why a connection failed (`ECONNREFUSED`, `ENOTFOUND` …), from however deep in the causes. */
function networkFacts(thrown: unknown): { readonly network?: string } {
  let cause: unknown = thrown;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    const network = "code" in cause && safeName(cause.code, /^[A-Z][A-Z0-9_]{2,40}$/);
    if (network) return { network };
    cause = cause.cause;
  }
  return {};
}

/** A name that goes into a log only if it looks like one: a key or a sentence does not. */
function safeName(value: unknown, shape = /^[a-z][a-z0-9_.]{0,63}$/): string | undefined {
  return typeof value === "string" && shape.test(value) ? value : undefined;
}
