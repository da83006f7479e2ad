import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** An HTTP line on which requests overtake each other, arrive twice, and lose their answers. */
export interface BadLine extends AsyncDisposable {
  readonly url: string;
  /** Where requests go. */
  connectTo(target: string): void;
  /** What it did so far. */
  readonly counts: { sent: number; twice: number; lost: number };
}

export interface BadLineOptions {
  /** From 0 to 1. */
  readonly twice: number;
  readonly loses: number;
  /** Each request is held up by up to so much. */
  readonly maxDelayMs: number;
  readonly random: () => number;
}

/** What may not be sent on as it came. */
const ownHeaders = new Set(["host", "connection", "content-length", "transfer-encoding"]);

export async function startBadLine(options: BadLineOptions): Promise<BadLine> {
  const { twice, loses, maxDelayMs, random } = options;
  const counts = { sent: 0, twice: 0, lost: 0 };
  let target = "";

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const headers = Object.entries(request.headers).filter(([name]) => !ownHeaders.has(name)) as [
      string,
      string,
    ][];
    const send = async () => {
      await sleep(random() * maxDelayMs);
      counts.sent++;
      return fetch(target, { method: "POST", headers, body });
    };
    const again = random() < twice;
    const isLost = random() < loses;
    const [answer] = await Promise.all([send(), again && send().then((second) => second.text())]);
    if (again) counts.twice++;
    const text = await answer.text();
    if (isLost) {
      counts.lost++;
      response.socket?.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(text);
  }

  const server = createServer((request, response) => {
    carry(request, response).catch(() => response.socket?.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/slack/events`,
    counts,
    connectTo(next) {
      target = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
