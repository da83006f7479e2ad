import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import { AppError } from "../../../src/core/errors.ts";
import type { CauseId, ChannelId, MessageId, PersonId } from "../../../src/core/ids.ts";
import { placeIn, reply, signal, startPlayground, watch } from "./playground-server.ts";

describe("what is said reaches Parley", () => {
  it("a mention in a channel begins a thread at that message", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ada", "general", "Hello @Parley, how are you?");
    expect(playground.events).toEqual([
      {
        kind: "message",
        deliveryIds: [expect.stringContaining(id)],
        conversation: `playground/playground/general/${id}`,
        place: placeIn("general", id),
        message: id,
        sentAt: expect.any(Number),
        author: { id: "ada", name: "Ada Okafor", isBot: false },
        text: "Hello @Parley, how are you?",
        attachments: [],
        channelKind: "public",
        addressed: "mention",
      },
    ]);
  });

  it("a direct message belongs to the one conversation of its channel", async () => {
    await using playground = await startPlayground();
    await playground.post("gus", "dm-gus", "Hello");
    expect(playground.events).toMatchObject([
      {
        conversation: "playground/playground/dm-gus",
        place: placeIn("dm-gus"),
        channelKind: "direct",
        addressed: "direct",
      },
    ]);
  });

  it.each([
    ["a mention", "@Parley hi", "mention"],
    ["a mention in lower case", "hi @parley!", "mention"],
    ["the name without an at", "Parley hi", "none"],
    ["an address", "mail x@parley.org", "none"],
    ["a longer name", "@Parleys hi", "none"],
    ["a domain", "@parley.org is taken", "none"],
    ["somebody else", "@Ben Lindqvist hi", "none"],
  ])("%s in a channel is addressed as %j → %s", async (_what, text, addressed) => {
    await using playground = await startPlayground();
    await playground.post("ben", "guest-project", text);
    expect(playground.events).toMatchObject([{ addressed, channelKind: "private" }]);
  });

  it("in a thread Parley is addressed without a mention once it has spoken there, or was called", async () => {
    await using playground = await startPlayground();
    const quiet = await playground.post("ada", "general", "Lunch?");
    await playground.post("ben", "general", "Yes", quiet.id);
    await reply(playground.platform, placeIn("general", quiet.id), "May I join?");
    await playground.post("ben", "general", "Sure", quiet.id);
    const called = await playground.post("ada", "general", "@Parley?");
    await playground.post("ada", "general", "and quickly", called.id);
    expect(playground.events).toMatchObject([
      { text: "Lunch?", addressed: "none" },
      { text: "Yes", addressed: "none" },
      { text: "Sure", addressed: "thread", conversation: `playground/playground/general/${quiet.id}` },
      { text: "@Parley?", addressed: "mention" },
      {
        text: "and quickly",
        addressed: "thread",
        conversation: `playground/playground/general/${called.id}`,
      },
    ]);
  });

  it("an edit, a deletion and a stop carry the conversation of their message", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ada", "general", "@Parley hi");
    const live = playground.platform.openReply(placeIn("general", id), "c1" as CauseId, []);
    const [replyId] = await live.show(["Wri"], {
      final: false,
      buttons: [],
      onPosted: async () => {},
      signal,
    });
    const path = `/api/channels/general/messages`;
    const stop = await playground.call("POST", `${path}/${replyId}/stop`, {
      as: "ben",
      pressId: randomUUID(),
      thread: id,
    });
    const edit = await playground.call("PUT", `${path}/${id}`, {
      as: "ada",
      editId: randomUUID(),
      text: "@Parley hello",
    });
    const remove = await playground.call("DELETE", `${path}/${id}`, { as: "ada" });
    expect([stop.status, edit.status, remove.status]).toEqual([202, 200, 204]);
    const conversation = `playground/playground/general/${id}`;
    expect(playground.events.slice(1)).toMatchObject([
      { kind: "stop", by: "ben", message: replyId, conversation },
      { kind: "edited", message: id, text: "@Parley hello", conversation, editedAt: expect.any(Number) },
      { kind: "deleted", message: id, conversation },
    ]);
  });
});

