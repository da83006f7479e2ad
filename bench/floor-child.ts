import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { createFloorStory } from "./floor-story.ts";
import { answerQuestions, startMeasuredChild } from "./measured-child.ts";
import type { MeasuredChild } from "./measured-child.ts";

interface Service {
  readonly url: string;
  readonly apiKey: string;
}

/** The least that any bot does: takes a message over HTTP, has it judged, and streams an answer. It keeps nothing. */
export function startFloorChild({ url, apiKey }: Service): Promise<MeasuredChild> {
  return startMeasuredChild(fileURLToPath(import.meta.url), { url, apiKey });
}

function serve(service: Service): void {
  const tell = createFloorStory(service);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await text(request);
    response.end();
    await tell(asked, async () => {});
  }
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1", () =>
    answerQuestions(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, async () => {
      server.closeAllConnections();
      server.close();
    }),
  );
}

if (import.meta.main) serve(JSON.parse(process.argv[2] ?? "{}") as Service);
