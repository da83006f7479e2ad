import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import type { z } from "zod";

/** Bytes of a request's body. */
const maxBodyBytes = 32 * 1024 * 1024;

/** A request that is refused, in the shape that OpenAI refuses with. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.body = { error: { message, type: "invalid_request_error", param: null, code } };
  }
}

export function isAuthorized(request: IncomingMessage, apiKey: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${apiKey}`));
}

export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const { success, data } = schema.safeParse(body);
  if (!success) throw new Refusal(400, "invalid_value", "The request doesn't have the documented shape.");
  return data;
}

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBodyBytes) throw new Refusal(413, "request_too_large", "The request is too large.");
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString()) as unknown;
  } catch {
    throw new Refusal(400, "invalid_json", "The body is not JSON.");
  }
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