describe("nothing is lost, and nothing twice", () => {
  it("a message that is sent again under its id is the same message", async () => {
    await using playground = await startPlayground();
    const body = { as: "ada", clientId: randomUUID(), text: "@Parley once" };
    const answers = await Promise.all(
      [1, 2].map(() => playground.call("POST", "/api/channels/general/messages", body)),
    );
    const again = await playground.call("POST", "/api/channels/general/messages", { ...body, text: "other" });
    expect([...answers, again].map((answer) => answer.status)).toEqual([201, 201, 201]);
    const { messages } = await playground.list("ben", "general");
    expect(messages.map((message) => message.text)).toEqual(["@Parley once"]);
    expect(new Set(playground.events.map((event) => event.kind === "message" && event.message)).size).toBe(1);
  });

  it("a message is answered 201 only after it was taken in", async () => {
    await using playground = await startPlayground();
    let takeIn = (): void => {};
    const taken = new Promise<void>((resolve) => (takeIn = resolve));
    playground.onIntake(() => taken);
    let answered = false;
    const posting = playground.post("ada", "general", "hi").then((message) => {
      answered = true;
      return message;
    });
    const seenBefore = await playground.list("ben", "general");
    expect(answered).toBe(false);
    expect(seenBefore.messages).toEqual([]);
    takeIn();
    await posting;
    expect((await playground.list("ben", "general")).messages).toMatchObject([{ text: "hi" }]);
  });

  it("what could not be taken in stands for its author alone, and can be sent again", async () => {
    await using playground = await startPlayground();
    playground.onIntake(async () => {
      throw new AppError("storage_full", "no room");
    });
    const body = { as: "ada", clientId: randomUUID(), text: "@Parley hi" };
    const refused = await playground.call("POST", "/api/channels/general/messages", body);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({ error: expect.stringContaining("Nothing is lost") });
    expect((await playground.list("ada", "general")).messages).toMatchObject([
      { text: "@Parley hi", undelivered: true, clientId: body.clientId },
    ]);
    expect((await playground.list("ben", "general")).messages).toEqual([]);
    playground.onIntake(async () => {});
    const taken = await playground.call("POST", "/api/channels/general/messages", body);
    expect(taken.status).toBe(201);
    expect((await playground.list("ben", "general")).messages).toHaveLength(1);
    expect(playground.events).toHaveLength(1);
  });

  it("what could not be taken in is handed in at the next start, and only then", async () => {
    await using first = await startPlayground();
    await first.post("ada", "general", "@Parley delivered");
    first.onIntake(async () => {
      throw new AppError("closed", "going down");
    });
    await first.call("POST", "/api/channels/general/messages", {
      as: "ada",
      clientId: randomUUID(),
      text: "@Parley left over",
    });
    await first.stop();
    const second = await startPlayground({ dir: first.dir });
    expect(second.events).toMatchObject([
      { kind: "message", text: "@Parley left over", addressed: "mention" },
    ]);
    expect((await second.list("ben", "general")).messages.map((message) => message.text)).toEqual([
      "@Parley delivered",
      "@Parley left over",
    ]);
    await second.stop();
    const third = await startPlayground({ dir: first.dir });
    expect(third.events).toEqual([]);
    await third.stop();
  });

  it("an edit that is sent again under its id is the same edit", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ada", "general", "one");
    const edit = { as: "ada", editId: randomUUID(), text: "two" };
    playground.onIntake(async () => {
      throw new AppError("storage_failed", "no");
    });
    expect((await playground.call("PUT", `/api/channels/general/messages/${id}`, edit)).status).toBe(503);
    playground.onIntake(async () => {});
    await playground.call("PUT", `/api/channels/general/messages/${id}`, edit);
    await playground.call("PUT", `/api/channels/general/messages/${id}`, edit);
    const edits = playground.events.filter((event) => event.kind === "edited");
    expect(edits).toHaveLength(2);
    expect(edits[0]).toEqual(edits[1]);
  });

  it("a deletion that could not be taken in did not happen", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ada", "general", "one");
    playground.onIntake(async () => {
      throw new AppError("storage_failed", "no");
    });
    expect(
      (await playground.call("DELETE", `/api/channels/general/messages/${id}`, { as: "ada" })).status,
    ).toBe(503);
    expect((await playground.list("ben", "general")).messages).toHaveLength(1);
  });

  it("after intake was stopped a message is refused with a sentence", async () => {
    await using playground = await startPlayground();
    await playground.platform.stopIntake();
    const answer = await playground.call("POST", "/api/channels/general/messages", {
      as: "ada",
      clientId: randomUUID(),
      text: "hi",
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: expect.stringContaining("shutting down") });
    expect(playground.platform.health().ok).toBe(false);
  });

  it("a deleted message does not come back when it is sent again", async () => {
    await using playground = await startPlayground();
    const body = { as: "ada", clientId: randomUUID(), text: "gone" };
    const { message } = (await (
      await playground.call("POST", "/api/channels/general/messages", body)
    ).json()) as { message: { id: string } };
    await playground.call("DELETE", `/api/channels/general/messages/${message.id}`, { as: "ada" });
    expect((await playground.call("POST", "/api/channels/general/messages", body)).status).toBe(410);
    expect((await playground.list("ada", "general")).messages).toEqual([]);
  });

  it("what was said is there after a restart, in order", async () => {
    await using first = await startPlayground();
    for (const text of ["one", "two", "three"]) await first.post("ada", "general", text);
    await first.stop();
    const second = await startPlayground({ dir: first.dir });
    expect((await second.list("ada", "general")).messages.map((message) => message.text)).toEqual([
      "one",
      "two",
      "three",
    ]);
    await second.stop();
  });
});

