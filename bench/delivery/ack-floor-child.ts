import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { App, HTTPReceiver, LogLevel } from "@slack/bolt";

import { answerQuestions, startMeasuredChild } from "../measured-child.ts";
import type { MeasuredChild } from "../measured-child.ts";

interface FloorOptions {
  readonly botToken: string;
  readonly signingSecret: string;
  readonly apiUrl: string;
}

/** A Bolt app that acks events and does nothing else. */
export function startAckFloor(options: FloorOptions): Promise<MeasuredChild> {
  return startMeasuredChild(fileURLToPath(import.meta.url), options);
}

async function serve({ botToken, signingSecret, apiUrl }: FloorOptions): Promise<void> {
  const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR, port: 0 });
  const app = new App({
    token: botToken,
    receiver,
    clientOptions: { slackApiUrl: apiUrl },
    logLevel: LogLevel.ERROR,
    deferInitialization: true,
  });
  await app.init();
  app.event("message", async () => undefined);
  const server = createServer(receiver.requestListener).listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    answerQuestions(`http://127.0.0.1:${port}`, async () => void server.close());
  });
}

if (import.meta.main) await serve(JSON.parse(process.argv[2] ?? "{}") as FloorOptions);
