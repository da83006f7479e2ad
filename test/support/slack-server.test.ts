import { App, SocketModeReceiver } from "@slack/bolt";
import { expect, test } from "vitest";

import { startSlackServer } from "./slack-server.ts";

test("Bolt answers a mention over Socket Mode", async () => {
  await using server = await startSlackServer();
  const clientOptions = { slackApiUrl: server.apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: server.appToken,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: server.botToken, receiver, clientOptions, convoStore: false });
  app.event("app_mention", async ({ event, say }) => {
    await say({ text: `Hello <@${event.user}>`, thread_ts: event.ts });
  });
  await app.start();
  const { ts } = server.say({
    as: server.users.ada,
    channel: server.channels.general,
    text: `<@${server.bot.userId}> hi`,
  });
  const reply = await server.until(
    () => server.messages(server.channels.general, { threadTs: ts })[1],
    "the reply",
  );
  expect(reply).toMatchObject({
    user: server.bot.userId,
    shown: `Hello <@${server.users.ada}>`,
    threadTs: ts,
  });
  await server.until(
    () => server.deliveries.length >= 3 && server.deliveries.every(({ ackedAt }) => ackedAt),
    "acks",
  );
  await app.stop();
});
