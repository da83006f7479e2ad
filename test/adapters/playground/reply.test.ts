import { describe, expect, it } from "vitest";

import type { CauseId, MessageId } from "../../../src/core/ids.ts";
import { intent } from "../../support/intent.ts";
import { placeIn, signal, startPlayground, watch } from "./playground-server.ts";
import { unfenced, unwatched } from "../../support/fence.ts";

describe("a reply that grows", () => {
  const showing = (final: boolean, posted: MessageId[] = []) => ({
    final,
    buttons: [],
    ...unwatched(signal),
    onPosted: async (id: MessageId) => {
      posted.push(id);
    },
  });

  it("is shown while it is written, and complete for good", async () => {
    await using playground = await startPlayground();
    await using page = await watch(playground.url, "ada");
    const live = playground.platform.openReply(placeIn("dm-ada"), intent("c1"));
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
    const live = playground.platform.openReply(placeIn("dm-ada"), intent("c1"));
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
    const live = playground.platform.openReply(placeIn("dm-ada"), intent("c1"));
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
    const live = first.platform.openReply(place, intent("c1"));
    const ids = await live.show(["Hel"], showing(false));
    await first.stop();
    const second = await startPlayground({ dir: first.dir });
    const found = await second.platform.findPosted(place, "c1" as CauseId, signal);
    expect(found).toEqual(ids);
    const posted: MessageId[] = [];
    await second.platform
      .openReply(place, intent("c1", found))
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
    await playground.platform.openReply(place, intent("c1")).show(["Hel"], showing(false));
    await playground.platform.openReply(place, intent("c1")).show(["Hello"], showing(true));
    expect((await playground.list("ada", "dm-ada")).messages.map((message) => message.text)).toEqual([
      "Hello",
    ]);
  });

  it("removed and shown again is a new message", async () => {
    await using playground = await startPlayground();
    const place = placeIn("dm-ada");
    const live = playground.platform.openReply(place, intent("c1"));
    const [before] = await live.show(["one"], showing(false));
    await live.remove(unfenced(signal));
    expect(await playground.platform.findPosted(place, "c1" as CauseId, signal)).toEqual([]);
    const [after] = await playground.platform.openReply(place, intent("c1")).show(["two"], showing(true));
    expect(after).not.toBe(before);
    expect((await playground.list("ada", "dm-ada")).messages.map((message) => message.text)).toEqual(["two"]);
  });

  it("that somebody deleted while it was written stays deleted", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ben", "general", "@Parley hi");
    const live = playground.platform.openReply(placeIn("general", id), intent("c1"));
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
    const live = playground.platform.openReply(placeIn("dm-ada"), intent("c1"));
    const given = AbortSignal.abort();
    await expect(live.show(["x"], { ...showing(true), signal: given })).rejects.toMatchObject({
      code: "aborted",
    });
    expect((await playground.list("ada", "dm-ada")).messages).toEqual([]);
  });
});
