import type { IncomingMessage } from "node:http";

import { SlackRefusal, invalidArguments } from "./slack-refusal.ts";
import type { Json } from "./workspace.ts";

export type RawArguments = Readonly<Record<string, unknown>>;

export interface ReadRequest {
  readonly args: RawArguments;
  /** From the header, or else from the arguments. */
  readonly token: string | undefined;
  /** The body was JSON, which only some methods take. */
  readonly isJson: boolean;
}

/** What a request says, wherever it says it (docs.slack.dev/apis/web-api, Basics). @throws SlackRefusal */
export async function readRequest(request: IncomingMessage, body: Buffer): Promise<ReadRequest> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const type = request.headers["content-type"] ?? "";
  const isJson = type.startsWith("application/json");
  const args = { ...Object.fromEntries(url.searchParams), ...(await readBody(type, body)) };
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  // A token inside a JSON body isn't looked at.
  const inArguments = !isJson && typeof args.token === "string" ? args.token : undefined;
  const { token: _, ...rest } = args as RawArguments;
  return { args: rest, token: bearer ?? inArguments, isJson };
}

async function readBody(type: string, body: Buffer): Promise<Record<string, unknown>> {
  if (body.length === 0) return {};
  if (type.startsWith("application/json")) {
    try {
      const value = JSON.parse(body.toString()) as unknown;
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
    } catch {
      // Refused below.
    }
    throw new SlackRefusal("invalid_json");
  }
  if (type.startsWith("multipart/form-data")) {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    return Object.fromEntries(form);
  }
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(body.toString()));
  }
  throw new SlackRefusal("invalid_post_type");
}

/** Typed access to arguments that come as form strings or JSON values. */
export function createArguments(raw: RawArguments) {
  const given = (name: string) => raw[name] !== undefined && raw[name] !== null && raw[name] !== "";

  function text(name: string): string | undefined {
    const value = raw[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    throw invalidArguments(`must be a string [json-pointer:/${name}]`);
  }

  return {
    given,
    text,
    /** @throws SlackRefusal when it is missing; checked before by the method's `required` */
    need: (name: string) => text(name) ?? "",
    flag(name: string): boolean | undefined {
      const value = raw[name];
      if (value === undefined || value === null || value === "") return undefined;
      return value === true || value === "true" || value === "1" || value === 1;
    },
    count(name: string): number | undefined {
      if (!given(name)) return undefined;
      const value = Number(raw[name]);
      if (!Number.isInteger(value)) throw invalidArguments(`must be an integer [json-pointer:/${name}]`);
      return value;
    },
    /** A structure, which a form carries as JSON text. */
    structure(name: string, error: string): unknown {
      if (!given(name)) return undefined;
      const value = raw[name];
      if (typeof value !== "string") return value;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        throw new SlackRefusal(error);
      }
    },
  };
}

export type Arguments = ReturnType<typeof createArguments>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
