import { describe, expect, test } from "vitest";

import { AppError } from "../../../src/core/errors.ts";
import type { MessageCreated } from "../../../src/core/event.ts";
import type { LiveReply } from "../../../src/core/platform.ts";
import { intentOf, never, question, showing, until } from "./harness.ts";
import type { Harness, OpenHarness, Room, Shown } from "./harness.ts";
import { unfenced } from "../fence.ts";

const rooms: readonly Room[] = ["public", "private", "direct"];

function begin(harness: Harness, { place, author }: MessageCreated, cause = "c"): LiveReply {
  return harness.platform.openReply(place, intentOf(cause, [], author.id));
}

const textsOf = (shown: readonly Shown[]) => shown.map(({ text }) => text);

/** A reply that is shown while it is written. */
export function testGrowing(open: OpenHarness): void {
  describe("a reply that grows", () => {
    test.each(rooms)(
      "is one message, complete in the end and without a sign of writing (%s)",
      async (room) => {
        await using harness = await open();
        const asked = await question(harness, room);
        const reply = begin(harness, asked);
        const growing = showing(false);
        const first = await reply.show(["Once"], growing);
        expect(first).toEqual(growing.posted);
        expect(first).toHaveLength(1);
        expect(await harness.shown(asked.place)).toMatchObject([
          { id: first[0], text: "Once", isGrowing: true },
        ]);
        await reply.show(["Once upon"], growing);
        await reply.show(["Once upon a **time"], growing);
        const final = showing(true);
        expect(await reply.show(["Once upon a **time**."], final)).toEqual(first);
        expect(final.posted).toEqual([]);
        expect(growing.posted).toEqual(first);
        const [shown, ...more] = await harness.shown(asked.place);
        expect(more).toEqual([]);
        expect(shown).toMatchObject({
          id: first[0],
          text: "Once upon a time.",
          isGrowing: false,
          buttons: [],
        });
      },
    );

    test.each(rooms)("is seen by whoever reads there (%s)", async (room) => {
      await using harness = await open();
      const asked = await question(harness, room);
      await begin(harness, asked).show(["For your eyes"], showing(true));
      expect(textsOf(await harness.shown(asked.place, "member"))).toEqual(["For your eyes"]);
      const others = room === "direct" ? (["admin", "guest"] as const) : (["guest"] as const);
      if (room !== "public") {
        for (const who of others) expect(await harness.everythingSeenBy(who)).not.toContain("For your eyes");
      }
    });

    test("can be complete at once", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const options = showing(true);
        const ids = await begin(harness, asked, room).show(["All of it."], options);
        expect(ids).toEqual(options.posted);
        expect(await harness.shown(asked.place)).toMatchObject([
          { id: ids[0], text: "All of it.", isGrowing: false, buttons: [] },
        ]);
      }
    });

    test("without a text is not there", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const reply = begin(harness, asked, room);
        expect(await reply.show([], showing(false))).toEqual([]);
        expect(await reply.show([], showing(true))).toEqual([]);
        expect(await harness.shown(asked.place)).toEqual([]);
      }
    });

    test("grows over several messages", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const reply = begin(harness, asked, room);
        const growing = showing(false);
        await reply.show(["first"], growing);
        await reply.show(["first part", "second"], growing);
        const final = showing(true);
        const ids = await reply.show(["first part", "second part", "third part"], final);
        expect([...growing.posted, ...final.posted]).toEqual(ids);
        const shown = await harness.shown(asked.place);
        expect(shown.map(({ id }) => id)).toEqual(ids);
        expect(textsOf(shown)).toEqual(["first part", "second part", "third part"]);
        expect(shown.filter(({ isGrowing }) => isGrowing)).toEqual([]);
      }
    });

    test("made of fewer parts in the end, leaves none behind", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const reply = begin(harness, asked, room);
        const ids = await reply.show(["one", "two", "three"], showing(false));
        expect(await reply.show(["another"], showing(true))).toEqual(ids.slice(0, 1));
        expect(textsOf(await harness.shown(asked.place))).toEqual(["another"]);
      }
    });

    test("waits for each new message to be noted before it goes on", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const counts: number[] = [];
      await begin(harness, asked).show(["one", "two"], {
        ...showing(true),
        onPosted: async () => {
          counts.push((await harness.shown(asked.place)).length);
        },
      });
      expect(counts).toEqual([1, 2]);
    });

    test("that changed its mind shows its new text alone", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const reply = begin(harness, asked, room);
        await reply.show(["I would say that"], showing(false));
        await reply.show(["No: it is"], showing(false));
        await reply.show(["No: it is otherwise."], showing(true));
        expect(textsOf(await harness.shown(asked.place))).toEqual(["No: it is otherwise."]);
      }
    });

    test("that somebody deleted is not posted anew", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const reply = begin(harness, asked);
      const [id = ""] = await reply.show(["one"], showing(false));
      await harness.removeOwn(asked.place, id as never);
      const later = showing(true);
      expect(await reply.show(["one two"], showing(false))).toEqual([]);
      expect(await reply.show(["one two three"], later)).toEqual([]);
      expect(later.posted).toEqual([]);
      expect(await harness.shown(asked.place)).toEqual([]);
    });

    test("can be taken away", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const reply = begin(harness, asked, room);
        await reply.show(["one", "two"], showing(false));
        await reply.remove(unfenced(never));
        await reply.remove(unfenced(never));
        expect(await harness.shown(asked.place)).toEqual([]);
      }
    });

    test("that was never shown can be taken away", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      await begin(harness, asked).remove(unfenced(never));
      expect(await harness.shown(asked.place)).toEqual([]);
    });

    test("makes no call once it is somebody else's", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const reply = begin(harness, asked, room);
        const lost = async () => {
          throw new AppError("superseded", "lost");
        };
        const late = (final: boolean) => ({ ...showing(final), check: lost });
        const superseded = { code: "superseded" };
        await expect(reply.show(["never"], late(false))).rejects.toMatchObject(superseded);
        await reply.show(["one"], showing(true));
        await expect(reply.show(["two"], late(true))).rejects.toMatchObject(superseded);
        await expect(reply.show(["one", "two"], late(true))).rejects.toMatchObject(superseded);
        await expect(reply.remove({ ...unfenced(never), check: lost })).rejects.toMatchObject(superseded);
        expect((await harness.shown(asked.place)).map(({ text }) => text)).toEqual(["one"]);
      }
    });

    test("is written down before each of its messages, and after it", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const written: string[] = [];
        const options = {
          ...showing(true),
          onPosting: async () =>
            void written.push(`posting beside ${(await harness.shown(asked.place)).length}`),
          onPosted: async () => void written.push("posted"),
        };
        await begin(harness, asked, room).show(["one", "two"], options);
        expect(written).toEqual(["posting beside 0", "posted", "posting beside 1", "posted"]);
      }
    });

    test("goes no further once it was given up", async () => {
      await using harness = await open();
      for (const room of rooms) {
        const asked = await question(harness, room);
        const given = AbortSignal.abort();
        const reply = begin(harness, asked, room);
        await expect(reply.show(["x"], showing(true, given))).rejects.toMatchObject({ code: "aborted" });
        await expect(reply.remove(unfenced(given))).rejects.toMatchObject({ code: "aborted" });
        expect(await harness.shown(asked.place)).toEqual([]);
      }
    });

    test("two at once in one channel don't mix", async () => {
      await using harness = await open();
      const questions = [await question(harness, "public"), await question(harness, "public", "admin")];
      const replies = questions.map((asked, index) => begin(harness, asked, `c${index}`));
      for (const text of ["a", "a b", "a b c"])
        await Promise.all(replies.map((reply, at) => reply.show([`${at}: ${text}`], showing(false))));
      const posted = await Promise.all(
        replies.map((reply, at) => reply.show([`${at}: done`], showing(true))),
      );
      for (const [at, { place }] of questions.entries()) {
        const own = await until(async () => {
          const shown = await harness.shown(place);
          return shown.find(({ id }) => id === posted[at]?.[0]);
        }, "the reply");
        expect(own.text).toBe(`${at}: done`);
      }
    });
  });
}
