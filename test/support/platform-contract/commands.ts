import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import type { CommandGiven } from "../../../src/core/event.ts";
import type { OutgoingAnswer } from "../../../src/core/platform.ts";
import { causeOf, never, question, until } from "./harness.ts";
import type { Harness, OpenHarness, PlatformTraits, Room, Who } from "./harness.ts";

const text = "Only you are to read this.";
const rooms: readonly Room[] = ["public", "private", "direct"];

function answering(changes: Partial<OutgoingAnswer> = {}): OutgoingAnswer {
  return { cause: causeOf("c"), text, privacy: "private", ...changes };
}

async function give(harness: Harness, room: Room, written = "help", as: Who = "member") {
  const given = await harness.give({ as, room, text: written });
  const command = await harness.intake.event("command");
  return { given, command };
}

/** A command in a message, in a thread that somebody else's question began. */
async function mention(harness: Harness, room: Room): Promise<CommandGiven> {
  const { typed } = harness.names.parley;
  const asked = await question(harness, room, room === "direct" ? "member" : "admin");
  await harness.platform.post(asked.place, causeOf("q"), { text: "an answer" }, never);
  const thread = room === "direct" ? {} : { thread: asked.message };
  await harness.say({ as: "member", room, text: `${typed} /help ask`.trim(), ...thread });
  return harness.intake.event("command");
}

async function expectSeenByMemberAlone(harness: Harness): Promise<void> {
  expect(await harness.everythingSeenBy("member")).toContain(text);
  for (const who of ["admin", "guest"] as const)
    expect(await harness.everythingSeenBy(who)).not.toContain(text);
}

