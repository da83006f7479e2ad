import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer } from "../slack-server.ts";
import { callSlack } from "./test-client.ts";

let now = 1_790_000_000_000;
let server: SlackServer;
beforeEach(async () => {
  server = await startSlackServer({ now: () => now });
});
afterEach(() => server.close());

const call = (method: string, args: object = {}) => callSlack(server, method, { ...args });
const plain = (text: string) => ({ type: "plain_text", text });
const button = { type: "button", action_id: "again", text: plain("Again"), value: "1" };
const feedback = {
  type: "feedback_buttons",
  action_id: "feedback",
  positive_button: { text: plain("Good"), value: "good" },
  negative_button: { text: plain("Bad"), value: "bad" },
};
const blocks = [
  { type: "actions", elements: [button] },
  { type: "context_actions", elements: [feedback] },
];

async function respond(url: unknown, body: object): Promise<number> {
  return (await fetch(String(url), { method: "POST", body: JSON.stringify(body) })).status;
}

describe("a click", () => {
  test("tells the app who pressed what, where", async () => {
    const channel = server.channels.general;
    const { ts = "" } = await call("chat.postMessage", { channel, text: "x", blocks });
    const press = (actionId: string, value?: string) =>
      server.press({ as: server.users.bo, message: { channel, ts }, actionId, ...(value && { value }) });
    expect(press("again").payload).toMatchObject({
      type: "block_actions",
      user: { id: server.users.bo, team_id: server.team.id },
      channel: { id: channel },
      container: { message_ts: ts, is_ephemeral: false },
      message: { ts, bot_id: server.bot.botId },
      trigger_id: expect.any(String) as unknown,
      actions: [{ type: "button", action_id: "again", value: "1" }],
    });
    expect(press("feedback", "bad").payload).toMatchObject({
      actions: [{ type: "feedback_buttons", value: "bad" }],
    });
    expect(() => press("nothing")).toThrow("no element nothing");
  });

  test("on an ephemeral is for who sees it, and its response URL changes it", async () => {
    const channel = server.channels.general;
    const { message_ts } = await call("chat.postEphemeral", {
      channel,
      user: server.users.bo,
      text: "x",
      blocks,
    });
    const message = { channel, ts: String(message_ts) };
    expect(() => server.press({ as: server.users.ada, message, actionId: "again" })).toThrow("no element");
    const { payload } = server.press({ as: server.users.bo, message, actionId: "again" });
    expect(payload).toMatchObject({ container: { is_ephemeral: true } });
    await respond(payload.response_url, { replace_original: true, text: "changed" });
    expect(server.ephemerals(server.users.bo)).toMatchObject([{ text: "changed" }]);
    await respond(payload.response_url, { delete_original: true });
    expect(server.ephemerals(server.users.bo)).toEqual([]);
  });
});

