import { describe, expect, test } from "vitest";

import type { MessageCreated } from "../../../src/core/event.ts";
import { identityOf } from "../../../src/core/event.ts";
import { ask, causeOf, intentOf, never, question, settle, showing } from "./harness.ts";
import type { Harness, OpenHarness, PlatformTraits, Room, Saying } from "./harness.ts";

interface Case {
  readonly title: string;
  readonly saying: (harness: Harness) => Omit<Saying, "text"> & { readonly text?: string };
  readonly expected: Pick<MessageCreated, "addressed" | "channelKind">;
}

const plain: readonly Case[] = [
  {
    title: "a message in a public channel that names nobody",
    saying: () => ({ as: "member", room: "public" }),
    expected: { addressed: "none", channelKind: "public" },
  },
  {
    title: "a message in a private channel that names nobody",
    saying: () => ({ as: "admin", room: "private" }),
    expected: { addressed: "none", channelKind: "private" },
  },
  {
    title: "a direct message",
    saying: () => ({ as: "member", room: "direct" }),
    expected: { addressed: "direct", channelKind: "direct" },
  },
  {
    title: "a guest's direct message",
    saying: () => ({ as: "guest", room: "direct" }),
    expected: { addressed: "direct", channelKind: "direct" },
  },
];

/** What one person writes becomes one event that reads the same whatever the platform. */
export function testMessages({ otherBots, replies, attachments }: PlatformTraits, open: OpenHarness): void {
  describe("what people say", () => {
    test.each(plain)("$title is $expected.addressed", async ({ saying, expected }) => {
      await using harness = await open();
      const before = Date.now();
      const act = { ...saying(harness), text: "Good morning to you" };
      const { id } = await harness.say(act);
      const { id: author, name } = harness.people[act.as];
      expect(await harness.intake.message(id)).toEqual({
        kind: "message",
        deliveryIds: expect.any(Array),
        conversation: expect.stringMatching(new RegExp(`^${harness.platform.name}/`)),
        place: expect.objectContaining({ platform: harness.platform.name, channel: expect.any(String) }),
        message: id,
        sentAt: expect.any(Number),
        author: { id: author, name, isBot: false },
        text: "Good morning to you",
        attachments: [],
        ...expected,
      });
      const { sentAt } = await harness.intake.message(id);
      expect(sentAt).toBeGreaterThan(before - 2_000);
      expect(sentAt).toBeLessThan(Date.now() + 2_000);
    });

    test.each<[Room, "admin" | "member"]>([
      ["public", "member"],
      ["private", "admin"],
    ])("a mention in a %s channel is addressed to Parley", async (room, as) => {
      await using harness = await open();
      const { typed, heard, heardWithin } = harness.names.parley;
      for (const [text, read] of [
        [`${typed} good morning`, `${heard} good morning`],
        [`good morning ${typed}`, `good morning ${heardWithin}`],
        [`good ${typed} morning`, `good ${heardWithin} morning`],
        [typed, heard],
      ] as const) {
        const event = await ask(harness, { as, room, text });
        expect(event).toMatchObject({ addressed: "mention", channelKind: room });
        expect(event.text).toBe(read.replaceAll("  ", " ").trim());
      }
    });

    test("a mention is one message, however many events the platform makes of it", async () => {
      await using harness = await open();
      const { message } = await question(harness, "public");
      await settle(harness, "public");
      const heard = harness.intake.events.filter((event) => event.message === message);
      expect(new Set(heard.map(identityOf)).size).toBe(1);
      for (const event of heard) expect(event).toEqual({ ...heard[0], deliveryIds: expect.any(Array) });
    });

    test.each([true, false])("a message in a thread, with a mention: %s", async (named) => {
      await using harness = await open();
      const { id: thread } = await harness.say({ as: "admin", room: "public", text: "Lunch?" });
      const text = named ? `${harness.names.parley.typed} yes` : "yes";
      const event = await ask(harness, { as: "member", room: "public", thread, text });
      expect(event).toMatchObject({ addressed: named ? "mention" : "thread", channelKind: "public" });
      expect(event.place.thread).toBeDefined();
    });

    test("who and what a text names can be read in it", async () => {
      await using harness = await open();
      const { person, channel, link } = harness.names;
      const named = [person("admin"), person("guest"), channel("public"), channel("private"), link];
      for (const room of ["public", "direct"] as const) {
        const event = await ask(harness, {
          as: "member",
          room,
          text: named.map(({ typed }, at) => `${at}: ${typed}`).join(", "),
        });
        expect(event.text).toBe(named.map(({ heard }, at) => `${at}: ${heard}`).join(", "));
      }
    });

    test.each([
      "1 < 2 && 3 > 2",
      "&lt;b&gt; &amp;amp;",
      "a <b> c </b>",
      "if (a<b && c>d) { return `x`; }",
      "two\nlines\n\nand a third",
      "héllo 你好 👩‍👩‍👧 עִבְרִית",
    ])("%j reads as it was typed", async (text) => {
      await using harness = await open();
      const event = await ask(harness, { as: "member", room: "public", text: harness.names.typed(text) });
      expect(event.text).toBe(text);
    });

    test("two people in one thread are two authors", async () => {
      await using harness = await open();
      const first = await question(harness, "public", "admin");
      const thread = first.message;
      const second = await ask(harness, { as: "member", room: "public", thread, text: "I see" });
      expect(second.conversation).toBe(first.conversation);
      const { admin, member } = harness.people;
      expect([first.author, second.author]).toMatchObject([
        { id: admin.id, name: admin.name },
        { id: member.id, name: member.name },
      ]);
    });

    test("what Parley writes itself is not handed in", async () => {
      await using harness = await open();
      const { platform, intake } = harness;
      for (const room of ["public", "direct"] as const) {
        const { place } = await question(harness, room);
        await settle(harness, room);
        const before = intake.events.length;
        const id = await platform.post(place, causeOf(`own ${room}`), { text: "mine" }, never);
        await platform.edit(place, id, { text: "mine, changed" }, never);
        const reply = platform.openReply(place, intentOf(`reply ${room}`, [], harness.people.member.id));
        await reply.show(["grow"], showing(false));
        await reply.show(["grown"], showing(true));
        await platform.delete(place, id, never);
        await settle(harness, room);
        expect(intake.events.slice(before)).toEqual([]);
      }
    });

    test("joins, pins, previews and the like are not handed in", async () => {
      await using harness = await open();
      for (const room of ["public", "direct"] as const) {
        const said = await harness.say({ as: "member", room, text: "see https://example.org/page" });
        await settle(harness, room);
        const before = harness.intake.events.length;
        await harness.makeNoise(said);
        await settle(harness, room);
        expect(harness.intake.events.slice(before)).toEqual([]);
      }
    });
  });

  describe.runIf(otherBots)("what other programs say", () => {
    test("is marked as such", async () => {
      await using harness = await open();
      const id = await harness.botSays("public", `${harness.names.parley.typed} beep`);
      await settle(harness, "public");
      for (const event of harness.intake.events) {
        if (event.kind === "message" && event.message === id) expect(event.author.isBot).toBe(true);
      }
    });
  });

  describe.runIf(replies)("replies", () => {
    test.each(["public", "direct"] as const)(
      "to Parley's own message are addressed to it (%s)",
      async (room) => {
        await using harness = await open();
        const asked = await question(harness, room);
        const replyTo = await harness.platform.post(asked.place, causeOf("c"), { text: "answer" }, never);
        const thread = asked.place.thread === undefined ? {} : { thread: asked.message };
        const event = await ask(harness, { as: "member", room, ...thread, replyTo, text: "and then?" });
        const addressed = room === "direct" ? "direct" : "mention";
        expect(event).toMatchObject({ addressed, conversation: asked.conversation });
      },
    );

    test("to somebody else's message are not", async () => {
      await using harness = await open();
      const { id: replyTo } = await harness.say({ as: "admin", room: "public", text: "Lunch?" });
      const event = await ask(harness, { as: "member", room: "public", replyTo, text: "yes" });
      expect(event).toMatchObject({ addressed: "none", text: "yes" });
    });
  });

  describe.runIf(attachments)("attachments", () => {
    test("come with their name, kind and size", async () => {
      await using harness = await open();
      const bytes = Buffer.from("a,b\n1,2\n");
      for (const room of ["public", "direct"] as const) {
        const event = await ask(harness, {
          as: "member",
          room,
          text: "look",
          files: [
            { name: "numbers.csv", mediaType: "text/csv", bytes },
            { name: "dot.png", mediaType: "image/png", bytes: Buffer.from("png") },
          ],
        });
        expect(event.text).toBe("look");
        expect(event.attachments).toEqual([
          { id: expect.any(String), name: "numbers.csv", mediaType: "text/csv", sizeBytes: bytes.length },
          { id: expect.any(String), name: "dot.png", mediaType: "image/png", sizeBytes: 3 },
        ]);
      }
    });
  });
}
