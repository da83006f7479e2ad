import { WebClient } from "@slack/web-api";
import { afterEach, describe, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer, SlackServerOptions } from "../slack-server.ts";
import { callSlack } from "./test-client.ts";
import type { Answer } from "./test-client.ts";

let server: SlackServer;
afterEach(() => server.close());

async function start(options: SlackServerOptions = {}): Promise<void> {
  server = await startSlackServer(options);
}

function ask(channel = server.im(server.users.ada)): { channel: string; thread_ts: string } {
  return { channel, thread_ts: server.say({ as: server.users.ada, channel, text: "q" }).ts };
}

const call = (method: string, args: object): Promise<Answer> => callSlack(server, method, { ...args });
const recipient = () => ({ recipient_user_id: server.users.ada, recipient_team_id: server.team.id });

async function startStream(more: object = {}) {
  const { channel, thread_ts } = ask();
  const { ts } = await call("chat.startStream", { channel, thread_ts, ...more });
  const view = () => server.messages(channel, { threadTs: thread_ts })[1];
  return { channel, thread_ts, ts, view };
}

test("the SDK's stream grows in a thread and ends with blocks", async () => {
  await start();
  const { channel, thread_ts } = ask();
  const client = new WebClient(server.botToken, { slackApiUrl: server.apiUrl });
  const stream = client.chatStream({ channel, thread_ts, buffer_size: 4 });
  await stream.append({ markdown_text: "**Hel" });
  await stream.append({ markdown_text: "lo**, " });
  const metadata = { event_type: "parley_reply", event_payload: { cause: "1" } };
  const blocks = [{ type: "section", text: { type: "mrkdwn", text: "done" } }];
  await stream.stop({ markdown_text: "Ada", blocks, metadata });
  const [, reply] = server.messages(channel, { threadTs: thread_ts });
  expect(reply).toMatchObject({
    shown: "**Hello**, Ada\ndone",
    streamingState: "completed",
    metadata,
    history: [
      { text: "**Hel", streamingState: "in_progress" },
      { text: "**Hello**, ", streamingState: "in_progress" },
      { text: "**Hello**, Ada", streamingState: "completed" },
    ],
  });
});

describe("starting", () => {
  test("outside direct messages needs the recipient", async () => {
    await start();
    const place = ask(server.channels.general);
    expect(await call("chat.startStream", place)).toEqual({ ok: false, error: "missing_recipient_team_id" });
    expect(await call("chat.startStream", { ...place, recipient_team_id: server.team.id })).toEqual({
      ok: false,
      error: "missing_recipient_user_id",
    });
    const wrong = { ...place, ...recipient(), recipient_user_id: server.users.otherBot };
    expect(await call("chat.startStream", wrong)).toEqual({ ok: false, error: "user_not_found" });
    expect(await call("chat.startStream", { ...place, ...recipient() })).toMatchObject({ ok: true });
  });

  test("may be refused in channels", async () => {
    await start({ streamsInImsOnly: true });
    const refused = await call("chat.startStream", { ...ask(server.channels.general), ...recipient() });
    expect(refused).toEqual({ ok: false, error: "channel_type_not_supported" });
    expect(await call("chat.startStream", ask())).toMatchObject({ ok: true });
  });

  test("needs a thread", async () => {
    await start();
    const { channel } = ask();
    expect(await call("chat.startStream", { channel })).toMatchObject({
      error: "invalid_arguments",
      response_metadata: { messages: ["[ERROR] missing required field: thread_ts"] },
    });
  });
});