/** `/parley`, by the platform's own means and in messages. */
export function testCommands({ remote }: PlatformTraits, open: OpenHarness): void {
  describe("a command", () => {
    test.each(rooms)("arrives as it was given (%s)", async (room) => {
      await using harness = await open();
      const { command } = await give(harness, room, "help status");
      const { id, name } = harness.people.member;
      expect(command).toMatchObject({
        channelKind: room,
        by: { id, name, isBot: false },
        reading: { kind: "command", command: { name: "help", arguments: { group: "status" } } },
      });
      expect(command.message).toBeUndefined();
      const { place } = await question(harness, room);
      expect(command.place).toMatchObject({ workspace: place.workspace, channel: place.channel });
      // With one person alone, what is asked belongs where messages do.
      if (room === "direct") expect(command.place.thread).toBeUndefined();
    });

    test("that is wrong arrives with what is wrong", async () => {
      await using harness = await open();
      const { command } = await give(harness, "public", "help nonsense");
      expect(command.reading).toMatchObject({
        kind: "problem",
        problem: { kind: "wrongValue", command: "help", written: "nonsense" },
      });
    });

    test("is acked when it was taken in, and not before", async () => {
      await using harness = await open();
      const gate = harness.intake.hold();
      const given = await harness.give({ as: "member", room: "public", text: "help" });
      await until(() => harness.intake.asked > 0, "the command to be handed in");
      await sleep(100);
      expect(given.isAcked()).toBe(false);
      gate.release();
      await until(() => given.isAcked(), "the ack");
      expect(harness.intake.events).toHaveLength(1);
    });

    test.each(rooms)("is answered to whoever gave it alone (%s)", async (room) => {
      await using harness = await open();
      const { given, command } = await give(harness, room);
      await harness.platform.answerCommand(command, answering(), never);
      await until(async () => (await given.answers()).length > 0, "the answer");
      expect((await given.answers()).map((answer) => answer.text)).toEqual([text]);
      await expectSeenByMemberAlone(harness);
    });

    test.each<Room>(["public", "private"])("is answered for everybody there (%s)", async (room) => {
      await using harness = await open();
      const { command } = await give(harness, room, "persona use technical");
      const answer = answering({ text: "For all.", privacy: "public" });
      await harness.platform.answerCommand(command, answer, never);
      expect(await harness.everythingSeenBy("admin")).toContain("For all.");
    });

    test("whose answer was to be for everybody can be answered privately all the same", async () => {
      await using harness = await open();
      const { given, command } = await give(harness, "public", "persona use technical");
      await harness.platform.answerCommand(command, answering(), never);
      expect((await given.answers()).map((answer) => answer.text)).toEqual([text]);
      await expectSeenByMemberAlone(harness);
    });

    test("is answered once under one cause, also by the next process", async () => {
      await using harness = await open();
      const { command } = await give(harness, "public", "persona use technical");
      const answer = answering({ text: "For all.", privacy: "public" });
      await harness.platform.answerCommand(command, answer, never);
      await harness.platform.answerCommand(command, answer, never);
      await harness.restart();
      await harness.platform.answerCommand(command, answer, never);
      const seen = await harness.everythingSeenBy("admin");
      expect(seen.filter((each) => each === "For all.")).toHaveLength(1);
    });

    test("is answered by a process that never saw it", async () => {
      await using harness = await open();
      const { given, command } = await give(harness, "public");
      await until(() => given.isAcked(), "the ack");
      await harness.restart();
      await harness.platform.answerCommand(command, answering(), never);
      expect((await given.answers()).map((answer) => answer.text)).toEqual([text]);
    });

    test("is answered whole where that is long", async () => {
      await using harness = await open();
      const { given, command } = await give(harness, "public");
      const words = Array.from({ length: 900 }, (_, at) => `word${at}`).join(" ");
      await harness.platform.answerCommand(command, answering({ text: words }), never);
      const answers = await given.answers();
      expect(answers.map((answer) => answer.text).join(" ")).toBe(words);
    });

    test.runIf(remote)("is answered with files, and with one of what is too long for messages", async () => {
      await using harness = await open();
      const { given, command } = await give(harness, "public");
      const file = { name: "a.txt", mediaType: "text/plain", bytes: Buffer.from("A"), altText: "An A" };
      const long = "word ".repeat(15_000);
      await harness.platform.answerCommand(command, answering({ text: long, files: [file] }), never);
      const answers = await given.answers();
      expect(answers.flatMap(({ files }) => files)).toEqual(["a.txt", "answer.md"]);
      expect(answers.map((answer) => answer.text).join("\n")).toContain("The whole answer is in the file.");
      const seen = await harness.everythingSeenBy("admin");
      expect(seen.filter((each) => each.includes("word word"))).toEqual([]);
    });
  });

  describe("a command in a message", () => {
    test.each(rooms)("arrives as one, and not as a message (%s)", async (room) => {
      await using harness = await open();
      const command = await mention(harness, room);
      const { id } = harness.people.member;
      expect(command).toMatchObject({
        channelKind: room,
        by: { id },
        reading: { kind: "command", command: { name: "help", arguments: { group: "ask" } } },
      });
      expect(harness.intake.events.filter(({ message }) => message === command.message)).toEqual(
        harness.intake.events.filter(({ kind }) => kind === "command"),
      );
    });

    test.each(rooms)("is answered to its author alone (%s)", async (room) => {
      await using harness = await open();
      const command = await mention(harness, room);
      await harness.platform.answerCommand(command, answering(), never);
      await expectSeenByMemberAlone(harness);
    });

    test("is answered for everybody in its thread", async () => {
      await using harness = await open();
      const command = await mention(harness, "public");
      const answer = answering({ text: "For all.", privacy: "public" });
      await harness.platform.answerCommand(command, answer, never);
      await harness.platform.answerCommand(command, answer, never);
      const shown = await harness.shown(command.place, "admin");
      expect(shown.filter((each) => each.text === "For all.")).toHaveLength(1);
    });
  });

  describe("rights", () => {
    test.each<[Who, Room, boolean, boolean]>([
      ["admin", "public", true, true],
      ["member", "public", false, false],
      ["guest", "public", false, false],
      ["member", "private", false, false],
      ["member", "direct", false, true],
    ])("of the %s (%s): admin %s, manages the channel %s", async (who, room, isAdmin, isChannelManager) => {
      await using harness = await open();
      const { place } = await question(harness, room);
      const rights = await harness.platform.rights(place, harness.people[who].id, never);
      expect(rights).toEqual({ isAdmin, isChannelManager });
    });

    test("of somebody who isn't there are none", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      expect(await harness.platform.rights(place, "U404" as never, never).catch(() => none)).toEqual(none);
    });
  });
}

const none = { isAdmin: false, isChannelManager: false };
