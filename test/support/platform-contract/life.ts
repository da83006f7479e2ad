import { describe, expect, test } from "vitest";

import { causeOf, intentOf, never, question, settle, showing, until } from "./harness.ts";
import type { OpenHarness, PlatformTraits } from "./harness.ts";

/** Beginning, ending, and saying how it is. */
export function testLife({ remote }: PlatformTraits, open: OpenHarness): void {
  describe("life", () => {
    test("health is good when it is connected, and not after the end", async () => {
      await using harness = await open();
      const { platform } = harness;
      expect(platform.health()).toEqual({ ok: true, detail: expect.stringMatching(/^[A-Z].*\.$/) });
      await platform.stopIntake();
      await platform.stop();
      expect(platform.health()).toEqual({ ok: false, detail: expect.stringMatching(/^[A-Z].*\.$/) });
    });

    test("can end twice", async () => {
      await using harness = await open();
      await harness.platform.stopIntake();
      await harness.platform.stopIntake();
      await harness.platform.stop();
      await harness.platform.stop();
    });

    test("after intake was stopped nothing is taken in, and what is being said can end", async () => {
      await using harness = await open();
      const { platform, intake } = harness;
      const { place, author } = await question(harness, "public");
      const reply = platform.openReply(place, intentOf("c", [], author.id));
      const ids = await reply.show(["Half of"], showing(false));
      await settle(harness, "public");
      const before = intake.asked;
      await platform.stopIntake();
      await harness.say({ as: "admin", room: "public", text: "too late" }).catch(() => undefined);
      expect(await reply.show(["Half of it, and the rest."], showing(true))).toEqual(ids);
      await platform.post(place, causeOf("d"), { text: "Good night." }, never);
      const texts = (await harness.shown(place)).map(({ text }) => text);
      expect(texts).toEqual(["Half of it, and the rest.", "Good night."]);
      expect(intake.asked).toBe(before);
    });

    test("what is being taken in is waited for", async () => {
      await using harness = await open();
      const { platform, intake } = harness;
      const gate = intake.hold();
      const saying = harness.say({ as: "member", room: "public", text: "just in time" });
      await until(() => intake.asked > 0, "the event");
      const stopping = platform.stopIntake();
      gate.release();
      await stopping;
      await until(() => intake.events.length > 0, "the event to be taken");
      expect(intake.events).toMatchObject([{ text: "just in time" }]);
      await saying.catch(() => undefined);
    });

    test("its limits can be kept to", async () => {
      await using harness = await open();
      const { limits, abilities } = harness.platform;
      expect(limits.maxMessageChars).toBeGreaterThanOrEqual(64);
      expect(limits.editIntervalMs).toBeGreaterThan(0);
      expect(limits.maxFileBytes > 0).toBe(abilities.files);
      expect(limits.maxButtons > 0).toBe(abilities.buttons);
    });

    test.runIf(remote)("a wrong token is said by health, and throws nowhere", async () => {
      await using harness = await open({ wrongToken: true });
      const { detail } = await until(() => {
        const health = harness.platform.health();
        return /token/i.test(health.detail) && health;
      }, "health to name the token");
      expect(harness.platform.health().ok).toBe(false);
      expect(detail).toMatch(/^[A-Z].*\.$/);
    });
  });
}
