import { describe, expect, test } from "vitest";

import { identityOf } from "../../../src/core/event.ts";
import type { MessageCreated } from "../../../src/core/event.ts";
import { never, question, settle, until } from "./harness.ts";
import type { Harness, OpenHarness, PlatformTraits, Room } from "./harness.ts";

/** Nothing that was said is lost between the platform and the inbox. */
export function testDelivery({ acks }: PlatformTraits, open: OpenHarness): void {
  describe("delivery", () => {
    test.each(["public", "direct"] as const)(
      "what could not be taken in comes again, and is taken then (%s)",
      async (room) => {
        await using harness = await open();
        harness.intake.fail(1);
        const { id } = await harness.say({ as: "member", room, text: "heard in the end" });
        expect(await harness.intake.message(id)).toMatchObject({ text: "heard in the end" });
        expect(harness.intake.asked).toBeGreaterThanOrEqual(2);
      },
    );

    test("what is said meanwhile is taken in as well", async () => {
      await using harness = await open();
      harness.intake.fail(1);
      const sent = ["one", "two", "three"].map((text) => harness.say({ as: "member", room: "public", text }));
      const said = await Promise.all(sent);
      for (const { id } of said) await harness.intake.message(id);
    });

    test.runIf(acks)("an event is acked only after it was taken in", async () => {
      await using harness = await open();
      const gate = harness.intake.hold();
      const saying = harness.say({ as: "member", room: "public", text: "not yet taken" });
      await until(() => harness.intake.asked > 0, "the event");
      expect(harness.wasAcked("not yet taken")).toBe(false);
      gate.release();
      await saying;
      await until(() => harness.wasAcked("not yet taken"), "the ack");
      expect(harness.intake.events).toMatchObject([{ text: "not yet taken" }]);
    });

    test("an event that was delivered again is the same event", async () => {
      await using harness = await open();
      for (const room of ["public", "direct"] as const) {
        const { typed } = harness.names.parley;
        const said = await harness.say({ as: "member", room, text: `${typed} once` });
        const first = await harness.intake.message(said.id);
        await harness.deliverAgain(said);
        await settle(harness, room);
        const all = harness.intake.events.filter(({ message }) => message === said.id);
        expect(new Set(all.map(identityOf)).size).toBe(1);
        for (const event of all) expect(event).toEqual({ ...first, deliveryIds: expect.any(Array) });
      }
    });

    test("what was said while Parley was away comes in afterwards, as it would have then", async () => {
      await using harness = await open();
      const asked = [await question(harness, "public"), await question(harness, "direct")];
      const { typed, heard } = harness.names.parley;
      const said: Record<Room, string> = { public: "", private: "", direct: "" };
      const since = Date.now();
      await harness.restart(async () => {
        for (const room of ["public", "private", "direct"] as const) {
          const text = room === "direct" ? "are you there?" : `${typed} are you there?`;
          said[room] = (await harness.say({ as: "member", room, text })).id;
        }
      });
      const threads = asked.map(({ place }) => place).filter(({ thread }) => thread !== undefined);
      const events = await until(async () => {
        const caught: MessageCreated[] = await caughtUp(harness, since, threads);
        return Object.values(said).every((id) => caught.some(({ message }) => message === id)) && caught;
      }, "what was said meanwhile");
      const eventOf = (room: Room) => events.find(({ message }) => message === said[room]);
      const text = `${heard} are you there?`.trim();
      expect(eventOf("public")).toMatchObject({ addressed: "mention", channelKind: "public", text });
      expect(eventOf("private")).toMatchObject({ addressed: "mention", channelKind: "private", text });
      expect(eventOf("direct")).toMatchObject({ addressed: "direct", channelKind: "direct" });
      expect(eventOf("direct")?.author).toMatchObject({ name: harness.people.member.name, isBot: false });
    });
  });
}

/** What was taken in, and what the platform finds that was missed. */
async function caughtUp(
  { platform, intake }: Harness,
  since: number,
  threads: readonly MessageCreated["place"][],
): Promise<MessageCreated[]> {
  const events = intake.events.filter((event) => event.kind === "message");
  for await (const event of platform.missed(since, threads, never))
    if (event.kind === "message") events.push(event);
  return events;
}
