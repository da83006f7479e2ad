import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer } from "../slack-server.ts";
import { callSlack } from "./test-client.ts";

let server: SlackServer;
let client: WebClient;
beforeEach(async () => {
  server = await startSlackServer();
  client = new WebClient(server.botToken, { slackApiUrl: server.apiUrl, retryConfig: { retries: 0 } });
});
afterEach(() => server.close());

const say = (text: string, more: object = {}) =>
  server.say({ as: server.users.ada, channel: server.channels.general, text, ...more }).ts;
const post = (args: object) =>
  callSlack(server, "chat.postMessage", { channel: server.channels.general, ...args });
const texts = (messages: readonly { readonly text?: string }[] | undefined) =>
  messages?.map(({ text }) => text);

describe("history", () => {
  test("has the newest first, in pages, without replies", async () => {
    const [first = ""] = ["a", "b", "c"].map((text) => say(text));
    say("reply", { threadTs: first });
    say("for all", { threadTs: first, broadcast: true });
    const channel = server.channels.general;
    const page = await client.conversations.history({ channel, limit: 2 });
    expect(texts(page.messages)).toEqual(["for all", "c"]);
    expect(page.has_more).toBe(true);
    const cursor = page.response_metadata?.next_cursor ?? "";
    const rest = await client.conversations.history({ channel, limit: 2, cursor });
    expect(texts(rest.messages)).toEqual(["b", "a"]);
    expect(rest).toMatchObject({ has_more: false });
    expect(rest.messages?.[1]).toMatchObject({
      thread_ts: first,
      reply_count: 2,
      reply_users: [server.users.ada],
    });
  });

  test("leaves the bounds out unless they are included", async () => {
    const [oldest = "", , latest = ""] = ["a", "b", "c"].map((text) => say(text));
    const bounds = { channel: server.channels.general, oldest, latest };
    expect(texts((await client.conversations.history(bounds)).messages)).toEqual(["b"]);
    const included = await client.conversations.history({ ...bounds, inclusive: true });
    expect(texts(included.messages)).toEqual(["c", "b", "a"]);
  });

  test("shows metadata to who asks for it", async () => {
    const channel = server.channels.general;
    const metadata = { event_type: "parley_reply", event_payload: { cause: "1" } };
    await post({ text: "x", metadata });
    const plain = await client.conversations.history({ channel });
    expect(plain.messages?.[0]).not.toHaveProperty("metadata");
    const full = await client.conversations.history({ channel, include_all_metadata: true });
    expect(full.messages?.[0]).toMatchObject({ metadata, bot_id: server.bot.botId, user: server.bot.userId });
  });

  test.each<readonly [keyof SlackServer["channels"], string]>([
    ["elsewhere", "not_in_channel"],
    ["hidden", "channel_not_found"],
  ])("of %s is refused: %s", async (name, error) => {
    const args = { channel: server.channels[name] };
    expect(await callSlack(server, "conversations.history", args)).toEqual({ ok: false, error });
  });

  test("needs the scope of the channel's type", async () => {
    server.grantScopes(["channels:history"]);
    const args = { channel: server.im(server.users.ada) };
    expect(await callSlack(server, "conversations.history", args)).toMatchObject({
      error: "missing_scope",
      needed: "im:history",
    });
  });
});

describe("replies", () => {
  test("come oldest first after the root, on every page", async () => {
    const root = say("q");
    for (const text of ["a", "b", "c"]) say(text, { threadTs: root });
    const channel = server.channels.general;
    const page = await client.conversations.replies({ channel, ts: root, limit: 2 });
    expect(texts(page.messages)).toEqual(["q", "a", "b"]);
    const cursor = page.response_metadata?.next_cursor ?? "";
    const rest = await client.conversations.replies({ channel, ts: root, limit: 2, cursor });
    expect(texts(rest.messages)).toEqual(["q", "c"]);
    expect(rest.messages?.[1]).toMatchObject({ thread_ts: root, parent_user_id: server.users.ada });
  });

  test("of a deleted root come after a tombstone; of nothing they are refused", async () => {
    const channel = server.channels.general;
    const root = say("q");
    say("a", { threadTs: root });
    server.remove({ as: server.users.ada, message: { channel, ts: root } });
    const { messages } = await client.conversations.replies({ channel, ts: root });
    expect(messages).toMatchObject([{ subtype: "tombstone" }, { text: "a" }]);
    const gone = await callSlack(server, "conversations.replies", { channel, ts: "1700000000.000001" });
    expect(gone).toEqual({ ok: false, error: "thread_not_found" });
  });
});

test("people see what they may", () => {
  server.say({ as: server.users.bo, channel: server.channels.secret, text: "psst" });
  const seen = (as: string) => server.messages(server.channels.secret, { as }).map(({ text }) => text);
  expect(seen(server.users.ada)).toEqual(["psst"]);
  expect(seen(server.users.cy)).toEqual([]);
  const sayAs = (as: string, channel: string) => () => server.say({ as, channel, text: "x" });
  expect(sayAs(server.users.cy, server.channels.secret)).toThrow("cy cannot see");
  expect(sayAs(server.users.guest, server.channels.random)).toThrow("guest cannot see");
  expect(sayAs(server.users.ada, server.channels.archived)).toThrow("is archived");
});

test("what notifies is told apart from what only looks so", async () => {
  const channel = server.channels.general;
  const pings = () => server.messages(channel).at(-1)?.pings;
  await post({ text: `<!channel> <@${server.users.ada}>` });
  expect(pings()).toEqual({ users: [server.users.ada], groups: [], broadcasts: ["channel"] });
  await post({ text: "&lt;!channel&gt; @channel" });
  expect(pings()).toEqual({ users: [], groups: [], broadcasts: [] });
  await post({ markdown_text: "`<!here>` and <!everyone>" });
  expect(pings()).toEqual({ users: [], groups: [], broadcasts: ["everyone"] });
});
