import { describe, expect, test } from "vitest";

import { ask, causeOf, never, question, until } from "./harness.ts";
import type { Harness, OpenHarness, PlatformTraits, Room } from "./harness.ts";

const text = "Only you are to read this.";

async function expectSeenByMemberAlone(harness: Harness): Promise<void> {
  expect(await harness.everythingSeenBy("member")).toContain(text);
  for (const who of ["admin", "guest"] as const)
    expect(await harness.everythingSeenBy(who)).not.toContain(text);
}

/** What is told to one person, and that Parley is at work. */
export function testNotices({ activityIn }: PlatformTraits, open: OpenHarness): void {
  describe("a notice", () => {
    test.each<Room>(["public", "private", "direct"])("is seen by that person alone (%s)", async (room) => {
      await using harness = await open();
      const { place, author } = await question(harness, room);
      const privacy = await harness.platform.notify(place, author.id, text, never);
      // With one person alone, the channel itself is as private.
      expect([harness.platform.abilities.privateNotice, "dm"]).toContain(privacy);
      expect((await harness.notices(place, "member")).map((notice) => notice.text)).toEqual([text]);
      await expectSeenByMemberAlone(harness);
    });

    test("in a thread is seen by that person alone", async () => {
      await using harness = await open();
      const asked = await question(harness, "public", "admin");
      await harness.platform.post(asked.place, causeOf("c"), { text: "an answer" }, never);
      const { message: thread } = asked;
      const { place, author } = await ask(harness, { as: "member", room: "public", thread, text: "so?" });
      await harness.platform.notify(place, author.id, text, never);
      expect((await harness.notices(place, "member")).map((notice) => notice.text)).toEqual([text]);
      await expectSeenByMemberAlone(harness);
    });

    test("to somebody who can't be told is told to nobody", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      expect(await harness.platform.notify(place, harness.unreachable, text, never)).toBe("none");
      for (const who of ["admin", "member", "guest"] as const)
        expect(await harness.everythingSeenBy(who)).not.toContain(text);
    });

    test("that is long arrives whole", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const words = Array.from({ length: 600 }, (_, at) => `word${at}`).join(" ");
      await harness.platform.notify(place, author.id, words, never);
      const notices = await harness.notices(place, "member");
      expect(notices.map((notice) => notice.text).join(" ")).toBe(words);
    });

    test("leaves no event behind", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const before = harness.intake.events.length;
      await harness.platform.notify(place, author.id, text, never);
      const { message } = await question(harness, "direct");
      await question(harness, "public");
      const after = harness.intake.events.slice(before);
      expect(after.filter((event) => event.kind === "message" && event.author.isBot)).toEqual([]);
      expect(after.some((event) => event.message === message)).toBe(true);
    });
  });

  describe("at work", () => {
    test.each<Room>(["public", "direct"])("can be said (%s)", async (room) => {
      await using harness = await open();
      const { place } = await question(harness, room);
      await harness.platform.showActivity(place, never);
      if (activityIn.includes(room)) await until(() => harness.activity(place) > 0, "a sign");
      expect(await harness.shown(place)).toEqual([]);
      await harness.platform.post(place, causeOf("c"), { text: "Here you are." }, never);
      expect((await harness.shown(place)).map((message) => message.text)).toEqual(["Here you are."]);
    });
  });
}
