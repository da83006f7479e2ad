import { describe, expect, test } from "vitest";

import type { MessageId } from "../../../src/core/ids.ts";
import { identityOf } from "../../../src/core/event.ts";
import { ask, intentOf, question, settle, showing, until } from "./harness.ts";
import type { Harness, OpenHarness, Room, Said } from "./harness.ts";

const spots: readonly [string, Room, boolean][] = [
  ["in a channel", "public", false],
  ["in a private channel", "private", false],
  ["in a thread", "public", true],
  ["in a direct channel", "direct", false],
];

async function sayAt(harness: Harness, room: Room, inThread: boolean): Promise<Said> {
  const spot = { as: "member", room } as const;
  const thread: { thread?: MessageId } = inThread
    ? { thread: (await harness.say({ ...spot, text: "the beginning" })).id }
    : {};
  const said = { ...spot, ...thread };
  const name = room === "direct" ? "" : `${harness.names.parley.typed} `;
  return { ...said, id: (await harness.say({ ...said, text: `${name}first words` })).id };
}

/** Edits, deletions, and the stop button. */
export function testChanges(open: OpenHarness): void {
  describe("what people change", () => {
    test.each(spots)(
      "an edit %s carries the new text and the same conversation",
      async (_where, room, inThread) => {
        await using harness = await open();
        const said = await sayAt(harness, room, inThread);
        const message = await harness.intake.message(said.id);
        const { typed, heard } = harness.names.person("admin");
        await harness.edit(said, `other words, ${harness.names.typed("a < b")}, ${typed}`);
        expect(await harness.intake.event("edited")).toEqual({
          kind: "edited",
          deliveryIds: expect.any(Array),
          conversation: message.conversation,
          place: expect.objectContaining({ channel: message.place.channel }),
          message: said.id,
          sentAt: message.sentAt,
          editedAt: expect.any(Number),
          author: message.author,
          text: `other words, a < b, ${heard}`,
          attachments: [],
          channelKind: message.channelKind,
          addressed: expect.stringMatching(/direct|thread|none/),
        });
        await harness.edit(said, "third words");
        const edits = await until(() => {
          const found = harness.intake.events.filter((event) => event.kind === "edited");
          return found.length >= 2 && found;
        }, "the second edit");
        expect(new Set(edits.map(identityOf)).size).toBe(2);
        expect(edits[1]).toMatchObject({ text: "third words" });
        expect(edits[1]?.editedAt).toBeGreaterThan(edits[0]?.editedAt ?? Infinity);
      },
    );

    test.each(spots)(
      "a deletion %s names the message and its conversation",
      async (_where, room, inThread) => {
        await using harness = await open();
        const said = await sayAt(harness, room, inThread);
        const message = await harness.intake.message(said.id);
        await harness.remove(said);
        expect(await harness.intake.event("deleted")).toEqual({
          kind: "deleted",
          deliveryIds: expect.any(Array),
          conversation: message.conversation,
          place: expect.objectContaining({ channel: message.place.channel }),
          message: said.id,
          deletedAt: expect.any(Number),
        });
      },
    );

    test("a deletion by an admin is one too", async () => {
      await using harness = await open();
      const said = await sayAt(harness, "public", false);
      await harness.remove(said, "admin");
      expect(await harness.intake.event("deleted")).toMatchObject({ message: said.id });
    });

    test.each(["public", "direct"] as const)(
      "the stop button under a reply that grows is handed in (%s)",
      async (room) => {
        await using harness = await open();
        const asked = await question(harness, room);
        const reply = harness.platform.openReply(asked.place, intentOf("c", [], harness.people.member.id));
        const [id] = await reply.show(["a long story"], showing(false));
        if (id === undefined) throw new Error("nothing was posted");
        const growing = await until(
          async () => (await harness.shown(asked.place)).find((message) => message.id === id),
          "the reply",
        );
        expect(growing.isGrowing).toBe(true);
        // Where a text is streamed natively there is the platform's own means to stop it, or none.
        if (growing.buttons.length === 0) return;
        await harness.press("member", asked.place, id, "stop");
        const { answerTo: _secret, ...event } = await harness.intake.event("pressed");
        expect(event).toEqual({
          kind: "pressed",
          action: { name: "stop" },
          deliveryIds: expect.any(Array),
          press: expect.any(String),
          sentAt: expect.any(Number),
          conversation: asked.conversation,
          place: expect.objectContaining({ channel: asked.place.channel }),
          by: asked.author,
          channelKind: asked.channelKind,
          message: id,
        });
        await reply.show(["a long story, cut short"], showing(true));
      },
    );

    test("an edit of a thread's message doesn't reach another conversation", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const other = await question(harness, "public");
      const spot = { as: "member", room: "public", thread: asked.message } as const;
      const event = await ask(harness, { ...spot, text: "in the thread" });
      await harness.edit({ ...spot, id: event.message }, "still in the thread");
      const edited = await harness.intake.event("edited");
      expect(edited.conversation).toBe(asked.conversation);
      expect(edited.conversation).not.toBe(other.conversation);
      await settle(harness, "public");
    });
  });
}
