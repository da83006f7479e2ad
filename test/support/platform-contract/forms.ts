import { describe, expect, test } from "vitest";

import type { CommandGiven } from "../../../src/core/event.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import { supportPersona } from "../forms.ts";
import { ask, causeOf, never, question, until } from "./harness.ts";
import type { Harness, OpenHarness, PlatformTraits, Room, Who } from "./harness.ts";

const valuesOf = { name: "acme-desk", template: "technical", instructions: "Line one\nLine two" };

async function openForm(harness: Harness, as: Who, room: Room, text: string) {
  await harness.give({ as, room, text });
  const { id } = harness.people[as];
  return until(() => harness.forms.open(id), "the form");
}

/** What `persona create` brings once it was filled in. */
async function create(harness: Harness, room: Room, as: Who = "admin"): Promise<CommandGiven> {
  await openForm(harness, as, room, "persona create");
  expect(await harness.forms.fill(harness.people[as].id, valuesOf)).toEqual({});
  return harness.intake.event("command");
}

async function choose(
  harness: Harness,
  message: MessageId,
  command: "ask" | "summarise",
  thread?: MessageId,
) {
  const { id } = harness.people.member;
  const { place } = await question(harness, "public");
  const channel = place.channel;
  await harness.forms.choose(id, { channel, id: message, thread }, command);
}

