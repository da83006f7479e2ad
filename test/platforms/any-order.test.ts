import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { startBehindBadLine, stormOfEvents } from "../support/event-storm.ts";

describe(
  "over a line on which events overtake each other, arrive twice, and lose their answers",
  {
    timeout: 240_000,
    retry: 0,
  },
  () => {
    it("each message is answered once, in the order of its conversation", async () => {
      const report = await stormOfEvents({ messages: 250, conversations: 50, random: Math.random });
      expect(report).toMatchObject({ unanswered: 0, answeredTwice: 0, outOfOrder: 0, muddled: 0 });
      expect(report.twice).toBeGreaterThan(50);
      expect(report.lostAnswers).toBeGreaterThan(10);
    });

    it("what was edited and deleted is remembered as it stands in the end", async () => {
      await using behind = await startBehindBadLine(Math.random);
      const { slack, openai } = behind;
      const as = slack.users.ada;
      const channel = slack.im(as);
      const standing: string[] = [];
      for (let index = 0; index < 40; index++) {
        const { ts } = slack.say({ as, channel, text: `m${index}.0` });
        const message = { channel, ts };
        let text = `m${index}.0`;
        for (let edits = Math.floor(Math.random() * 3); edits > 0; edits--) {
          await sleep(Math.random() * 40);
          text = `m${index}.${edits}`;
          slack.edit({ as, message, text });
        }
        const isDeleted = Math.random() < 0.25;
        if (isDeleted) {
          await sleep(Math.random() * 40);
          slack.remove({ as, message });
        } else standing.push(text);
      }
      await behind.untilQuiet();
      const asked = openai.chatRequests.length;
      slack.say({ as, channel, text: "m99.0" });
      await behind.untilQuiet();
      const prompts = openai.chatRequests.slice(asked);
      const remembered = prompts
        .at(-1)
        ?.body.messages.filter(({ role }) => role === "user")
        .map(({ content }) => content);
      expect(remembered).toEqual([...standing, "m99.0"]);
    });
  },
);
