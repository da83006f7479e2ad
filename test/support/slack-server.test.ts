import { App, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { SocketModeClient } from "@slack/socket-mode";
import { WebClient } from "@slack/web-api";
import { describe, expect, test } from "vitest";

import { startSlackServerProcess } from "./slack-server-process.ts";
import { startSlackServer } from "./slack-server.ts";
import type { SlackServer } from "./slack-server.ts";

const logLevel = LogLevel.ERROR;

async function startBolt(server: Pick<SlackServer, "apiUrl" | "appToken" | "botToken">): Promise<App> {
  const clientOptions = { slackApiUrl: server.apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: server.appToken,
    logLevel,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: server.botToken, receiver, clientOptions, convoStore: false, logLevel });
  await app.start();
  return app;
}

describe("Bolt over Socket Mode", () => {
  test("answers a mention in its thread", async () => {
    await using server = await startSlackServer();
    const app = await startBolt(server);
    app.event("app_mention", async ({ event, say }) => {
      await say({ text: `Hello <@${event.user}>`, thread_ts: event.ts });
    });
    const { ada } = server.users;
    const channel = server.channels.general;
    const { ts } = server.say({ as: ada, channel, text: `<@${server.bot.userId}> hi` });
    const reply = await server.until(() => server.messages(channel, { threadTs: ts })[1], "the reply");
    expect(reply).toMatchObject({ user: server.bot.userId, shown: `Hello <@${ada}>`, threadTs: ts });
    const isAcked = () => server.deliveries.length === 3 && server.deliveries.every(({ ackedAt }) => ackedAt);
    await server.until(isAcked, "the acks of message, mention and the bot's own reply");
    await app.stop();
    await server.until(() => server.openSockets() === 0, "the end of the socket");
  });

  test("takes buttons and commands, and streams into a direct message", async () => {
    await using server = await startSlackServer();
    const app = await startBolt(server);
    const channel = server.im(server.users.ada);
    app.message(async ({ message, client }) => {
      // Bolt drops what the bot itself posts, and not what it changes.
      if (message.subtype !== undefined) return;
      const stream = client.chatStream({ channel: message.channel, thread_ts: message.ts, buffer_size: 1 });
      await stream.append({ markdown_text: "Hel" });
      await stream.append({ markdown_text: "lo" });
      const text = { type: "plain_text" as const, text: "Again" };
      await stream.stop({
        blocks: [{ type: "actions", elements: [{ type: "button", action_id: "again", text, value: "1" }] }],
      });
    });
    app.action("again", async ({ ack, respond }) => {
      await ack();
      await respond({ text: "Pressed", replace_original: false });
    });
    app.command("/parley", ({ ack, command }) => ack(`No help for ${command.text}`));

    const { ts: threadTs } = server.say({ as: server.users.ada, channel, text: "hi" });
    const reply = await server.until(
      () =>
        server.messages(channel, { threadTs }).find(({ streamingState }) => streamingState === "completed"),
      "the reply",
    );
    expect(reply.history.map(({ text }) => text)).toEqual(["Hel", "Hello", "Hello"]);
    server.press({ as: server.users.ada, message: { channel, ts: reply.ts }, actionId: "again" });
    await server.until(() => server.ephemerals(server.users.ada)[0]?.text === "Pressed", "the response");
    server.slash({ as: server.users.ada, channel, command: "/parley", text: "me" });
    await server.until(() => server.ephemerals(server.users.ada)[1]?.text === "No help for me", "the answer");
    await app.stop();
    await server.until(() => server.openSockets() === 0, "the end of the socket");
  });
});

test("the SDK's socket comes back after a refresh and hears what waited", async () => {
  await using server = await startSlackServer({ retryDelaysMs: Array.from({ length: 500 }, () => 20) });
  const client = new SocketModeClient({
    appToken: server.appToken,
    // The SDK waits as long as a pong may take before it connects again.
    clientPingTimeout: 50,
    clientOptions: { slackApiUrl: server.apiUrl },
    logLevel,
  });
  const heard: unknown[] = [];
  client.on("message", ({ ack, event }: { ack: () => Promise<void>; event: { text: string } }) => {
    heard.push(event.text);
    void ack();
  });
  await client.start();
  server.disconnectSockets({ reason: "refresh_requested", graceMs: 0 });
  await server.until(() => server.openSockets() === 0, "the end of the first socket");
  server.say({ as: server.users.ada, channel: server.channels.general, text: "meanwhile" });
  await server.until(() => server.deliveries[0]?.ackedAt, "the ack");
  expect(heard).toEqual(["meanwhile"]);
  expect(server.deliveries[0]?.attempts[0]?.outcome).toBe("connection_failed");
  await client.disconnect();
});

test("a process of its own does the same", async () => {
  await using server = await startSlackServerProcess();
  const { general: channel } = server.channels;
  const client = new WebClient(server.botToken, { slackApiUrl: server.apiUrl });
  await client.apiCall("chat.postMessage", { channel, text: "hi" });
  expect(await server.call("messages", channel)).toMatchObject([{ text: "hi", user: server.bot.userId }]);
  expect(await server.read("calls")).toMatchObject([{ method: "chat.postMessage" }]);
  const nobody = server.call("say", { as: "U0NOBODY", channel, text: "x" });
  await expect(nobody).rejects.toThrow("no user has the id U0NOBODY");
  const files = [{ name: "a.bin", mediaType: "application/octet-stream", content: new Uint8Array([1, 2]) }];
  expect(await server.call("say", { as: server.users.ada, channel, files })).toMatchObject({
    files: [{ name: "a.bin" }],
  });
});
