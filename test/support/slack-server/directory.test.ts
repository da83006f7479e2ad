import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer } from "../slack-server.ts";
import { callSlack } from "./test-client.ts";

let server: SlackServer;
beforeEach(async () => {
  server = await startSlackServer();
});
afterEach(() => server.close());

test("the SDK finds people, channels and members", async () => {
  const client = new WebClient(server.botToken, { slackApiUrl: server.apiUrl });
  const { user } = await client.users.info({ user: server.users.guest });
  expect(user).toMatchObject({ name: "guest", is_restricted: true, is_admin: false });
  const { channel } = await client.conversations.info({ channel: server.channels.shared });
  expect(channel).toMatchObject({
    name: "partners",
    is_ext_shared: true,
    is_member: true,
    is_private: false,
  });
  const members: string[] = [];
  for await (const page of client.paginate("conversations.members", {
    channel: server.channels.general,
    limit: 2,
  })) {
    members.push(...((page as { members?: string[] }).members ?? []));
  }
  expect(members).toHaveLength(6);
  const opened = await client.conversations.open({ users: server.users.bo });
  expect(opened.channel?.id).toBe(server.im(server.users.bo));
  const { channels = [] } = await client.conversations.list({ types: "private_channel,mpim", limit: 100 });
  expect(channels.map(({ id }) => id)).toEqual([server.channels.secret, server.channels.group]);
  const { bot } = await client.bots.info({ bot: server.bot.botId });
  expect(bot).toMatchObject({ user_id: server.bot.userId, app_id: server.bot.appId });
});

test.each([
  ["users.info", { user: "U0NOBODY" }, "user_not_found"],
  ["conversations.info", { channel: "C0NOTHING" }, "channel_not_found"],
  ["conversations.open", { users: "U0NOBODY" }, "user_not_found"],
  ["conversations.members", { channel: "C0NOTHING" }, "channel_not_found"],
  ["bots.info", { bot: "B0NOBODY" }, "bot_not_found"],
  ["users.list", { cursor: "bm9uc2Vuc2U=" }, "invalid_cursor"],
])("%s of nothing is refused", async (method, args, error) => {
  expect(await callSlack(server, method, args)).toMatchObject({ ok: false, error });
});

test("people and channels can be added, and change", async () => {
  const dee = server.addUser({ name: "dee", guest: "single" });
  const channel = server.addChannel({ name: "lab", type: "group", members: [dee, server.bot.userId] });
  server.say({ as: dee, channel, text: "hi" });
  server.changeUser(dee, { admin: true, guest: false });
  expect(await callSlack(server, "users.info", { user: dee })).toMatchObject({
    user: { is_restricted: false, is_ultra_restricted: true, is_admin: true },
  });
  expect(await callSlack(server, "conversations.members", { channel })).toMatchObject({
    members: [dee, server.bot.userId],
  });
  server.changeUser(dee, { deleted: true });
  expect(await callSlack(server, "conversations.open", { users: dee })).toMatchObject({
    error: "user_disabled",
  });
});
