import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer } from "../discord-server.ts";
import { createTestClients } from "./test-client.ts";

let server: DiscordServer;
beforeAll(async () => {
  server = await startDiscordServer();
});
afterAll(() => server.close());

const { request } = createTestClients(() => server);
const unknownId = "100000000000000000";
const button = { type: 2, style: 1, label: "Stop", custom_id: "stop" };
const row = (...components: object[]) => ({ type: 1, components });

type Draft = readonly [method: string, path: (s: DiscordServer) => string, body?: unknown];

const messagesOf = (channel: keyof DiscordServer["channels"]) => (s: DiscordServer) =>
  `/channels/${s.channels[channel]}/messages`;

describe("it refuses what Discord refuses", () => {
  test.each<readonly [string, Draft, number, object]>([
    [
      "an unknown channel",
      ["GET", () => `/channels/${unknownId}`],
      404,
      { code: 10003, message: "Unknown Channel" },
    ],
    ["a channel id that is none", ["GET", () => "/channels/general"], 400, { code: 50035 }],
    ["an unknown guild", ["GET", () => `/guilds/${unknownId}`], 404, { code: 10004 }],
    [
      "an unknown member",
      ["GET", (s) => `/guilds/${s.guild.id}/members/${s.people.stranger}`],
      404,
      { code: 10007 },
    ],
    ["an unknown message", ["GET", (s) => `${messagesOf("general")(s)}/${unknownId}`], 404, { code: 10008 }],
    ["an unknown user", ["GET", () => `/users/${unknownId}`], 404, { code: 10013 }],
    ["an unknown route", ["GET", () => "/nothing"], 404, { code: 0, message: "404: Not Found" }],
    ["a wrong method", ["DELETE", () => "/users/@me"], 405, { code: 0 }],
    [
      "a channel that the bot does not see",
      ["POST", messagesOf("board"), { content: "x" }],
      403,
      { code: 50001, message: "Missing Access" },
    ],
    [
      "a channel where it may not write",
      ["POST", messagesOf("readOnly"), { content: "x" }],
      403,
      { code: 50013, message: "Missing Permissions" },
    ],
    [
      "typing where it may not write",
      ["POST", (s) => `/channels/${s.channels.readOnly}/typing`],
      403,
      { code: 50013 },
    ],
    ["a message in a forum", ["POST", messagesOf("forum"), { content: "x" }], 400, { code: 50008 }],
    [
      "an empty message",
      ["POST", messagesOf("general"), {}],
      400,
      { code: 50006, message: "Cannot send an empty message" },
    ],
    ["a blank message", ["POST", messagesOf("general"), { content: " \n" }], 400, { code: 50006 }],
    ["invalid JSON", ["POST", messagesOf("general"), "{"], 400, { code: 50109 }],
    [
      "a direct message to a bot",
      ["POST", () => "/users/@me/channels", { recipient_id: "bot" }],
      400,
      { code: 50035 },
    ],
    [
      "bulk deletion without the right",
      ["POST", (s) => `${messagesOf("general")(s)}/bulk-delete`, { messages: [] }],
      403,
      { code: 50013 },
    ],
    [
      "a list of 101",
      ["GET", (s) => `${messagesOf("general")(s)}?limit=101`],
      400,
      { code: 50035, errors: { limit: {} } },
    ],
  ])("%s", async (_, [method, path, body], status, refusal) => {
    expect(await request(method, path(server), body)).toMatchObject({ status, body: refusal });
  });

  test.each<readonly [string, object, string]>([
    ["2,001 characters", { content: "x".repeat(2_001) }, "content"],
    ["a text that is none", { content: 5 }, "content"],
    ["a nonce of 26 characters", { content: "x", nonce: "n".repeat(26) }, "nonce"],
    ["11 embeds", { embeds: Array.from({ length: 11 }, () => ({ title: "x" })) }, "embeds"],
    [
      "6,001 characters in embeds",
      { embeds: [1, 2].map(() => ({ description: "x".repeat(3_001) })) },
      "embeds",
    ],
    ["a long embed title", { embeds: [{ title: "x".repeat(257) }] }, "embeds.0.title"],
    [
      "6 rows",
      {
        content: "x",
        components: Array.from({ length: 6 }, (_, n) => row({ ...button, custom_id: `${n}` })),
      },
      "components",
    ],
    [
      "6 buttons in a row",
      {
        content: "x",
        components: [row(...[1, 2, 3, 4, 5, 6].map((n) => ({ ...button, custom_id: `${n}` })))],
      },
      "components.0.components",
    ],
    ["a button outside a row", { content: "x", components: [button] }, "components.0.type"],
    [
      "a long custom id",
      { content: "x", components: [row({ ...button, custom_id: "x".repeat(101) })] },
      "components.0.components.0.custom_id",
    ],
    [
      "a custom id twice",
      { content: "x", components: [row(button, button)] },
      "components.0.components.1.custom_id",
    ],
    [
      "a long label",
      { content: "x", components: [row({ ...button, label: "x".repeat(81) })] },
      "components.0.components.0.label",
    ],
    [
      "a link button without a URL",
      { content: "x", components: [row({ type: 2, style: 5, label: "x" })] },
      "components.0.components.0.url",
    ],
    [
      "unknown mention kinds",
      { content: "x", allowed_mentions: { parse: ["all"] } },
      "allowed_mentions.parse.0",
    ],
    [
      "mentions both parsed and listed",
      { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } },
      "allowed_mentions",
    ],
    [
      "a reply to nothing",
      { content: "x", message_reference: { message_id: unknownId } },
      "message_reference",
    ],
  ])("a message with %s, and says where it is wrong", async (_, body, path) => {
    const refusal = await request("POST", messagesOf("general")(server), body);
    expect(refusal).toMatchObject({ status: 400, body: { code: 50035, message: "Invalid Form Body" } });
    expect(refusal.body).toHaveProperty(["errors", ...path.split("."), "_errors", "0", "code"]);
  });

  test("what is right at the limit", async () => {
    const components = [row(...[1, 2, 3, 4, 5].map((n) => ({ ...button, custom_id: `${n}`.repeat(100) })))];
    const body = { content: ` ${"x".repeat(2_000)} `, nonce: "n".repeat(25), components };
    expect(await request("POST", messagesOf("general")(server), body)).toMatchObject({ status: 200 });
  });

  test.each<readonly [string, Readonly<Record<string, string>>, number, object]>([
    ["no token", { authorization: "" }, 401, { code: 0, message: "401: Unauthorized" }],
    ["a wrong token", { authorization: "Bot x.y.z" }, 401, { code: 0 }],
    ["a bearer token", { authorization: "Bearer x" }, 401, { code: 0 }],
    ["no user agent", { "user-agent": "" }, 403, { code: 40333 }],
  ])("a request with %s", async (_, headers, status, body) => {
    expect(await request("GET", "/users/@me", undefined, headers)).toMatchObject({ status, body });
  });

  test("a body without a content type", async () => {
    const answer = await request("POST", messagesOf("general")(server), "{}", {
      "content-type": "text/plain",
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
  });
});

describe("direct messages", () => {
  test("reach those who take them, in one channel a person", async () => {
    const open = () => request("POST", "/users/@me/channels", { recipient_id: server.people.bo });
    const { body: dm } = (await open()) as { body: { id: string } };
    expect(await open()).toMatchObject({
      body: { id: dm.id, type: 1, recipients: [{ id: server.people.bo }] },
    });
    expect(dm.id).toBe(server.dm(server.people.bo));
    expect(await request("POST", `/channels/${dm.id}/messages`, { content: "hi" })).toMatchObject({
      status: 200,
    });
  });

  test.each(["cleo", "stranger"] as const)("to %s are refused when they are written", async (name) => {
    const opened = await request("POST", "/users/@me/channels", { recipient_id: server.people[name] });
    const { id } = opened.body as { id: string };
    expect(await request("POST", `/channels/${id}/messages`, { content: "hi" })).toMatchObject({
      status: 403,
      body: { code: 50007, message: "Cannot send messages to this user" },
    });
  });
});

describe("messages", () => {
  const post = async (body: object) =>
    (await request("POST", messagesOf("general")(server), body)).body as { id: string };

  test("with an enforced nonce are made once", async () => {
    const draft = { content: "once", nonce: "same", enforce_nonce: true };
    const { id } = await post(draft);
    expect((await post({ ...draft, content: "again" })).id).toBe(id);
    expect((await post({ content: "other", nonce: "same" })).id).not.toBe(id);
  });

  test("of others can't be edited, nor deleted without the right", async () => {
    const { id } = server.say({ as: server.people.bo, channel: server.channels.general, content: "mine" });
    const path = `${messagesOf("general")(server)}/${id}`;
    expect(await request("PATCH", path, { content: "yours" })).toMatchObject({
      status: 403,
      body: { code: 50005 },
    });
    expect(await request("DELETE", path)).toMatchObject({ status: 403, body: { code: 50013 } });
  });

  test("that an edit would empty stay as they were", async () => {
    const { id } = await post({ content: "full" });
    const answer = await request("PATCH", `${messagesOf("general")(server)}/${id}`, { content: "" });
    expect(answer).toMatchObject({ status: 400, body: { code: 50006 } });
    expect(server.messages(server.channels.general).at(-1)).toMatchObject({ content: "full", edited: false });
  });

  test("come in pages, newest first", async () => {
    const channel = server.channels.random;
    const ids = ["a", "b", "c", "d", "e"].map(
      (content) => server.say({ as: server.people.bo, channel, content }).id,
    );
    const page = async (query: string) => {
      const { body } = await request("GET", `/channels/${channel}/messages?${query}`);
      return (body as { content: string }[]).map(({ content }) => content).join("");
    };
    expect(await page("limit=2")).toBe("ed");
    expect(await page(`before=${ids[2]}&limit=1`)).toBe("b");
    expect(await page(`after=${ids[0]}&limit=2`)).toBe("cb");
    expect(await page(`around=${ids[2]}&limit=3`)).toBe("dcb");
  });

  test("show what they reply to as it is now, and null when it is gone", async () => {
    const asked = server.say({ as: server.people.bo, channel: server.channels.general, content: "asked" });
    const reply = await post({ content: "reply", message_reference: { message_id: asked.id } });
    expect(reply).toMatchObject({ type: 19, referenced_message: { content: "asked" } });
    server.remove({ as: server.people.bo, message: asked.id });
    const path = `${messagesOf("general")(server)}/${reply.id}`;
    expect(await request("GET", path)).toMatchObject({ body: { type: 19, referenced_message: null } });
    const late = { content: "late", message_reference: { message_id: asked.id, fail_if_not_exists: false } };
    expect(await post(late)).toMatchObject({ type: 0 });
  });
});

describe("a message notifies", () => {
  test.each<readonly [string, (s: DiscordServer) => object, (s: DiscordServer) => object]>([
    ["whom it names", (s) => ({ content: `<@${s.people.bo}>` }), (s) => ({ users: [s.people.bo] })],
    ["nobody in code", (s) => ({ content: `\`<@${s.people.bo}>\`` }), () => ({ users: [] })],
    [
      "nobody when nothing is parsed",
      (s) => ({ content: `<@${s.people.bo}> @everyone`, allowed_mentions: { parse: [] } }),
      () => ({ users: [], everyone: false }),
    ],
    [
      "only those who are listed",
      (s) => ({
        content: `<@${s.people.bo}> <@${s.people.ada}>`,
        allowed_mentions: { users: [s.people.ada] },
      }),
      (s) => ({ users: [s.people.ada] }),
    ],
    ["not everyone without the right", () => ({ content: "@everyone" }), () => ({ everyone: false })],
    ["no role that isn't mentionable", (s) => ({ content: `<@&${s.roles.team}>` }), () => ({ roles: [] })],
  ])("%s", async (_, body, pings) => {
    await request("POST", messagesOf("general")(server), body(server));
    expect(server.messages(server.channels.general).at(-1)?.pings).toMatchObject(pings(server));
  });

  test.each([
    [undefined, true],
    [{ parse: [] }, false],
    [{ parse: [], replied_user: true }, true],
  ])("whom it replies to: with %j %s", async (allowed, isPinged) => {
    const { id } = server.say({ as: server.people.bo, channel: server.channels.general, content: "?" });
    const body = { content: "!", message_reference: { message_id: id }, allowed_mentions: allowed };
    await request("POST", messagesOf("general")(server), body);
    expect(server.messages(server.channels.general).at(-1)?.pings.users).toEqual(
      isPinged ? [server.people.bo] : [],
    );
  });
});

test.each([
  ["https://a.example/x", undefined, ["https://a.example/x"]],
  ["[text](https://a.example/x)", undefined, ["https://a.example/x"]],
  ["<https://a.example/x> `https://b.example`", undefined, []],
  ["https://a.example/x", 4, []],
])("links unfurl unless they are suppressed: %s with flags %s", async (content, flags, unfurled) => {
  await request("POST", messagesOf("general")(server), { content, flags });
  expect(server.messages(server.channels.general).at(-1)?.unfurled).toEqual(unfurled);
});
