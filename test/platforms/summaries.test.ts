import { describe, expect, it } from "vitest";

import { en } from "../../src/core/words/en.ts";
import type { ChatPlace } from "../support/chat-client.ts";
import type { ChatBody } from "../support/openai-server.ts";
import { platforms, startParleyOn } from "../support/platforms.ts";
import type { ParleyOnPlatform, PlatformTitle } from "../support/platforms.ts";

const dm: ChatPlace = { as: "ada", channel: "dm-ada" };
const settings = "context: { maxTokens: 400, summary: { maxTokens: 64 } }";
const padding = "and this is said to fill the line ".repeat(4);
const [firstLine] = en.summary.instructions(64).split("\n");

const isSummary = ({ messages }: ChatBody) => String(messages[0]?.content).startsWith(firstLine ?? "");
const said = (body: ChatBody) => body.messages.map(({ content }) => String(content)).join("\n");

/** A model that keeps every figure it is asked to summarise. */
function keepFigures({ openai }: ParleyOnPlatform): void {
  openai.reply((body) =>
    isSummary(body) ? `Figures: ${[...new Set(said(body).match(/F\d+/g))].join(" ")}` : "ok",
  );
}

const summaries = ({ openai }: ParleyOnPlatform) => openai.chatRequests.filter(({ body }) => isSummary(body));
const prompts = ({ openai }: ParleyOnPlatform) => openai.chatRequests.filter(({ body }) => !isSummary(body));

/** Says so many messages with a figure each; answers their ids. */
async function talk({ chat }: ParleyOnPlatform, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    ids.push((await chat.post({ ...dm, text: `F${i} ${padding}` })).id);
    await chat.answers(dm, i + 1);
  }
  return ids;
}

describe.each(Object.keys(platforms) as PlatformTitle[])(
  "a long conversation in %s",
  { timeout: 90_000 },
  (title) => {
    it("goes on from a summary that is said once, and made again without what is deleted", async () => {
      await using parley = await startParleyOn(title, settings);
      const { chat } = parley;
      keepFigures(parley);
      const ids = await talk(parley, 12);
      await chat.until(async () => (summaries(parley).length > 0 ? true : undefined), "a summary");
      await parley.chat.post({ ...dm, text: "and now?" });
      const answers = await chat.answers(dm, 13);
      const last = prompts(parley).at(-1);
      if (!last) throw new Error("nobody asked the model");
      expect(said(last.body)).toMatch(/Figures: F0 F1/);
      expect(said(last.body)).not.toContain(`F0 ${padding.trim()}`);
      expect(answers.filter(({ text }) => text.includes("a summary of the"))).toHaveLength(1);
      expect(summaries(parley).length).toBeLessThan(prompts(parley).length / 2);

      await chat.remove({ ...dm, id: ids[1] ?? "" });
      const isAnew = ({ body }: { readonly body: ChatBody }) =>
        /F0 /.test(said(body)) && !/F1\b/.test(said(body));
      await chat.until(async () => summaries(parley).find(isAnew), "the summary to be made again");
      const before = prompts(parley).length;
      await chat.post({ ...dm, text: "still there?" });
      await chat.answers(dm, before + 1);
      const later = prompts(parley).slice(before);
      expect(later).toHaveLength(1);
      for (const { body } of later) expect(said(body)).not.toMatch(/F1\b/);
      await chat.until(async () => {
        const asked = prompts(parley).length;
        await chat.post({ ...dm, text: "and what now?" });
        await chat.answers(dm, asked + 1);
        const prompt = prompts(parley).at(-1);
        return prompt && /Figures: F0 F2/.test(said(prompt.body)) ? true : undefined;
      }, "the new summary in a prompt");
    });
  },
);
