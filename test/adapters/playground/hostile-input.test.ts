import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startPlayground, type PlaygroundServer } from "./playground-server.ts";

describe("what the page could never send is refused with a sentence, and changes nothing", () => {
  let playground: PlaygroundServer;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(async () => {
    await playground[Symbol.asyncDispose]();
  });

  const good = { as: "ada", clientId: "3b241101-e2bb-4255-8caf-4136c566a962", text: "hi" };

  it.each([
    ["no JSON", "{", 400],
    ["an empty body", "", 400],
    ["null", "null", 400],
    ["an array", "[]", 400],
    ["no text", { ...good, text: undefined }, 400],
    ["text that is no text", { ...good, text: { $ne: 1 } }, 400],
    ["an empty text", { ...good, text: " \n\t" }, 400],
    ["a text that is too long", { ...good, text: "a".repeat(256 * 1024 + 1) }, 400],
    ["no client id", { ...good, clientId: undefined }, 400],
    ["a client id that is no UUID", { ...good, clientId: "../../x" }, 400],
    ["a thread that is no id", { ...good, thread: "a/b" }, 400],
    ["a thread that is not there", { ...good, thread: "mnothing" }, 404],
    ["nobody", { ...good, as: undefined }, 400],
    ["a stranger", { ...good, as: "eve" }, 403],
    ["Parley itself", { ...good, as: "parley" }, 403],
    ["a name of the language's own", { ...good, as: "__proto__" }, 403],
  ])("a message with %s", async (_what, body, status) => {
    const answer = await playground.call("POST", "/api/channels/general/messages", body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/[.]$|expected|Invalid/) });
    expect(playground.events).toEqual([]);
  });

  it.each([
    ["a channel that is not there", "nowhere"],
    ["a channel named like a path", "..%2Fgeneral"],
    ["a channel of the language's own", "constructor"],
  ])("a message to %s", async (_what, channel) => {
    const answer = await playground.call("POST", `/api/channels/${channel}/messages`, good);
    expect(answer.status).toBe(404);
    expect(playground.events).toEqual([]);
  });

  it("a message as a form, which another site's page could send", async () => {
    const answer = await playground.call("POST", "/api/channels/general/messages", JSON.stringify(good), {
      "content-type": "text/plain",
    });
    expect(answer.status).toBe(415);
  });

  it("a reply to a reply", async () => {
    const root = await playground.post("ada", "guest-project", "root");
    const answer = await playground.post("ben", "guest-project", "answer", root.id);
    const body = { ...good, clientId: randomUUID(), thread: answer.id };
    expect((await playground.call("POST", "/api/channels/guest-project/messages", body)).status).toBe(404);
  });

  it("a stop of what is not being written", async () => {
    const { id } = await playground.post("ada", "guest-project", "root");
    const answer = await playground.call("POST", `/api/channels/guest-project/messages/${id}/press`, {
      action: "stop",
      as: "ada",
      pressId: randomUUID(),
    });
    expect(answer.status).toBe(409);
  });

  it.each([
    "/api/workspace",
    "/api/workspace?as=",
    "/api/events?as=eve",
    "/api/channels/general/messages?as=eve",
  ])("GET %s", async (path) => {
    expect((await playground.call("GET", path)).status).toBeGreaterThanOrEqual(400);
  });
});

describe("what is unusual but right is taken", () => {
  it.each([
    ["100,000 letters", "a".repeat(100_000)],
    ["100,000 characters of Chinese", "漢".repeat(100_000)],
    ["100,000 emoji halves", "😀".repeat(50_000)],
    ["NUL and control characters", "a\u0000b\u0007c"],
    ["right-to-left and combining marks", "שלום e\u0301"],
    ["only symbols", "<>&\"'`"],
  ])("a message of %s", async (_what, text) => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ada", "dm-ada", text);
    expect(playground.events).toMatchObject([{ message: id, text }]);
    expect((await playground.list("ada", "dm-ada")).messages).toMatchObject([{ text }]);
  });

  it("a message with half a character is mended", async () => {
    await using playground = await startPlayground();
    await playground.post("ada", "dm-ada", "a\ud83d");
    expect((await playground.list("ada", "dm-ada")).messages).toMatchObject([{ text: "a\ufffd" }]);
  });

  it("a long history is read in pages, without a gap and without a double", async () => {
    await using playground = await startPlayground();
    const texts = Array.from({ length: 130 }, (_, index) => `message ${index}`);
    for (const text of texts) await playground.post("ada", "dm-ada", text);
    const read: string[] = [];
    let before: string | undefined;
    for (;;) {
      const { messages, more } = await playground.list("ada", "dm-ada", before);
      read.unshift(...messages.map((message) => message.text));
      before = messages[0]?.id;
      if (!more) break;
    }
    expect(read).toEqual(texts);
  });
});
