import { describe, expect, test } from "vitest";

import type { Place } from "../../../src/core/event.ts";
import type { MessageId, PersonId } from "../../../src/core/ids.ts";
import type { Platform } from "../../../src/core/platform.ts";
import { causeOf, never, question, settle } from "./harness.ts";
import type { OpenHarness, Room } from "./harness.ts";

const rooms: readonly Room[] = ["public", "private", "direct"];

interface Call {
  readonly title: string;
  readonly run: (platform: Platform, place: Place, own: MessageId, person: PersonId) => Promise<unknown>;
}

const given = AbortSignal.abort();

const calls: readonly Call[] = [
  { title: "post", run: (platform, place) => platform.post(place, causeOf("x"), { text: "x" }, given) },
  { title: "edit", run: (platform, place, own) => platform.edit(place, own, { text: "x" }, given) },
  { title: "delete", run: (platform, place, own) => platform.delete(place, own, given) },
  { title: "findPosted", run: (platform, place) => platform.findPosted(place, causeOf("own"), given) },
  { title: "notify", run: (platform, place, _own, person) => platform.notify(place, person, "x", given) },
  {
    title: "sendDirect",
    run: (platform, { workspace }, _own, person) =>
      platform.sendDirect(workspace, person, causeOf("x"), "x", given),
  },
  { title: "history", run: (platform, place) => platform.history(place, 10, given) },
];

/** Messages of Parley's that don't grow. */
export function testPosting(open: OpenHarness): void {
  describe("a message", () => {
    test.each(rooms)("is posted, edited and deleted (%s)", async (room) => {
      await using harness = await open();
      const { platform } = harness;
      const { place } = await question(harness, room);
      const id = await platform.post(place, causeOf("c"), { text: "**First**" }, never);
      expect(await harness.shown(place)).toMatchObject([{ id, text: "First", isGrowing: false }]);
      await platform.edit(place, id, { text: "Second" }, never);
      expect(await harness.shown(place)).toMatchObject([{ id, text: "Second" }]);
      await platform.delete(place, id, never);
      expect(await harness.shown(place)).toEqual([]);
      await platform.delete(place, id, never);
      await expect(platform.edit(place, id, { text: "Third" }, never)).rejects.toMatchObject({
        code: "platform_refused",
      });
    });

    test.each(rooms)("posted twice under one cause is one (%s)", async (room) => {
      await using harness = await open();
      const { place } = await question(harness, room);
      const post = () => harness.platform.post(place, causeOf("c"), { text: "once" }, never);
      const first = await post();
      expect(await post()).toBe(first);
      await harness.restart();
      expect(await post()).toBe(first);
      expect(await harness.shown(place)).toHaveLength(1);
      const other = await harness.platform.post(place, causeOf("d"), { text: "another" }, never);
      expect((await harness.shown(place)).map(({ id }) => id)).toEqual([first, other]);
    });

    test("of the greatest length is posted whole", async () => {
      await using harness = await open();
      const { platform } = harness;
      const { place } = await question(harness, "public");
      const { maxMessageChars } = platform.limits;
      const text = "word & <tag> _x_ ".repeat(maxMessageChars / 17).padEnd(maxMessageChars, "z");
      await platform.post(place, causeOf("c"), { text }, never);
      const shown = await harness.shown(place);
      expect(
        shown
          .map((message) => message.text)
          .join(" ")
          .match(/word/g),
      ).toHaveLength(text.match(/word/g)?.length ?? -1);
    });

    test("has the buttons it is given, or says that it can't", async () => {
      await using harness = await open();
      const { platform } = harness;
      const { place } = await question(harness, "public");
      const { maxButtons } = platform.limits;
      // The one button there is without buttons of one's own is the platform's own, to stop.
      if (!platform.abilities.buttons || maxButtons < 2) return;
      const labels = Array.from({ length: maxButtons }, (_, at) => `Choice ${at}`);
      const buttons = labels.map((label, at) => ({ action: `choice-${at}`, label }));
      const id = await platform.post(place, causeOf("c"), { text: "Which?", buttons }, never);
      expect(await harness.shown(place)).toMatchObject([{ id, text: "Which?", buttons: labels }]);
      await platform.edit(place, id, { text: "That one." }, never);
      expect(await harness.shown(place)).toMatchObject([{ id, text: "That one.", buttons: [] }]);
    });

    test("shows a picture, and says what is in it", async () => {
      await using harness = await open();
      const { platform } = harness;
      for (const room of rooms) {
        const { place } = await question(harness, room);
        const files = [
          { name: "chart.png", mediaType: "image/png", bytes: Buffer.from("png"), altText: "A chart" },
        ];
        await platform.post(place, causeOf(room), { text: "Look", files }, never);
        const shown = await harness.shown(place);
        expect(shown.flatMap(({ pictures }) => pictures)).toEqual(["A chart"]);
        expect(shown.map(({ text }) => text).join("")).toBe("Look");
      }
    });

    test.each(calls)("$title does nothing once it was given up", async ({ run }) => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const own = await harness.platform.post(place, causeOf("own"), { text: "own" }, never);
      await expect(run(harness.platform, place, own, author.id)).rejects.toMatchObject({ code: "aborted" });
      // Nor does anything happen behind the caller's back.
      await settle(harness, "public");
      expect((await harness.shown(place)).map(({ text }) => text)).toEqual(["own"]);
    });
  });

  describe("a direct message", () => {
    test("reaches that person alone, and once under one cause", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const send = () =>
        harness.platform.sendDirect(place.workspace, author.id, causeOf("c"), "between us", never);
      await send();
      await send();
      await harness.restart();
      await send();
      const seen = await harness.everythingSeenBy("member");
      expect(seen.filter((text) => text === "between us")).toHaveLength(1);
      for (const who of ["admin", "guest"] as const)
        expect(await harness.everythingSeenBy(who)).not.toContain("between us");
    });

    test("to nobody is refused", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      const sending = harness.platform.sendDirect(
        place.workspace,
        "U0NOBODY" as PersonId,
        causeOf("c"),
        "hello?",
        never,
      );
      await expect(sending).rejects.toMatchObject({ code: "platform_refused" });
    });
  });
}
