import type { IncomingMessage, Server, ServerResponse } from "node:http";

import type { ConnectionFault } from "./faults.ts";
import { badRequest } from "./refusal.ts";

export function breakConnection(fault: ConnectionFault, response: ServerResponse): void {
  switch (fault.kind) {
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "silence":
      return;
    case "page":
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<html><body>Welcome to the proxy</body></html>");
      return;
    case "garbled":
      response.writeHead(200, { "content-type": "application/json" }).end('{"id":"x","results":[{"flag');
      return;
    default:
      fault satisfies never;
  }
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

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  if (parts.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(parts).toString()) as unknown;
  } catch {
    throw badRequest("We could not parse the JSON body of your request.");
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