describe("an open stream", () => {
  test("takes 12,000 characters a call and any number of calls", async () => {
    await start();
    const { channel, ts, view } = await startStream();
    const append = (markdown_text: string) => call("chat.appendStream", { channel, ts, markdown_text });
    expect(await append("x".repeat(12_001))).toEqual({ ok: false, error: "msg_too_long" });
    await append("x".repeat(12_000));
    await append("x".repeat(12_000));
    expect(view()?.text).toHaveLength(24_000);
  });

  test.each([
    [{ markdown_text: "a" }, { chunks: [{ type: "markdown_text", text: "b" }] }],
    [{ chunks: [{ type: "markdown_text", text: "a" }] }, { markdown_text: "b" }],
  ])("keeps to what it was first given: %j then %j", async (first, second) => {
    await start();
    const { channel, ts, view } = await startStream(first);
    const mismatch = { ok: false, error: "streaming_mode_mismatch" };
    expect(await call("chat.appendStream", { channel, ts, ...second })).toEqual(mismatch);
    expect(await call("chat.appendStream", { channel, ts, ...first })).toMatchObject({ ok: true });
    expect(view()?.text).toBe("aa");
  });

  test.each([
    ["nothing", {}, "no_text"],
    ["an unknown chunk", { chunks: [{ type: "song" }] }, "invalid_chunks"],
    ["text and chunks", { markdown_text: "a", chunks: [] }, "invalid_arguments"],
  ])("refuses %s", async (_, args, error) => {
    await start();
    const { channel, ts } = await startStream();
    expect(await call("chat.appendStream", { channel, ts, ...args })).toMatchObject({ ok: false, error });
  });

  test("can't be updated or deleted", async () => {
    await start();
    const { channel, ts } = await startStream();
    expect(await call("chat.update", { channel, ts, text: "x" })).toEqual({
      ok: false,
      error: "streaming_state_conflict",
    });
    expect(await call("chat.delete", { channel, ts })).toEqual({ ok: false, error: "cant_delete_message" });
  });
});

describe("a stream that is over", () => {
  const over = { ok: false, error: "message_not_in_streaming_state" };

  test("takes nothing more, and can be updated", async () => {
    await start();
    const { channel, ts, view } = await startStream({ markdown_text: "a" });
    await call("chat.stopStream", { channel, ts });
    expect(await call("chat.appendStream", { channel, ts, markdown_text: "b" })).toEqual(over);
    expect(await call("chat.stopStream", { channel, ts })).toEqual(over);
    await call("chat.update", { channel, ts, text: "all of it" });
    expect(view()).toMatchObject({ shown: "all of it" });
  });

  test("ends by itself after its time, and says so", async () => {
    await start({ streamLifeMs: 30 });
    const { channel, ts, view } = await startStream({ markdown_text: "a" });
    await server.until(() => view()?.streamingState === "errored", "the end of the stream");
    expect(await call("chat.appendStream", { channel, ts, markdown_text: "b" })).toEqual(over);
    await call("chat.update", { channel, ts, markdown_text: "a and b" });
    expect(view()).toMatchObject({ shown: "a and b", streamingState: "completed" });
  });

  test("was never one where somebody else wrote", async () => {
    await start();
    const { channel, thread_ts: ts } = ask();
    const append = (to: string) => call("chat.appendStream", { channel, ts: to, markdown_text: "b" });
    expect(await append(ts)).toEqual({ ok: false, error: "message_not_owned_by_app" });
    expect(await append("1700000000.000001")).toEqual({ ok: false, error: "message_not_found" });
    const { ts: own } = await call("chat.postMessage", { channel, text: "x" });
    expect(await append(own ?? "")).toEqual(over);
  });
});

test("Slack's stop button ends the stream and tells the app", async () => {
  await start();
  const { channel, thread_ts, ts } = await startStream({ markdown_text: "a" });
  const stop = () => server.stopAgentSession({ as: server.users.ada, channel, threadTs: thread_ts });
  expect(stop).toThrow("only while a session is processing");
  await call("agents.sessions.setStatus", { channel_id: channel, thread_ts, status: "processing" });
  stop();
  expect(await call("chat.appendStream", { channel, ts, markdown_text: "b" })).toEqual({
    ok: false,
    error: "stopped_by_user",
  });
  expect(server.deliveries.at(-1)?.payload).toMatchObject({
    event: {
      type: "agent_session_stopped",
      channel,
      thread_ts,
      user: server.users.ada,
      streaming_message_ts: [ts],
    },
  });
});
