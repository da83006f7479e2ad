import { afterEach, expect, test } from "vitest";

import { createTestClients } from "./discord-server/test-client.ts";
import { startDiscordServerProcess } from "./discord-server-process.ts";
import { startDiscordServer } from "./discord-server.ts";
import type { DiscordServer } from "./discord-server.ts";

let server: Pick<DiscordServer, "apiUrl" | "token">;
const clients = createTestClients(() => server);
afterEach(() => clients.close());

test("a client connects, hears what people say, and answers with a message that it edits", async () => {
  await using here = await startDiscordServer();
  server = here;
  const client = await clients.connect();
  const { people, channels } = here;
  const answered = new Promise<void>((resolve, reject) => {
    client.on("messageCreate", (message) => {
      if (message.author.id === client.user.id || !message.channel.isSendable()) return;
      message.channel
        .sendTyping()
        .then(() => message.reply("hi"))
        .then((answer) => answer.edit("hi there"))
        .then(() => resolve(), reject);
    });
  });
  const question = here.say({ as: people.bo, channel: channels.general, content: "hello" });
  await answered;
  expect(here.messages(channels.general)).toMatchObject([
    { content: "hello" },
    { content: "hi there", replyTo: question.id, history: [{ content: "hi" }, { content: "hi there" }] },
  ]);
  expect(here.typing).toMatchObject([{ channel: channels.general, user: here.bot.id }]);
  await clients.close();
});

test("in a process of its own it serves clients and does what it is told", async () => {
  await using there = await startDiscordServerProcess({ heartbeatIntervalMs: 1_000 });
  server = there;
  const client = await clients.connect();
  const { people, channels } = there;
  await there.call("fail", "POST", /messages$/, { status: 500 });
  client.on("messageCreate", (message) => {
    if (message.author.id === people.bo) void message.reply("hi").catch(() => message.reply("hi again"));
  });
  await there.call("say", { as: people.bo, channel: channels.general, content: "hello" });
  const answer = await there.until(async () => {
    const messages = await there.call("messages", channels.general);
    return messages.find(({ author }) => author === there.bot.id);
  }, "an answer");
  expect(answer.content).toBe("hi again");
  const statuses = (await there.read("calls")).map(({ status }) => status);
  expect(statuses.slice(-2)).toEqual([500, 200]);
  const unseen = there.call("say", { as: people.bo, channel: channels.secret, content: "x" });
  await expect(unseen).rejects.toThrow("Missing Access");
  await clients.close();
});
