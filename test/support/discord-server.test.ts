import { Client, Events, GatewayIntentBits, Partials } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";

import { startDiscordServer } from "./discord-server.ts";
import type { DiscordServer } from "./discord-server.ts";

let server: DiscordServer;
const clients: Client[] = [];
beforeEach(async () => {
  server = await startDiscordServer();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.destroy()));
  await server.close();
});

const { Guilds, GuildMessages, MessageContent, DirectMessages } = GatewayIntentBits;

async function connect(
  intents = [Guilds, GuildMessages, MessageContent, DirectMessages],
): Promise<Client<true>> {
  const client = new Client({
    intents,
    partials: [Partials.Channel],
    rest: { api: server.apiUrl, retries: 0 },
  });
  clients.push(client);
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(server.token);
  return ready;
}

test("a client connects, hears what people say, and answers with a message that it edits", async () => {
  const client = await connect();
  const heard = new Promise<string>((resolve) => {
    client.on(Events.MessageCreate, (message) => resolve(message.content));
  });
  const question = server.say({ as: server.people.bo, channel: server.channels.general, content: "hello" });
  expect(await heard).toBe("hello");
  const channel = await client.channels.fetch(server.channels.general);
  if (!channel?.isSendable()) throw new Error("not sendable");
  await channel.sendTyping();
  const answer = await channel.send({ content: "hi", reply: { messageReference: question.id } });
  await answer.edit("hi there");
  expect(server.messages(server.channels.general)).toMatchObject([
    { content: "hello" },
    { content: "hi there", replyTo: question.id, history: [{ content: "hi" }, { content: "hi there" }] },
  ]);
  expect(server.typing).toMatchObject([{ channel: server.channels.general, user: server.bot.id }]);
});
