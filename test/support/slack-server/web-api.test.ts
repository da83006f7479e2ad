import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer } from "../slack-server.ts";
import { callSlack } from "./test-client.ts";

let server: SlackServer;
beforeEach(async () => {
  server = await startSlackServer();
});
afterEach(() => server.close());

const call = (method: string, args: object = {}, token?: string) =>
  callSlack(server, method, { ...args }, token);
const post = (args: object = {}) =>
  call("chat.postMessage", { channel: server.channels.general, text: "x", ...args });

describe("a token", () => {
  test.each([
    ["", "not_authed"],
    ["xoxb-wrong", "invalid_auth"],
  ])("%j is refused as %s", async (token, error) => {
    expect(await call("auth.test", {}, token)).toEqual({ ok: false, error });
  });

  test("of the other kind is refused", async () => {
    const error = "not_allowed_token_type";
    expect(await call("auth.test", {}, server.appToken)).toEqual({ ok: false, error });
    expect(await call("apps.connections.open", {}, server.botToken)).toEqual({ ok: false, error });
  });

  test.each(["token_revoked", "account_inactive", "invalid_auth"] as const)(
    "can be spoilt: %s",
    async (trouble) => {
      server.spoilToken("bot", trouble);
      expect(await call("auth.test")).toEqual({ ok: false, error: trouble });
      server.spoilToken("bot");
      expect(await call("auth.test")).toMatchObject({
        ok: true,
        team_id: server.team.id,
        user_id: server.bot.userId,
        bot_id: server.bot.botId,
      });
    },
  );

  test("may come as an argument, but not inside JSON", async () => {
    expect(await call("auth.test", { token: server.botToken }, "")).toMatchObject({ ok: true });
    const inJson = await fetch(`${server.apiUrl}auth.test`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: server.botToken }),
    });
    expect(await inJson.json()).toEqual({ ok: false, error: "not_authed" });
  });

  test("is looked at before the scope, the scope before the arguments", async () => {
    server.grantScopes(["users:read"]);
    expect(await call("chat.postMessage", {}, "xoxb-wrong")).toMatchObject({ error: "invalid_auth" });
    expect(await call("chat.postMessage")).toEqual({
      ok: false,
      error: "missing_scope",
      needed: "chat:write",
      provided: "users:read",
    });
    server.grantScopes(["chat:write"]);
    expect(await call("chat.postMessage")).toEqual({
      ok: false,
      error: "invalid_arguments",
      response_metadata: { messages: ["[ERROR] missing required field: channel"] },
    });
  });
});

test("a method that isn't there is unknown", async () => {
  expect(await call("chat.whisper")).toEqual({
    ok: false,
    error: "unknown_method",
    req_method: "chat.whisper",
  });
});

