import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { OpenAI } from "openai";

/** The least that any bot does: takes a message over HTTP, has it judged, and streams an answer. It keeps nothing. */
export async function startFloorChild(service: {
  readonly url: string;
  readonly apiKey: string;
}): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = fork(fileURLToPath(import.meta.url), [service.url, service.apiKey], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    async stop() {
      const exited = once(child, "exit");
      child.kill();
      await exited;
    },
  };
}

function serve(baseURL: string, apiKey: string): void {
  const client = new OpenAI({ baseURL, apiKey });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await text(request);
    response.end();
    await client.moderations.create({ model: "omni-moderation-latest", input: [asked] });
    const stream = await client.chat.completions.create({
      model: "gpt-6-luna",
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: asked }],
    });
    let said = "";
    for await (const chunk of stream) said += chunk.choices[0]?.delta.content ?? "";
  }
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1", () =>
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
  );
}

if (import.meta.main) serve(process.argv[2] ?? "", process.argv[3] ?? "");
