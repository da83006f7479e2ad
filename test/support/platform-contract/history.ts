import { describe, expect, test } from "vitest";

import { ask, causeOf, never, question } from "./harness.ts";
import type { OpenHarness, PlatformTraits, Saying } from "./harness.ts";

/** What was said before, and what was attached to it. */
export function testHistory({ attachments }: PlatformTraits, open: OpenHarness): void {
  describe("history", () => {
    test.each(["in a thread", "in a direct channel"])("%s is told newest first", async (where) => {
      await using harness = await open();
      const room = where === "in a thread" ? "public" : "direct";
      const asked = await question(harness, room);
      const thread = room === "public" ? { thread: asked.message } : {};
      const { person, parley } = harness.names;
      const say = (as: Saying["as"], text: string) => ask(harness, { as, room, ...thread, text });
      const { place } = await say("member", "zero");
      const answer = await harness.platform.post(place, causeOf("c"), { text: "an answer" }, never);
      await say("member", harness.names.typed("one < two"));
      const other = room === "public" ? "admin" : "member";
      const last = await say(other, `${person("guest").typed} and ${parley.typed}`);
      const history = await harness.platform.history(last.place, 3, never);
      expect(history).toEqual([
        {
          message: last.message,
          author: last.author,
          sentAt: last.sentAt,
          text: `${person("guest").heard} and ${parley.heardWithin}`.trim(),
          attachments: [],
          isOwn: false,
        },
        expect.objectContaining({ text: "one < two", isOwn: false }),
        expect.objectContaining({ message: answer, text: "an answer", isOwn: true }),
      ]);
      expect(history[2]?.author.isBot).toBe(true);
      const times = history.map(({ sentAt }) => sentAt);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      expect(await harness.platform.history(last.place, 1, never)).toHaveLength(1);
    });

    test("of a thread begins with the question that it hangs on", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const spot = { as: "admin", room: "public", thread: asked.message } as const;
      const { place } = await ask(harness, { ...spot, text: "I wonder too" });
      const history = await harness.platform.history(place, 20, never);
      expect(history.map(({ message }) => message).at(-1)).toBe(asked.message);
      expect(history.map(({ text }) => text)).toEqual(["I wonder too", asked.text]);
    });

    test("is told as it stands now: edited, and without what was deleted", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const spot = { as: "member", room: "public", thread: asked.message } as const;
      const [kept, gone] = [
        await harness.say({ ...spot, text: "before" }),
        await harness.say({ ...spot, text: "never mind" }),
      ];
      const { place } = await ask(harness, { ...spot, text: "and?" });
      await harness.edit({ ...spot, id: kept.id }, "afterwards");
      await harness.remove({ ...spot, id: gone.id });
      const history = await harness.platform.history(place, 20, never);
      expect(history.map(({ text }) => text)).toEqual(["and?", "afterwards", asked.text]);
      expect(history.map(({ editedAt }) => editedAt !== undefined)).toEqual([false, true, false]);
      expect(history[1]?.editedAt).toBeGreaterThanOrEqual(history[1]?.sentAt ?? Infinity);
    });

    test.runIf(attachments)("names what was attached", async () => {
      await using harness = await open();
      const files = [{ name: "plan.txt", mediaType: "text/plain", bytes: Buffer.from("abc") }];
      const event = await ask(harness, { as: "member", room: "direct", text: "", files });
      const [said] = await harness.platform.history(event.place, 1, never);
      expect(said).toMatchObject({ text: "", attachments: event.attachments });
    });

    test("is told beyond one page", async () => {
      await using harness = await open();
      const { place } = await question(harness, "direct");
      const texts = Array.from({ length: 120 }, (_, at) => `word ${at}`);
      for (const text of texts) await harness.say({ as: "member", room: "direct", text });
      const history = await harness.platform.history(place, 110, never);
      expect(history.map(({ text }) => text)).toEqual(texts.toReversed().slice(0, 110));
    });
  });

  describe.runIf(attachments)("an attachment", () => {
    test("is fetched whole, and refused when it is too large", async () => {
      await using harness = await open();
      const bytes = Buffer.alloc(100_000, "0123456789");
      for (const room of ["public", "direct"] as const) {
        const event = await ask(harness, {
          as: "member",
          room,
          text: "look",
          files: [{ name: "numbers.txt", mediaType: "text/plain", bytes }],
        });
        const [attachment] = event.attachments;
        if (!attachment) throw new Error("nothing was attached");
        const fetched = await harness.platform.download(attachment, bytes.length, never);
        expect(Buffer.from(fetched).equals(bytes)).toBe(true);
        const refused = harness.platform.download(attachment, bytes.length - 1, never);
        await expect(refused).rejects.toMatchObject({ code: "platform_refused" });
        const given = harness.platform.download(attachment, bytes.length, AbortSignal.abort());
        await expect(given).rejects.toMatchObject({ code: "aborted" });
      }
    });

    test("is fetched after a restart too", async () => {
      await using harness = await open();
      const files = [{ name: "a.txt", mediaType: "text/plain", bytes: Buffer.from("abc") }];
      const event = await ask(harness, { as: "member", room: "public", text: "look", files });
      await harness.restart();
      const [attachment] = event.attachments;
      if (!attachment) throw new Error("nothing was attached");
      expect(Buffer.from(await harness.platform.download(attachment, 10, never)).toString()).toBe("abc");
    });

    test("that is not there is refused", async () => {
      await using harness = await open();
      const attachment = { id: "1/2/3", name: "x", mediaType: "text/plain", sizeBytes: 1 };
      const refused = harness.platform.download(attachment, 10, never);
      await expect(refused).rejects.toMatchObject({ code: "platform_refused" });
    });
  });

  test.runIf(!attachments)("attachments are refused where there are none", async () => {
    await using harness = await open();
    const attachment = { id: "x", name: "x", mediaType: "text/plain", sizeBytes: 1 };
    const refused = harness.platform.download(attachment, 10, never);
    await expect(refused).rejects.toMatchObject({ code: "platform_refused" });
  });
}
