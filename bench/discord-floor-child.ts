import { fileURLToPath } from "node:url";

import { Client, GatewayIntentBits, MessageFlags, Partials } from "discord.js";
import type { Message } from "discord.js";

import { createFloorStory } from "./floor-story.ts";
import { answerQuestions, startMeasuredChild } from "./measured-child.ts";
import type { MeasuredChild } from "./measured-child.ts";

interface FloorOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly openai: { readonly url: string; readonly apiKey: string };
}

/** The least that a Discord bot does: opens a thread, posts the beginning of the answer, edits it to its end. */
export function startDiscordFloor(options: FloorOptions): Promise<MeasuredChild> {
  return startMeasuredChild(fileURLToPath(import.meta.url), options);
}

async function serve({ token, apiUrl, openai }: FloorOptions): Promise<void> {
  const client = new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.MessageContent,
      GatewayIntentBits.DirectMessages,
    ],
    partials: [Partials.Channel],
    rest: { api: apiUrl, globalRequestsPerSecond: Infinity },
    allowedMentions: { parse: [] },
  });
  const tell = createFloorStory(openai);
  async function answer(message: Message): Promise<void> {
    let posted: Message | undefined;
    const text = await tell(message.content, async (beginning) => {
      const thread = await message.startThread({ name: message.content.slice(0, 50) });
      posted = await thread.send({ content: beginning, flags: MessageFlags.SuppressEmbeds });
    });
    await posted?.edit({ content: text });
  }
  client.on("messageCreate", (message) => {
    if (client.user && message.mentions.has(client.user)) void answer(message);
  });
  const ready = new Promise((resolve) => client.once("clientReady", resolve));
  await client.login(token);
  await ready;
  answerQuestions("", () => client.destroy());
}

if (import.meta.main) await serve(JSON.parse(process.argv[2] ?? "{}") as FloorOptions);