test("JSON is taken where Slack takes it, and not seen elsewhere", async () => {
  const asJson = async (method: string, body: object) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${server.botToken}` };
    const response = await fetch(server.apiUrl + method, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const channel = server.channels.general;
  expect(await asJson("chat.postMessage", { channel, text: "x" })).toMatchObject({ ok: true });
  expect(await asJson("conversations.info", { channel })).toMatchObject({ error: "invalid_arguments" });
});

describe("posting", () => {
  test.each<readonly [keyof SlackServer["channels"], string]>([
    ["archived", "is_archived"],
    ["elsewhere", "not_in_channel"],
    ["hidden", "channel_not_found"],
  ])("in %s is refused: %s", async (name, error) => {
    expect(await post({ channel: server.channels[name] })).toEqual({ ok: false, error });
  });

  test.each([
    ["an empty text", { text: " " }, "no_text"],
    ["a channel's name", { channel: "#general" }, "channel_not_found"],
    ["a thread that isn't one", { thread_ts: "yesterday" }, "invalid_thread_ts"],
    ["a thread of nothing", { thread_ts: "1700000000.000001" }, "thread_not_found"],
    ["blocks that aren't a list", { blocks: "{" }, "invalid_blocks_format"],
    ["metadata without a payload", { metadata: { event_type: "x" } }, "invalid_metadata_format"],
    [
      "metadata two levels deep",
      { metadata: { event_type: "x", event_payload: { a: { b: {} } } } },
      "invalid_metadata_schema",
    ],
    ["Markdown beside text", { markdown_text: "x" }, "markdown_text_conflict"],
    ["Markdown that is too long", { markdown_text: "x".repeat(12_001), text: undefined }, "msg_too_long"],
  ])("%s is refused", async (_, args, error) => {
    expect(await post(args)).toMatchObject({ ok: false, error });
  });

  test("cuts what is longer than 40,000 characters", async () => {
    await post({ text: "x".repeat(40_001) });
    expect(server.messages(server.channels.general)[0]?.text).toHaveLength(40_000);
  });

  test("to a person opens the direct channel", async () => {
    const answer = await post({ channel: server.users.cy });
    expect(answer).toMatchObject({ ok: true, channel: server.im(server.users.cy) });
  });

  test("keeps metadata, thread and previews as they were asked for", async () => {
    const { ts } = server.say({ as: server.users.ada, channel: server.channels.general, text: "q" });
    const metadata = { event_type: "parley_reply", event_payload: { cause: "1" } };
    await post({ thread_ts: ts, metadata, unfurl_links: false, unfurl_media: false });
    expect(server.messages(server.channels.general, { threadTs: ts })).toMatchObject([
      { user: server.users.ada, metadata: undefined },
      { user: server.bot.userId, threadTs: ts, metadata, unfurl: { links: false, media: false } },
    ]);
  });
});

describe("changing a message", () => {
  const update = (args: object) => call("chat.update", { channel: server.channels.general, ...args });

  test.each(["ada", "otherBot"] as const)("of somebody else (%s) is refused", async (as) => {
    const channel = server.channels.general;
    const { ts } = server.say({ as: server.users[as], channel, text: "mine" });
    expect(await update({ ts, text: "x" })).toMatchObject({ error: "cant_update_message" });
    expect(await call("chat.delete", { channel, ts })).toMatchObject({ error: "cant_delete_message" });
  });

  test("that isn't there is refused", async () => {
    const nothing = { ts: "1700000000.000001", text: "x" };
    expect(await update(nothing)).toMatchObject({ error: "message_not_found" });
  });

  test("is refused beyond 4,000 bytes", async () => {
    const { ts } = await post();
    expect(await update({ ts, text: "x".repeat(4_000) })).toMatchObject({ ok: true });
    expect(await update({ ts, text: "é".repeat(2_001) })).toMatchObject({ error: "msg_too_long" });
  });

  test("keeps blocks that aren't mentioned, so that a new text isn't shown", async () => {
    const section = { type: "section", text: { type: "mrkdwn", text: "in a block" } };
    const { ts } = await post({ blocks: [section] });
    await update({ ts, text: "new" });
    const shown = () => server.messages(server.channels.general)[0];
    expect(shown()).toMatchObject({ text: "new", shown: "in a block", edited: true });
    await update({ ts, text: "new", blocks: [] });
    expect(shown()).toMatchObject({ shown: "new", history: [{}, {}, { text: "new" }] });
  });

  test("can't reach an ephemeral", async () => {
    const { message_ts: ts } = await call("chat.postEphemeral", {
      channel: server.channels.general,
      user: server.users.ada,
      text: "psst",
    });
    expect(await update({ ts, text: "x" })).toMatchObject({ error: "message_not_found" });
    expect(server.ephemerals(server.users.ada)).toMatchObject([{ ts, text: "psst" }]);
    expect(server.messages(server.channels.general)).toEqual([]);
  });

  test("in an archived channel is refused", async () => {
    const { ts } = await post();
    server.changeChannel({ kind: "archive", as: server.users.ada, channel: server.channels.general });
    expect(await update({ ts, text: "x" })).toMatchObject({ error: "is_inactive" });
  });
});

test("an ephemeral is only for who is there", async () => {
  const answer = await call("chat.postEphemeral", {
    channel: server.channels.random,
    user: server.users.guest,
    text: "psst",
  });
  expect(answer).toEqual({ ok: false, error: "user_not_in_channel" });
});

test("reactions are added and removed once", async () => {
  const { ts } = server.say({ as: server.users.ada, channel: server.channels.general, text: "x" });
  const args = { channel: server.channels.general, timestamp: ts, name: "eyes" };
  expect(await call("reactions.add", args)).toEqual({ ok: true });
  expect(server.messages(server.channels.general)[0]?.reactions).toEqual({ eyes: [server.bot.userId] });
  expect(await call("reactions.add", args)).toMatchObject({ error: "already_reacted" });
  expect(await call("reactions.remove", args)).toEqual({ ok: true });
  expect(await call("reactions.remove", args)).toMatchObject({ error: "no_reaction" });
});

test("calls are recorded with their arguments and answers", async () => {
  await post({ metadata: { event_type: "a", event_payload: {} } });
  expect(server.calls).toMatchObject([
    {
      method: "chat.postMessage",
      args: { channel: server.channels.general, text: "x", metadata: { event_type: "a" } },
      token: "bot",
      status: 200,
      answer: { ok: true },
      cameEarly: false,
    },
  ]);
});
