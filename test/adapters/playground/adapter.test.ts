import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import type { CauseId, ChannelId, PersonId } from "../../../src/core/ids.ts";
import { placeIn, reply, signal, startPlayground, watch } from "./playground-server.ts";

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
    expect(await told).toBe("none");
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
      ["root", "ada", false],
    ]);
    expect(await seen(2, root.id)).toHaveLength(2);
    expect(await seen(10)).toEqual([
      ["before the thread", "ben", false],
      ["root", "ada", false],
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

  it("has no attachments", async () => {
    await using playground = await startPlayground();
    const attachment = { id: "a", name: "a.txt", mediaType: "text/plain", sizeBytes: 1 };
    await expect(playground.platform.download(attachment, 10, signal)).rejects.toMatchObject({
      code: "platform_refused",
    });
  });

  it("hands out a file to those alone who may read its message, and shows nothing but pictures", async () => {
    await using playground = await startPlayground();
    const bytes = new TextEncoder().encode("<script>alert(1)</script>");
    const files = [
      { name: "a.html", mediaType: "text/html", bytes, altText: "A page" },
      { name: "b.png", mediaType: "image/png", bytes, altText: "A picture" },
    ];
    await playground.platform.post(placeIn("dm-ada"), "c" as CauseId, { text: "x", files }, signal);
    const { messages } = await playground.list("ada", "dm-ada");
    const [page, picture] = messages[0]?.files ?? [];
    const get = (id: string | undefined, as: string) => playground.call("GET", `/api/files/${id}?as=${as}`);
    const saved = await get(page?.id, "ada");
    expect(saved.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''a.html");
    expect((await get(picture?.id, "ada")).headers.get("content-disposition")).toMatch(/^inline/);
    expect((await get(picture?.id, "ben")).status).toBe(404);
    expect((await get("no-such-file", "ada")).status).toBe(404);
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
