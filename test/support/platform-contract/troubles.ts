import { describe, expect, test } from "vitest";

import { causeOf, intentOf, never, question, showing } from "./harness.ts";
import type { OpenHarness, Trouble } from "./harness.ts";

const troubles: readonly Trouble[] = ["answerLost", "rateUsedUp", "failing"];

/** What goes wrong on the way to the platform, once. */
export function testTroubles(open: OpenHarness): void {
  describe.each(troubles)("when a call goes wrong (%s)", (trouble) => {
    test("a message is posted, and once", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      harness.disturb("post", trouble);
      const id = await harness.platform.post(place, causeOf("c"), { text: "once" }, never);
      expect(await harness.shown(place)).toMatchObject([{ id, text: "once" }]);
    });

    test("a reply is posted, and once", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const reply = harness.platform.openReply(place, intentOf("c", [], author.id));
      harness.disturb("post", trouble);
      const options = showing(true);
      const ids = await reply.show(["one", "two"], options);
      expect(ids).toEqual(options.posted);
      expect(await harness.shown(place)).toMatchObject([
        { id: ids[0], text: "one" },
        { id: ids[1], text: "two" },
      ]);
    });

    test("the end of a reply is shown", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const reply = harness.platform.openReply(place, intentOf("c", [], author.id));
      await reply.show(["Half"], showing(false));
      harness.disturb("edit", trouble);
      await reply.show(["Half, and the rest."], showing(true));
      expect(await harness.shown(place)).toMatchObject([{ text: "Half, and the rest.", isGrowing: false }]);
    });

    test("an edit is shown", async () => {
      await using harness = await open();
      const { place } = await question(harness, "direct");
      const id = await harness.platform.post(place, causeOf("c"), { text: "before" }, never);
      harness.disturb("edit", trouble);
      await harness.platform.edit(place, id, { text: "after" }, never);
      expect(await harness.shown(place)).toMatchObject([{ id, text: "after" }]);
    });
  });
}