describe("a reply that grows", () => {
  const showing = (final: boolean, posted: MessageId[] = []) => ({
    final,
    buttons: [],
    signal,
    onPosted: async (id: MessageId) => {
      posted.push(id);
    },
  });

  it("is shown while it is written, and complete for good", async () => {
    await using playground = await startPlayground();
    await using page = await watch(playground.url, "ada");
    const live = playground.platform.openReply(placeIn("dm-ada"), "c1" as CauseId, []);
    const posted: MessageId[] = [];
    await live.show(["One **bo"], showing(false, posted));
    await live.show(["One **bold**.\n\nTwo"], showing(false, posted));
    await page.until(() => page.seen.some((event) => event.kind === "grow"));
    expect((await playground.list("ada", "dm-ada")).messages).toMatchObject([
      { writing: true, text: "One **bold**.\n\nTwo" },
    ]);
    await live.show(["One **bold**.\n\nTwo."], showing(true, posted));
    expect(posted).toHaveLength(1);
    expect((await playground.list("ada", "dm-ada")).messages).toMatchObject([
      {
        id: posted[0],
        writing: false,
        author: "parley",
        blocks: ["<p>One <strong>bold</strong>.</p>", "<p>Two.</p>"],
      },
    ]);
    await page.until(() =>
      page.seen.some(
        (event) => event.kind === "message" && !(event["message"] as { writing: boolean }).writing,
      ),
    );
  });

  it("each step that is sent applies to the version before it", async () => {
    await using playground = await startPlayground();
    await using page = await watch(playground.url, "ada");
    const live = playground.platform.openReply(placeIn("dm-ada"), "c1" as CauseId, []);
    let text = "";
    for (const word of ["First.\n\n", "Second.\n\n", "- a\n", "- b\n\n", "Third", "."]) {
      text += word;
      await live.show([text], showing(false));
      // A listing shows the newest text, so what is being written is sent on before it is answered.
      await playground.list("ada", "dm-ada");
    }
    await page.until(() => page.seen.filter((event) => event.kind === "grow").length >= 5);
    const first = page.seen.find((event) => event.kind === "message")?.["message"] as {
      blocks: string[];
      version: number;
    };
    let { version } = first;
    const blocks = [...first.blocks];
    for (const event of page.seen.filter(({ kind }) => kind === "grow")) {
      expect(event["base"]).toBe(version);
      version = event["version"] as number;
      blocks.splice(event["from"] as number, Infinity, ...(event["blocks"] as string[]));
    }
    expect(blocks).toEqual([
      "<p>First.</p>",
      "<p>Second.</p>",
      "<ul><li>a</li><li>b</li></ul>",
      "<p>Third.</p>",
    ]);
  });

  it("made of fewer parts than before, takes the surplus away", async () => {
    await using playground = await startPlayground();
    const live = playground.platform.openReply(placeIn("dm-ada"), "c1" as CauseId, []);
    const three = await live.show(["a", "b", "c"], showing(false));
    expect(three).toHaveLength(3);
    expect(await live.show(["A", "B"], showing(true))).toEqual(three.slice(0, 2));
    expect((await playground.list("ada", "dm-ada")).messages.map((message) => message.text)).toEqual([
      "A",
      "B",
    ]);
  });

  it("is found by its cause after the process died, and completed by replacing its whole text", async () => {
    await using first = await startPlayground();
    const place = placeIn("dm-ada");
    const live = first.platform.openReply(place, "c1" as CauseId, []);
    const ids = await live.show(["Hel"], showing(false));
    await first.stop();
    const second = await startPlayground({ dir: first.dir });
    const found = await second.platform.findPosted(place, "c1" as CauseId, signal);
    expect(found).toEqual(ids);
    const posted: MessageId[] = [];
    await second.platform
      .openReply(place, "c1" as CauseId, found)
      .show(["Another answer", "in two parts"], showing(true, posted));
    expect((await second.list("ada", "dm-ada")).messages.map((message) => message.text)).toEqual([
      "Another answer",
      "in two parts",
    ]);
    expect(posted).toHaveLength(1);
    await second.stop();
  });

  it("of an attempt that knows of no message takes up the one that stands", async () => {
    await using playground = await startPlayground();
    const place = placeIn("dm-ada");
    await playground.platform.openReply(place, "c1" as CauseId, []).show(["Hel"], showing(false));
    await playground.platform.openReply(place, "c1" as CauseId, []).show(["Hello"], showing(true));
    expect((await playground.list("ada", "dm-ada")).messages.map((message) => message.text)).toEqual([
      "Hello",
    ]);
  });

  it("removed and shown again is a new message", async () => {
    await using playground = await startPlayground();
    const place = placeIn("dm-ada");
    const live = playground.platform.openReply(place, "c1" as CauseId, []);
    const [before] = await live.show(["one"], showing(false));
    await live.remove(signal);
    expect(await playground.platform.findPosted(place, "c1" as CauseId, signal)).toEqual([]);
    const [after] = await playground.platform
      .openReply(place, "c1" as CauseId, [])
      .show(["two"], showing(true));
    expect(after).not.toBe(before);
    expect((await playground.list("ada", "dm-ada")).messages.map((message) => message.text)).toEqual(["two"]);
  });

  it("that somebody deleted while it was written stays deleted", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ben", "general", "@Parley hi");
    const live = playground.platform.openReply(placeIn("general", id), "c1" as CauseId, []);
    const [replyId] = await live.show(["one"], showing(false));
    const removed = await playground.call("DELETE", `/api/channels/general/messages/${replyId}`, {
      as: "ada",
      thread: id,
    });
    expect(removed.status).toBe(204);
    expect(await live.show(["one two"], showing(false))).toEqual([]);
    expect(await live.show(["one two three"], showing(true))).toEqual([]);
    expect((await playground.thread("ada", "general", id)).messages).toEqual([]);
  });

  it("is not written once the call was given up", async () => {
    await using playground = await startPlayground();
    const live = playground.platform.openReply(placeIn("dm-ada"), "c1" as CauseId, []);
    const given = AbortSignal.abort();
    await expect(live.show(["x"], { ...showing(true), signal: given })).rejects.toMatchObject({
      code: "aborted",
    });
    expect((await playground.list("ada", "dm-ada")).messages).toEqual([]);
  });
});