/** Forms that commands open, and commands in the menus of messages. */
export function testForms({ fieldErrors }: PlatformTraits, open: OpenHarness): void {
  describe("a form", () => {
    test("opens for whoever may, and nothing is handed in before it is sent", async () => {
      await using harness = await open();
      const form = await openForm(harness, "admin", "public", "persona create");
      expect(form.title).toBe("New persona");
      const names = form.fields.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining(["name", "template", "instructions", "examples", "settings"]),
      );
      expect(names.length).toBeLessThanOrEqual(harness.platform.limits.form.maxFields);
      const template = form.fields.find(({ name }) => name === "template");
      expect(template).toMatchObject({ initial: "professional", optional: false });
      expect(template?.choices).toHaveLength(12);
      expect(harness.intake.events.filter(({ kind }) => kind === "command")).toEqual([]);
    });

    test.each<Room>(["public", "private", "direct"])(
      "comes in as its command, where that was given (%s)",
      async (room) => {
        await using harness = await open();
        const command = await create(harness, room);
        const { place } = await question(harness, room, "admin");
        const { id, name } = harness.people.admin;
        expect(command).toMatchObject({
          channelKind: room,
          by: { id, name, isBot: false },
          place: { workspace: place.workspace, channel: place.channel },
          reading: { kind: "command", command: { name: "persona create", arguments: {} } },
          form: { values: valuesOf },
        });
      },
    );

    test("opens for nobody who may not: then the command is handed in, to be refused", async () => {
      await using harness = await open();
      await harness.give({ as: "member", room: "public", text: "persona create" });
      const command = await harness.intake.event("command");
      expect(command.form).toBeUndefined();
      expect(harness.forms.open(harness.people.member.id)).toBeUndefined();
    });

    test("has what there is now, and brings back which version that was", async () => {
      await using harness = await open();
      const form = await openForm(harness, "admin", "public", "persona edit support");
      expect(form.title).toBe("Edit persona");
      const initial = Object.fromEntries(form.fields.map((field) => [field.name, field.initial]));
      expect(initial).toMatchObject({
        template: "technical",
        instructions: supportPersona.instructions,
        examples: "Q: Where is the manual?\nA: In the bookmarks.",
      });
      expect(initial["settings"]).toContain("temperature: 0.5");
      expect(initial["title"] ?? initial["settings"]).toContain("Support desk");
      await harness.forms.fill(harness.people.admin.id, { instructions: "Changed." });
      expect(await harness.intake.event("command")).toMatchObject({
        reading: { command: { name: "persona edit", arguments: { name: "support" } } },
        form: { version: 7, values: { ...initial, instructions: "Changed." } },
      });
    });

    test("of what isn't there opens none", async () => {
      await using harness = await open();
      await harness.give({ as: "admin", room: "public", text: "persona edit nobody" });
      expect((await harness.intake.event("command")).form).toBeUndefined();
    });

    test.runIf(fieldErrors)(
      "says at the field what is wrong, and is not handed in until it is right",
      async () => {
        await using harness = await open();
        await openForm(harness, "admin", "public", "persona create");
        const { id } = harness.people.admin;
        const wrong = await harness.forms.fill(id, { ...valuesOf, name: "No good!", examples: "What?" });
        expect(Object.keys(wrong).toSorted()).toEqual(["examples", "name"]);
        expect(harness.intake.events.filter(({ kind }) => kind === "command")).toEqual([]);
        expect(await harness.forms.fill(id, valuesOf)).toEqual({});
        expect(await harness.intake.event("command")).toMatchObject({ form: { values: valuesOf } });
      },
    );

    test.each<Room>(["public", "private"])(
      "is answered to whoever filled it in alone, also by the next process (%s)",
      async (room) => {
        await using harness = await open();
        const command = await create(harness, room);
        const text = "Only you are to read this.";
        const answer = { cause: causeOf("c"), text, privacy: "private" } as const;
        await harness.restart();
        await harness.platform.answerCommand(command, answer, never);
        for (const who of ["member", "guest"] as const)
          expect(await harness.everythingSeenBy(who)).not.toContain(text);
      },
    );
  });

  describe("the menu of a message", () => {
    test("asks what one wants to know, and brings the question with the message", async () => {
      await using harness = await open();
      const said = await harness.say({ as: "admin", room: "public", text: "We ship on Friday." });
      await choose(harness, said.id, "ask");
      const { id } = harness.people.member;
      const form = await until(() => harness.forms.open(id), "the form");
      expect(form).toMatchObject({
        title: "Ask Parley about this",
        fields: [{ name: "text", optional: true }],
      });
      await harness.forms.fill(id, { text: "Why then?" });
      expect(await harness.intake.event("command")).toMatchObject({
        by: { id },
        about: said.id,
        reading: { command: { name: "ask", arguments: { text: "Why then?" } } },
      });
    });

    test("asks for an explanation where nothing is written", async () => {
      await using harness = await open();
      const said = await harness.say({ as: "admin", room: "public", text: "We ship on Friday." });
      await choose(harness, said.id, "ask");
      const { id } = harness.people.member;
      await until(() => harness.forms.open(id), "the form");
      await harness.forms.fill(id, {});
      const { reading } = await harness.intake.event("command");
      expect(reading).toMatchObject({
        command: { arguments: { text: "Explain this message, and say what follows from it." } },
      });
    });

    test("gives a command about a thread", async () => {
      await using harness = await open();
      const root = await question(harness, "public", "admin");
      const { id: reply } = await harness.say({
        as: "admin",
        room: "public",
        thread: root.message,
        text: "A reply.",
      });
      await choose(harness, reply, "summarise", root.message);
      const command = await harness.intake.event("command");
      expect(command).toMatchObject({
        about: reply,
        place: { channel: root.place.channel, thread: root.message },
        reading: { command: { name: "summarise", arguments: {} } },
      });
      const told = await harness.platform.history(command.place, 10, never);
      expect(told.map(({ text }) => text)).toEqual(expect.arrayContaining(["A reply."]));
    });
  });

  describe("one message", () => {
    test("is read as it stands now, in a channel and in a thread", async () => {
      await using harness = await open();
      const root = await question(harness, "public", "admin");
      const said = await harness.say({ as: "member", room: "public", text: "before" });
      await harness.edit(said, "after");
      const { place: at } = await ask(harness, { as: "member", room: "public", text: "elsewhere" });
      const { workspace, channel, platform } = at;
      const inChannel = { platform, workspace, channel };
      const read = await harness.platform.message(inChannel, said.id, never);
      expect(read).toMatchObject({ message: said.id, text: "after", isOwn: false });
      expect(read?.author.id).toBe(harness.people.member.id);
      const { id: reply } = await harness.say({
        as: "member",
        room: "public",
        thread: root.message,
        text: "a reply",
      });
      const inThread = { ...inChannel, thread: root.message as string as never };
      expect(await harness.platform.message(inThread, reply, never)).toMatchObject({ text: "a reply" });
      expect(await harness.platform.message(inThread, root.message, never)).toMatchObject({
        message: root.message,
      });
      await harness.remove(said);
      expect(await harness.platform.message(inChannel, said.id, never)).toBeUndefined();
    });
  });
}
