import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import { AppError } from "../../../src/core/errors.ts";
import { startPlayground } from "./playground-server.ts";

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
    expect(second.events).toMatchObject([{ kind: "message", text: "left over", addressed: "mention" }]);
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