describe("a response URL", () => {
  const slash = () =>
    server.slash({
      as: server.users.ada,
      channel: server.channels.general,
      command: "/parley",
      text: "help",
    });

  test("answers privately or in the channel", async () => {
    const { payload } = slash();
    expect(payload).toMatchObject({
      command: "/parley",
      text: "help",
      user_id: server.users.ada,
      channel_id: server.channels.general,
      channel_name: "general",
      team_id: server.team.id,
    });
    await respond(payload.response_url, { text: "psst" });
    await respond(payload.response_url, { text: "all", response_type: "in_channel" });
    expect(server.ephemerals(server.users.ada)).toMatchObject([{ text: "psst" }]);
    expect(server.messages(server.channels.general)).toMatchObject([
      { text: "all", user: server.bot.userId },
    ]);
    expect(server.responses).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  test("works five times within half an hour", async () => {
    const [first, second] = [slash().payload.response_url, slash().payload.response_url];
    for (let use = 0; use < 5; use++) expect(await respond(first, { text: "x" })).toBe(200);
    expect(await respond(first, { text: "x" })).toBe(404);
    now += 30 * 60_000 + 1;
    expect(await respond(second, { text: "x" })).toBe(404);
  });
});

describe("a modal", () => {
  const view = {
    type: "modal",
    callback_id: "persona",
    title: plain("Persona"),
    submit: plain("Save"),
    blocks: [
      {
        type: "input",
        block_id: "name",
        label: plain("Name"),
        element: { type: "plain_text_input", action_id: "name", max_length: 20 },
      },
    ],
  };
  const trigger = () =>
    server.slash({ as: server.users.ada, channel: server.channels.general, command: "/parley" }).payload
      .trigger_id;

  test("opens once, within three seconds, and is filled in", async () => {
    const trigger_id = trigger();
    expect(await call("views.open", { trigger_id, view })).toMatchObject({ ok: true });
    expect(await call("views.open", { trigger_id, view })).toMatchObject({ error: "exchanged_trigger_id" });
    expect(await call("views.open", { trigger_id: "1.2.3", view })).toMatchObject({
      error: "invalid_trigger_id",
    });
    const late = trigger();
    now += 3_001;
    expect(await call("views.open", { trigger_id: late, view })).toMatchObject({
      error: "expired_trigger_id",
    });
    const as = server.users.ada;
    expect(() => server.submitView({ as, values: {} })).toThrow("name has to be filled in");
    expect(() => server.submitView({ as, values: { name: "x".repeat(21) } })).toThrow("longer");
    expect(() => server.submitView({ as, values: { name: "x", other: "y" } })).toThrow("no field other");
    const values = { name: "Pirate" };
    const filled = { name: { name: { type: "plain_text_input", value: "Pirate" } } };
    const { payload } = server.submitView({ as: server.users.ada, values });
    expect(payload).toMatchObject({
      type: "view_submission",
      user: { id: server.users.ada },
      view: { callback_id: "persona", state: { values: filled } },
    });
  });

  test("with a long title is refused", async () => {
    const long = { ...view, title: plain("x".repeat(25)) };
    expect(await call("views.open", { trigger_id: trigger(), view: long })).toMatchObject({
      error: "invalid_arguments",
    });
  });
});

describe("an agent", () => {
  const ask = () => {
    const channel = server.im(server.users.ada);
    const { ts } = server.say({ as: server.users.ada, channel, text: "q" });
    return { channel_id: channel, thread_ts: ts };
  };
  const look = ({ channel_id, thread_ts }: ReturnType<typeof ask>) =>
    server.agentThread(channel_id, thread_ts);

  test("shows a status until it answers, or two minutes", async () => {
    const place = ask();
    const show = () =>
      call("assistant.threads.setStatus", { ...place, status: "is thinking…", loading_messages: ["a"] });
    expect(await show()).toEqual({ ok: true });
    expect(look(place)).toMatchObject({ status: "is thinking…", loadingMessages: ["a"] });
    now += 120_001;
    expect(look(place)).toMatchObject({ status: "" });
    await show();
    now += 1;
    await call("chat.postMessage", { channel: place.channel_id, thread_ts: place.thread_ts, text: "a" });
    expect(look(place)).toMatchObject({ status: "" });
  });

  test("has a title, prompts and a session", async () => {
    const place = ask();
    await call("assistant.threads.setTitle", { ...place, title: "A question" });
    const prompts = [{ title: "Sum up", message: "Sum up the channel" }];
    await call("assistant.threads.setSuggestedPrompts", { channel_id: place.channel_id, prompts });
    // In the agent experience a thread makes the call fail silently.
    await call("assistant.threads.setSuggestedPrompts", { ...place, prompts });
    expect(server.suggestedPrompts).toMatchObject([{ prompts }]);
    expect(await call("agents.sessions.rename", { ...place, title: "x" })).toMatchObject({
      error: "session_not_found",
    });
    await call("agents.sessions.setStatus", { ...place, status: "processing", title: "First" });
    await call("agents.sessions.rename", { ...place, title: "Second" });
    expect(look(place)).toMatchObject({
      title: "A question",
      sessionStatus: "processing",
      sessionTitle: "Second",
    });
  });

  test.each([
    ["assistant.threads.setStatus", { thread_ts: "1700000000.000001", status: "x" }, "invalid_thread_ts"],
    ["assistant.threads.setTitle", { title: "" }, "invalid_arguments"],
    [
      "assistant.threads.setSuggestedPrompts",
      { prompts: Array.from({ length: 5 }, () => ({ title: "a", message: "b" })) },
      "invalid_arguments",
    ],
    ["agents.sessions.setStatus", { status: "asleep" }, "invalid_arguments"],
    ["agents.sessions.setStatus", { status: "active", title: "x".repeat(201) }, "invalid_arguments"],
  ])("%s with %j is refused", async (method, args, error) => {
    expect(await call(method, { ...ask(), ...args })).toMatchObject({ ok: false, error });
  });
});
