import { describe, expect, test } from "vitest";

import { ask, causeOf, never, question } from "./harness.ts";
import type { OpenHarness, PlatformTraits } from "./harness.ts";

/** What the model remembers together, and what it doesn't. */
export function testConversations({ replies }: PlatformTraits, open: OpenHarness): void {
  describe("conversations", () => {
    test("two questions in a channel begin two", async () => {
      await using harness = await open();
      const [first, second] = [await question(harness, "public"), await question(harness, "public")];
      expect(second.conversation).not.toBe(first.conversation);
      expect(second.place).not.toEqual(first.place);
    });

    test("a thread goes on with the question that it hangs on", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      const event = await ask(harness, { as: "admin", room: "public", thread: asked.message, text: "so?" });
      expect(event.conversation).toBe(asked.conversation);
      expect(event.place.channel).toBe(asked.place.channel);
    });

    test("two threads are two", async () => {
      await using harness = await open();
      const keys: string[] = [];
      for (const text of ["one", "two"]) {
        const { id: thread } = await harness.say({ as: "admin", room: "public", text });
        const { typed } = harness.names.parley;
        const saying = { as: "member", room: "public", thread } as const;
        const first = await ask(harness, { ...saying, text: `${typed} first of ${text}` });
        const second = await ask(harness, { ...saying, text: `second of ${text}` });
        expect(second.conversation).toBe(first.conversation);
        keys.push(first.conversation);
      }
      expect(new Set(keys).size).toBe(2);
    });

    test("direct messages are one for each person", async () => {
      await using harness = await open();
      const [first, second] = [await question(harness, "direct"), await question(harness, "direct")];
      const other = await question(harness, "direct", "guest");
      expect(second.conversation).toBe(first.conversation);
      expect(other.conversation).not.toBe(first.conversation);
    });

    test("the same question in two channels begins two", async () => {
      await using harness = await open();
      const [first, second] = [await question(harness, "public"), await question(harness, "private")];
      expect(second.conversation).not.toBe(first.conversation);
      expect(second.place.channel).not.toBe(first.place.channel);
    });

    test.runIf(replies)("a chain of replies is one", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      let replyTo = await harness.platform.post(asked.place, causeOf("c1"), { text: "first answer" }, never);
      const thread = asked.place.thread === undefined ? {} : { thread: asked.message };
      const further = await ask(harness, { as: "member", room: "public", ...thread, replyTo, text: "why?" });
      expect(further.conversation).toBe(asked.conversation);
      replyTo = await harness.platform.post(further.place, causeOf("c2"), { text: "second answer" }, never);
      const last = await ask(harness, { as: "admin", room: "public", ...thread, replyTo, text: "really?" });
      expect(last.conversation).toBe(asked.conversation);
    });
  });
}
