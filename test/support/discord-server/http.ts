import type { IncomingMessage, Server, ServerResponse } from "node:http";

import { formError, refusal } from "./discord-error.ts";

export interface UploadedFile {
  /** The number in `files[n]`. */
  readonly index: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface RequestBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Of a whole request (developers/resources/message, Create Message). */
const maxRequestBytes = 25 * 1024 * 1024;

/** JSON, or a form with `payload_json` and `files[n]` (developers/reference, Uploading Files). */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  if (bytes.length === 0) return { json: undefined, files: [] };
  const type = request.headers["content-type"] ?? "";
  if (bytes.length > maxRequestBytes) throw refusal("tooLarge");
  if (!/^(application\/json|multipart\/form-data)/.test(type)) {
    throw formError(
      "",
      "CONTENT_TYPE_INVALID",
      'Expected "Content-Type" header to be one of {"application/json", "multipart/form-data"}.',
    );
  }
  if (!type.startsWith("multipart/form-data")) return { json: parseJson(bytes.toString()), files: [] };
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const files: UploadedFile[] = [];
  let json: unknown = {};
  for (const [name, value] of form) {
    if (name === "payload_json") json = parseJson(typeof value === "string" ? value : await value.text());
    else if (typeof value !== "string") {
      const index = /^files\[(\d+)\]$/.exec(name)?.[1] ?? "0";
      files.push({
        index,
        name: value.name,
        mediaType: value.type,
        bytes: Buffer.from(await value.arrayBuffer()),
      });
    }
  }
  return { json, files };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal("badJson");
  }
}

/** `undefined` is answered with 204. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (body === undefined) response.writeHead(204, headers).end();
  else
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
