import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { createArguments, readRequest } from "./arguments.ts";
import type { RawArguments } from "./arguments.ts";
import type { Cut, Fault, createFaults } from "./faults.ts";
import { readBytes, sendJson, sendText } from "./http.ts";
import { requireScope } from "./method.ts";
import type { Method, Methods } from "./method.ts";
import type { RateLimits } from "./rate-limits.ts";
import { SlackRefusal, invalidArguments } from "./slack-refusal.ts";
import { checkToken, kindOf } from "./tokens.ts";
import type { TokenKind, Tokens } from "./tokens.ts";
import type { Json } from "./workspace.ts";

export interface RecordedCall {
  readonly method: string;
  /** Structures that a form carries as JSON are read. */
  args: RawArguments;
  token: TokenKind;
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  /** Of the answer; 0 while there is none. */
  status: number;
  answer: Json | undefined;
  /** Slack's error. */
  error: string | undefined;
  /** The client had been told to wait and did not. */
  cameEarly: boolean;
}

export interface ApiDeps {
  readonly methods: Methods;
  readonly tokens: Tokens;
  readonly limits: RateLimits;
  readonly faults: ReturnType<typeof createFaults>;
  readonly now: () => number;
  /** A benchmark keeps neither arguments nor answers. */
  readonly recordBodies: boolean;
}

/** The Web API over HTTP: token, limit, scope and arguments are checked in that order. */
export function createApi({ methods, tokens, limits, faults, now, recordBodies }: ApiDeps) {
  const calls: RecordedCall[] = [];

  /** @throws SlackRefusal */
  function run(method: Method, args: RawArguments): Json {
    if (method.scopes) requireScope(tokens.scopes, ...method.scopes);
    const read = createArguments(args);
    const missing = (method.required ?? []).filter((field) => !read.given(field));
    if (missing.length > 0) {
      throw invalidArguments(...missing.map((field) => `missing required field: ${field}`));
    }
    return { ok: true, ...method.run({ args: read, scopes: tokens.scopes }) };
  }

  async function answer(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const call: RecordedCall = {
      method: name,
      args: {},
      token: "none",
      at: now(),
      status: 0,
      answer: undefined,
      error: undefined,
      cameEarly: false,
    };
    calls.push(call);
    const send = (status: number, body: Json, headers: Readonly<Record<string, string>> = {}) => {
      call.status = status;
      if (recordBodies) call.answer = body;
      if (body.ok === false) call.error = String(body.error);
      sendJson(response, status, body, { ...scopeHeaders(name), ...headers });
    };
    const limited = (retryAfterSec: number) =>
      send(429, { ok: false, error: "ratelimited" }, { "retry-after": String(retryAfterSec) });
    try {
      const { args, token, isJson } = await readRequest(request, await readBytes(request));
      if (recordBodies) call.args = readable(args);
      call.token = kindOf(tokens, token);
      const channel = typeof args.channel === "string" ? args.channel : undefined;
      const verdict = limits.judge(name, channel);
      call.cameEarly = verdict.cameEarly;
      const fault = faults.next(name, readable(args));
      if (fault && "retryAfterSec" in fault) limits.noteWait(name, channel, fault.retryAfterSec);
      if (fault && failBefore(fault, response, limited, send, call)) return;
      const method = methods[name];
      if (!method) throw new SlackRefusal("unknown_method", { req_method: name });
      checkToken(tokens, call.token, method.token ?? "bot");
      if (!verdict.allowed) return limited(verdict.retryAfterSec);
      if (fault && "lateMs" in fault) await sleep(fault.lateMs, undefined, { ref: false });
      const body = run(method, isJson && !method.json ? {} : args);
      if (fault && "hangAfter" in fault) return;
      if (fault && "loseResponse" in fault) return cut(response, fault.loseResponse);
      if (fault && "delayMs" in fault) await sleep(fault.delayMs, undefined, { ref: false });
      send(200, body);
    } catch (error) {
      if (error instanceof SlackRefusal) send(200, error.body);
      else send(500, { ok: false, error: "internal_error", detail: String(error) });
    }
  }

  function scopeHeaders(name: string): Readonly<Record<string, string>> {
    const scopes = methods[name]?.scopes;
    return {
      "x-oauth-scopes": [...tokens.scopes].join(","),
      ...(scopes && { "x-accepted-oauth-scopes": scopes.join(",") }),
    };
  }

  return {
    calls: calls as readonly RecordedCall[],
    handle: (request: IncomingMessage, response: ServerResponse, name: string): Promise<void> =>
      answer(request, response, name).catch(() => {
        // The client went away while it was sending.
        response.destroy();
      }),
  };
}

/** Whether the fault was the answer. */
function failBefore(
  fault: Fault,
  response: ServerResponse,
  limited: (retryAfterSec: number) => void,
  send: (status: number, body: Json) => void,
  call: RecordedCall,
): boolean {
  if ("hang" in fault) return true;
  if ("cutBefore" in fault) cut(response, fault.cutBefore);
  else if ("retryAfterSec" in fault) limited(fault.retryAfterSec);
  else if ("error" in fault) send(200, { ok: false, error: fault.error, ...fault.extra });
  else if ("status" in fault) {
    call.status = fault.status;
    sendText(response, fault.status, "<!DOCTYPE html><title>Server Error</title>");
  } else return false;
  return true;
}

function cut(response: ServerResponse, how: Cut): void {
  if (how === "reset") response.socket?.resetAndDestroy();
  else response.socket?.end();
}

/** Arguments with their JSON texts read, for people who look at records. */
function readable(args: RawArguments): RawArguments {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (typeof value !== "string" || !/^[[{]/.test(value) || name.endsWith("text")) return [name, value];
      try {
        return [name, JSON.parse(value) as unknown];
      } catch {
        return [name, value];
      }
    }),
  );
}
