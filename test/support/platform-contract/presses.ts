import { describe, expect, test } from "vitest";

import { buttonFor, writeAction } from "../../../src/core/action.ts";
import type { Action } from "../../../src/core/action.ts";
import { identityOf } from "../../../src/core/event.ts";
import type { MessageCreated } from "../../../src/core/event.ts";
import type { MessageId, PersonId } from "../../../src/core/ids.ts";
import { en } from "../../../src/core/words/en.ts";
import { causeOf, never, question, settle, until } from "./harness.ts";
import type { Harness, OpenHarness, Room } from "./harness.ts";

const rooms: readonly Room[] = ["public", "private", "direct"];
const action: Action = { name: "removeAnswer", argument: "a-1.b" };
const written = writeAction(action);

/** A message of Parley's with a button, and with one that it knows nothing of. */
async function posted(harness: Harness, asked: MessageCreated): Promise<MessageId> {
  const buttons = [buttonFor(action, en), { action: "forged:x", label: "Forged" }];
  return harness.platform.post(asked.place, causeOf("c"), { text: "An answer.", buttons }, never);
}

const nobody = "900000000000000001" as PersonId;

const pressesIn = ({ intake }: Harness) => intake.events.filter((event) => event.kind === "pressed");

/** Buttons and thumbs under what Parley wrote. */
export function testPresses(open: OpenHarness): void {
  describe("a button", () => {
    test.each(rooms)("that is pressed says who, what and where (%s)", async (room) => {
      await using harness = await open();
      const asked = await question(harness, room);
      const message = await posted(harness, asked);
      await harness.press("member", asked.place, message, written);
      const event = await harness.intake.event("pressed");
      expect(event).toMatchObject({
        action,
        by: asked.author,
        message,
        channelKind: asked.channelKind,
        place: {
          platform: asked.place.platform,
          workspace: asked.place.workspace,
          channel: asked.place.channel,
        },
        sentAt: expect.any(Number),
      });
    });

    test("pressed again, and by somebody else, is pressed once more", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const message = await posted(harness, asked);
      for (const who of ["member", "member", "admin"] as const)
        await harness.press(who, asked.place, message, written);
      const all = await until(() => {
        const presses = pressesIn(harness);
        return presses.length >= 3 && presses;
      }, "three presses");
      expect(new Set(all.map(identityOf)).size).toBe(3);
      expect(all[2]?.by.id).toBe(harness.people.admin.id);
    });

    test("that Parley doesn't know does nothing", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const message = await posted(harness, asked);
      await harness.press("member", asked.place, message, "forged:x").catch(() => undefined);
      await settle(harness, "public");
      expect(pressesIn(harness)).toEqual([]);
    });

    test("that could not be taken in can be pressed again", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const message = await posted(harness, asked);
      harness.intake.fail(1);
      const pressing = () => harness.press("member", asked.place, message, written);
      const before = harness.intake.asked;
      // Where the platform doesn't try again by itself, the person sees that it failed.
      await pressing().catch(() => undefined);
      await until(() => harness.intake.asked > before, "the refused press");
      await pressing();
      expect(await harness.intake.event("pressed")).toMatchObject({ message });
    });

    test.each(rooms)("is answered to whoever pressed it alone (%s)", async (room) => {
      await using harness = await open();
      const asked = await question(harness, room);
      const message = await posted(harness, asked);
      await harness.press("member", asked.place, message, written);
      const event = await harness.intake.event("pressed");
      await harness.platform.answerPress(event, "Only you are told.", never);
      const seen = await until(async () => {
        const texts = await harness.everythingSeenBy("member");
        return texts.includes("Only you are told.") && texts;
      }, "the answer");
      expect(seen).toContain("An answer.");
      for (const who of ["admin", "guest"] as const)
        expect(await harness.everythingSeenBy(who)).not.toContain("Only you are told.");
    });
  });

  describe("a thumb", () => {
    test.each(rooms)(
      "under Parley's message is handed in, and when it is taken off too (%s)",
      async (room) => {
        await using harness = await open();
        const asked = await question(harness, room);
        const message = await posted(harness, asked);
        await harness.react("member", asked.place, message, "👍", true);
        await harness.react("member", asked.place, message, "👍", false);
        const reactions = await until(() => {
          const found = harness.intake.events.filter((event) => event.kind === "reacted");
          return found.length >= 2 && found;
        }, "both");
        const { platform, workspace, channel } = asked.place;
        const common = { by: asked.author.id, message, opinion: "good" };
        expect(reactions).toMatchObject([
          { ...common, isOn: true, place: { platform, workspace, channel } },
          { ...common, isOn: false, place: { platform, workspace, channel } },
        ]);
        expect(new Set(reactions.map(identityOf)).size).toBe(2);
      },
    );

    test("under somebody's message says nothing", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      await harness.react("admin", asked.place, asked.message, "👎", true).catch(() => undefined);
      await settle(harness, "public");
      expect(harness.intake.events.filter(({ kind }) => kind === "reacted")).toEqual([]);
    });
  });

  test.each(["member", "admin"] as const)("who can write in a channel may (%s)", async (who) => {
    await using harness = await open();
    const { place } = await question(harness, "public");
    expect(await harness.platform.canWrite(place, harness.people[who].id, never)).toBe(true);
    expect(await harness.platform.canWrite(place, nobody, never)).toBe(false);
  });
}