describe("the platform's other doors", () => {
  it("a post under one cause stands once", async () => {
    await using playground = await startPlayground();
    const place = placeIn("dm-ada");
    const ids = [];
    for (const text of ["first", "second"])
      ids.push(await playground.platform.post(place, "p1" as CauseId, { text }, signal));
    expect(ids[0]).toBe(ids[1]);
    expect((await playground.list("ada", "dm-ada")).messages.map((message) => message.text)).toEqual([
      "first",
    ]);
    expect(await playground.platform.findPosted(place, "p1" as CauseId, signal)).toEqual([ids[0]]);
  });

  it("own messages are edited and deleted, others' are not", async () => {
    await using playground = await startPlayground();
    const { platform } = playground;
    const asked = await playground.post("ada", "general", "@Parley hi");
    const place = placeIn("general", asked.id);
    const id = await reply(platform, place, "one");
    await platform.edit(place, id, { text: "two" }, signal);
    expect((await playground.thread("ada", "general", asked.id)).messages).toMatchObject([{ text: "two" }]);
    await platform.delete(place, id, signal);
    await platform.delete(place, id, signal);
    expect((await playground.thread("ada", "general", asked.id)).messages).toEqual([]);
    await expect(platform.edit(place, asked.id, { text: "x" }, signal)).rejects.toMatchObject({
      code: "platform_refused",
    });
    await expect(platform.delete(place, asked.id, signal)).rejects.toMatchObject({
      code: "platform_refused",
    });
    await expect(platform.edit(place, id, { text: "x" }, signal)).rejects.toMatchObject({
      code: "platform_refused",
    });
  });

  it("a notice reaches its person alone, and stays until it is dismissed", async () => {
    await using playground = await startPlayground();
    await using ada = await watch(playground.url, "ada");
    await using ben = await watch(playground.url, "ben");
    expect(
      await playground.platform.notify(placeIn("general"), "ada" as PersonId, "Just **you**", signal),
    ).toBe("ephemeral");
    await ada.until(() => ada.seen.some((event) => event.kind === "notice"));
    await playground.post("ben", "general", "hi");
    await ben.until(() => ben.seen.some((event) => event.kind === "message"));
    expect(ben.seen.some((event) => event.kind === "notice")).toBe(false);
    const { notices } = await playground.list("ada", "general");
    expect(notices).toMatchObject([{ blocks: ["<p>Just <strong>you</strong></p>"] }]);
    expect((await playground.list("ben", "general")).notices).toEqual([]);
    const path = `/api/notices/${notices[0]?.id}`;
    await playground.call("DELETE", path, { as: "ben" });
    expect((await playground.list("ada", "general")).notices).toHaveLength(1);
    await playground.call("DELETE", path, { as: "ada" });
    expect((await playground.list("ada", "general")).notices).toEqual([]);
  });

  it("nobody is told something in a place they can't read", async () => {
    await using playground = await startPlayground();
    const told = playground.platform.notify(placeIn("leadership"), "gus" as PersonId, "x", signal);
    await expect(told).rejects.toMatchObject({ code: "platform_refused" });
  });

  it("history answers a thread newest first with its root last, and whose each message is", async () => {
    await using playground = await startPlayground();
    const { platform } = playground;
    const root = await playground.post("ada", "general", "@Parley root");
    await playground.post("ben", "general", "before the thread");
    await reply(platform, placeIn("general", root.id), "answer");
    await playground.post("ben", "general", "thanks", root.id);
    const seen = async (limit: number, thread?: string) =>
      (await platform.history(placeIn("general", thread), limit, signal)).map(({ text, author, isOwn }) => [
        text,
        author.id,
        isOwn,
      ]);
    expect(await seen(10, root.id)).toEqual([
      ["thanks", "ben", false],
      ["answer", "parley", true],
      ["@Parley root", "ada", false],
    ]);
    expect(await seen(2, root.id)).toHaveLength(2);
    expect(await seen(10)).toEqual([
      ["before the thread", "ben", false],
      ["@Parley root", "ada", false],
    ]);
  });

  it("says who and what there is, by its own rules", async () => {
    await using playground = await startPlayground();
    const { platform } = playground;
    const { workspace } = placeIn("general");
    expect(await platform.person(workspace, "ada" as PersonId, signal)).toEqual({
      name: "Ada Okafor",
      isAdmin: true,
      isGuest: false,
      isBot: false,
    });
    expect(await platform.person(workspace, "gus" as PersonId, signal)).toMatchObject({
      isAdmin: false,
      isGuest: true,
    });
    expect(await platform.person(workspace, "eve" as PersonId, signal)).toBeUndefined();
    expect(await platform.channel(workspace, "leadership" as ChannelId, signal)).toEqual({
      name: "leadership",
      kind: "private",
    });
    expect(await platform.channel(workspace, "nowhere" as ChannelId, signal)).toBeUndefined();
  });

  it("has no attachments and takes no files", async () => {
    await using playground = await startPlayground();
    const attachment = { id: "a", name: "a.txt", mediaType: "text/plain", sizeBytes: 1 };
    await expect(playground.platform.download(attachment, 10, signal)).rejects.toMatchObject({
      code: "platform_refused",
    });
    const files = [{ name: "a", mediaType: "text/plain", bytes: new Uint8Array(), altText: "" }];
    const posting = playground.platform.post(placeIn("dm-ada"), "c" as CauseId, { text: "x", files }, signal);
    await expect(posting).rejects.toMatchObject({ code: "platform_refused" });
  });

  it("a deleted root keeps its thread, and says no more", async () => {
    await using playground = await startPlayground();
    const root = await playground.post("ben", "general", "my secret");
    await playground.post("ada", "general", "answer", root.id);
    await playground.call("DELETE", `/api/channels/general/messages/${root.id}`, { as: "ben" });
    const { messages } = await playground.list("ada", "general");
    expect(messages).toMatchObject([
      { id: root.id, deleted: true, text: "", answers: { replies: 1, people: ["ada"] } },
    ]);
    expect((await playground.thread("ada", "general", root.id)).messages).toHaveLength(1);
  });

  it("stored messages are found by their person", async () => {
    await using playground = await startPlayground();
    await playground.post("ada", "general", "mine");
    await playground.post("ben", "general", "not mine");
    const { items } = await playground.storage.log.byPerson<{ text?: string }>("playground/playground/ada", {
      limit: 10,
    });
    expect(items.flatMap(({ value }) => value.text ?? [])).toEqual(["mine"]);
  });

  it("the log holds nothing of what was said", async () => {
    await using playground = await startPlayground();
    playground.onIntake(async () => {
      throw new Error("canary-in-error");
    });
    await playground.call("POST", "/api/channels/general/messages", {
      as: "ada",
      clientId: randomUUID(),
      text: "canary-text",
    });
    expect(JSON.stringify(playground.log.lines)).not.toContain("canary");
    expect(playground.log.lines.length).toBeGreaterThan(0);
  });
});
