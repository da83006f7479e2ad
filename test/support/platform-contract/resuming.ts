import { describe, expect, test } from "vitest";

import { causeOf, intentOf, never, question, showing } from "./harness.ts";
import type { OpenHarness, Room } from "./harness.ts";
import { unfenced } from "../fence.ts";

const rooms: readonly Room[] = ["public", "direct"];

/** A reply whose process died, completed by the next one. */
export function testResuming(open: OpenHarness): void {
  describe("after a restart", () => {
    test.each(rooms)("a reply is completed in the messages that are known (%s)", async (room) => {
      await using harness = await open();
      const asked = await question(harness, room);
      const known = await harness.platform
        .openReply(asked.place, intentOf("c", [], asked.author.id))
        .show(["Hal", "second", "third"], showing(false));
      await harness.restart();
      const options = showing(true);
      const ids = await harness.platform
        .openReply(asked.place, intentOf("c", known, asked.author.id))
        .show(["Another whole answer"], options);
      expect(ids).toEqual(known.slice(0, 1));
      expect(options.posted).toEqual([]);
      expect(await harness.shown(asked.place)).toMatchObject([
        { id: known[0], text: "Another whole answer", isGrowing: false, buttons: [] },
      ]);
    });

    test.each(rooms)("a reply goes on in new messages behind those that are known (%s)", async (room) => {
      await using harness = await open();
      const asked = await question(harness, room);
      const known = await harness.platform
        .openReply(asked.place, intentOf("c", [], asked.author.id))
        .show(["one"], showing(false));
      await harness.restart();
      const options = showing(true);
      const ids = await harness.platform
        .openReply(asked.place, intentOf("c", known, asked.author.id))
        .show(["one", "two", "three"], options);
      expect(ids).toEqual([...known, ...options.posted]);
      expect((await harness.shown(asked.place)).map(({ text }) => text)).toEqual(["one", "two", "three"]);
    });

    test.each(rooms)("a reply grows on in the message that is known (%s)", async (room) => {
      await using harness = await open();
      const asked = await question(harness, room);
      const known = await harness.platform
        .openReply(asked.place, intentOf("c", [], asked.author.id))
        .show(["Hal"], showing(false));
      await harness.restart();
      const reply = harness.platform.openReply(asked.place, intentOf("c", known, asked.author.id));
      await reply.show(["An"], showing(false));
      await reply.show(["Another"], showing(false));
      expect(await reply.show(["Another answer"], showing(true))).toEqual(known);
      expect((await harness.shown(asked.place)).map(({ text }) => text)).toEqual(["Another answer"]);
    });

    test.each(rooms)(
      "what was posted is found by its cause, in order, and nothing else (%s)",
      async (room) => {
        await using harness = await open();
        const asked = await question(harness, room);
        const other = await question(harness, room);
        const post = (place: typeof asked.place, cause: string, texts: readonly string[]) =>
          harness.platform.openReply(place, intentOf(cause, [], asked.author.id)).show(texts, showing(true));
        const ids = await post(asked.place, "c1", ["one", "two", "three"]);
        const others = await post(other.place, "c2", ["other"]);
        await harness.restart();
        const { platform } = harness;
        expect(await platform.findPosted(asked.place, causeOf("c1"), never)).toEqual(ids);
        expect(await platform.findPosted(other.place, causeOf("c2"), never)).toEqual(others);
      },
    );

    test.each(rooms)("what was posted under another cause is not taken for the reply (%s)", async (room) => {
      await using harness = await open();
      const { place, author } = await question(harness, room);
      const ids = await harness.platform
        .openReply(place, intentOf("c1", [], author.id))
        .show(["the reply"], showing(false));
      await harness.platform.post(place, causeOf("c2"), { text: "a remark" }, never);
      await harness.restart();
      expect(await harness.platform.findPosted(place, causeOf("c1"), never)).toEqual(ids);
    });

    test.each(rooms)("what was being written is found by its cause (%s)", async (room) => {
      await using harness = await open();
      const asked = await question(harness, room);
      const ids = await harness.platform
        .openReply(asked.place, intentOf("c", [], asked.author.id))
        .show(["Hal"], showing(false));
      await harness.restart();
      expect(await harness.platform.findPosted(asked.place, causeOf("c"), never)).toEqual(ids);
    });

    test("nothing is found of a cause under which nothing was posted", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const { place } = await question(harness, room);
        expect(await harness.platform.findPosted(place, causeOf("c"), never)).toEqual([]);
      }
    });

    test("what was taken away is not found", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const reply = harness.platform.openReply(place, intentOf("c", [], author.id));
      await reply.show(["one"], showing(false));
      await reply.remove(unfenced(never));
      expect(await harness.platform.findPosted(place, causeOf("c"), never)).toEqual([]);
    });

    test("a reply that somebody deleted meanwhile is not posted anew", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const known = await harness.platform
        .openReply(place, intentOf("c", [], author.id))
        .show(["Hal"], showing(false));
      for (const id of known) await harness.removeOwn(place, id);
      await harness.restart();
      const options = showing(true);
      const reply = harness.platform.openReply(place, intentOf("c", known, author.id));
      expect(await reply.show(["Whole"], options)).toEqual([]);
      expect(options.posted).toEqual([]);
      expect(await harness.shown(place)).toEqual([]);
    });

    test("a reply can be taken away", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const known = await harness.platform
        .openReply(place, intentOf("c", [], author.id))
        .show(["one", "two"], showing(false));
      await harness.restart();
      await harness.platform.openReply(place, intentOf("c", known, author.id)).remove(unfenced(never));
      expect(await harness.shown(place)).toEqual([]);
    });
  });
}
