import { fileURLToPath } from "node:url";

import { App, LogLevel, SocketModeReceiver } from "@slack/bolt";

import { createFloorStory } from "./floor-story.ts";
import { answerQuestions, startMeasuredChild } from "./measured-child.ts";
import type { MeasuredChild } from "./measured-child.ts";

interface FloorOptions {
  readonly botToken: string;
  readonly appToken: string;
  readonly apiUrl: string;
  readonly openai: { readonly url: string; readonly apiKey: string };
}

/** The least that a Slack bot does: posts the beginning of the answer, and updates it to its end. */
export function startSlackFloor(options: FloorOptions): Promise<MeasuredChild> {
  return startMeasuredChild(fileURLToPath(import.meta.url), options);
}

async function serve({ botToken, appToken, apiUrl, openai }: FloorOptions): Promise<void> {
  const clientOptions = { slackApiUrl: apiUrl };
  const receiver = new SocketModeReceiver({
    appToken,
    installerOptions: { clientOptions },
    logLevel: LogLevel.ERROR,
  });
  const app = new App({ token: botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  const tell = createFloorStory(openai);
  app.event("app_mention", async ({ event, client }) => {
    const { channel, ts: thread_ts } = event;
    let posted: string | undefined;
    const text = await tell(event.text, async (beginning) => {
      ({ ts: posted } = await client.chat.postMessage({ channel, thread_ts, markdown_text: beginning }));
    });
    if (posted !== undefined) await client.chat.update({ channel, ts: posted, markdown_text: text });
  });
  await app.start();
  answerQuestions("", () => app.stop());
}

if (import.meta.main) await serve(JSON.parse(process.argv[2] ?? "{}") as FloorOptions);
