import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ErrorCode } from "../../src/core/errors.ts";
import { en } from "../../src/core/words/en.ts";
import type { ChatPlace } from "../support/chat-client.ts";
import type { ChatBody, Fault } from "../support/openai-server.ts";
import { platforms, startParleyOn } from "../support/platforms.ts";
import type { PlatformTitle } from "../support/platforms.ts";

const contents = (body: ChatBody | undefined) =>
  body?.messages.filter(({ role }) => role !== "system").map(({ content }) => content);

const dm: ChatPlace = { as: "ada", channel: "dm-ada" };
const slow = { chunkDelayMs: 40 };

describe.concurrent.each(Object.keys(platforms) as PlatformTitle[])("in %s", { timeout: 60_000 }, (title) => {
  describe("a message", () => {
    it("is answered in its thread, where Parley goes on without being named and tells people apart", async () => {
      await using parley = await startParleyOn(title);
      const { chat, openai } = parley;
      openai.reply("Hello!");
      const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley hi there" });
      const thread: ChatPlace = { as: "ada", channel: "general", thread: id };
      const [answer] = await chat.answers(thread);
      expect(answer?.text).toContain("Hello!");
      await chat.post({ ...thread, as: "ben", text: "and me?" });
      await chat.answers(thread, 2);
      const [, second] = openai.chatRequests;
      expect(contents(second?.body)).toEqual([
        expect.stringMatching(/^\S.*: hi there$/),
        "Hello!",
        expect.stringMatching(/^\S.*: and me\?$/),
      ]);
      const [first, last] = [contents(second?.body)?.[0], contents(second?.body)?.[2]];
      expect(String(first).split(":")[0]).not.toBe(String(last).split(":")[0]);
    });

    it("to somebody else, and in a thread of others, is left alone", async () => {
      await using parley = await startParleyOn(title);
      const { chat, openai } = parley;
      openai.reply("ok");
      await chat.post({ as: "ada", channel: "general", text: "good morning" });
      await chat.post(dmText("now you"));
      await chat.answers(dm);
      expect(openai.chatRequests.map(({ body }) => contents(body))).toEqual([["now you"]]);
    });

    it("that is delivered twice gets one answer", async () => {
      await using parley = await startParleyOn(title);
      const { chat, openai } = parley;
      openai.reply("ok");
      const first = await chat.post(dmText("once"));
      await chat.deliverAgain({ ...dm, id: first.id });
      await chat.answers(dm);
      await chat.deliverAgain({ ...dm, id: first.id });
      await sleep(500);
      expect(await chat.answers(dm)).toHaveLength(1);
      expect(openai.chatRequests).toHaveLength(1);
    });

    it("comes in order within its conversation, while others go on beside it", async () => {
      await using parley = await startParleyOn(title, "burst: each");
      const { chat, openai } = parley;
      openai.pace(slow);
      openai.reply(({ messages }) => `re: ${String(messages.at(-1)?.content)}`);
      for (const text of ["one", "two", "three"]) await chat.post(dmText(text));
      await chat.post({ as: "ben", channel: "dm-ben", text: "beside" });
      const answers = await chat.answers(dm, 3);
      expect(answers.map(({ text }) => text)).toEqual(["re: one", "re: two", "re: three"]);
      await chat.answers({ as: "ben", channel: "dm-ben" });
      const order = openai.chatRequests.map(({ body }) => contents(body)?.at(-1));
      expect(order.indexOf("beside")).toBeLessThan(order.indexOf("three"));
    });

    it("is remembered over a restart", async () => {
      await using parley = await startParleyOn(title);
      const { chat, openai } = parley;
      openai.reply("ok");
      await chat.post(dmText("my cat is called Mango"));
      await chat.answers(dm);
      await parley.restart();
      await chat.post(dmText("what is my cat called?"));
      await chat.answers(dm, 2);
      expect(contents(openai.chatRequests[1]?.body)).toEqual([
        "my cat is called Mango",
        "ok",
        "what is my cat called?",
      ]);
    });

    it("is answered whole, also by several messages", async () => {
      await using parley = await startParleyOn(title);
      const { chat, openai } = parley;
      const lines = Array.from({ length: 900 }, (_, i) => `- point ${i} of the long answer`);
      openai.reply(lines.join("\n"));
      await chat.post(dmText("make a long list"));
      const text = (
        await chat.until(async () => {
          const all = (await chat.messages(dm)).filter(({ isOwn }) => isOwn);
          const whole = all.map((each) => each.text).join("\n");
          return whole.includes("point 899") && !all.some(({ writing }) => writing) ? whole : undefined;
        }, "the whole answer")
      ).replaceAll("•", "-");
      for (const [index] of lines.entries()) expect(text).toContain(`point ${index} of`);
    });
  });

  describe("an answer", () => {
    it("grows before it is complete, and ends where somebody stops it", async () => {
      await using parley = await startParleyOn(title, "slack: { streaming: update }");
      const { chat, openai } = parley;
      openai.pace({ chunkDelayMs: 100 });
      openai.reply("word ".repeat(400).trim());
      const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley talk" });
      const thread: ChatPlace = { as: "ada", channel: "general", thread: id };
      const growing = await chat.writing(thread);
      await chat.stop({ ...thread, id: growing.id });
      const [answer] = await chat.answers(thread);
      expect(answer?.id).toBe(growing.id);
      expect(answer?.text).toContain("Stopped.");
      expect(answer?.text.split("word").length).toBeLessThan(400);
    });

    it("follows its question when that is edited, and goes away with it", async () => {
      await using parley = await startParleyOn(title, "slack: { streaming: update }");
      const { chat, openai } = parley;
      openai.pace({ chunkDelayMs: 100 });
      openai.reply(({ messages }) =>
        `about ${String(messages.at(-1)?.content)}: ${"word ".repeat(30)}`.trim(),
      );
      const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley cats" });
      const thread: ChatPlace = { as: "ada", channel: "general", thread: id };
      await chat.writing(thread);
      await chat.edit({ as: "ada", channel: "general", id }, "@Parley dogs");
      const [answer] = await chat.answers(thread);
      expect(answer?.text).toMatch(/^about .*dogs: word/);
      expect(await chat.answers(thread)).toHaveLength(1);

      const { id: second } = await chat.post({ ...thread, text: "and birds" });
      await chat.until(
        async () => ((await chat.messages(thread)).at(-1)?.writing ? true : undefined),
        "growth",
      );
      await chat.remove({ ...thread, id: second });
      await chat.until(
        async () =>
          (await chat.messages(thread)).filter(({ isOwn }) => isOwn).length === 1 ? true : undefined,
        "the answer to go away",
      );
    });
  });

  describe("moderation", () => {
    it("keeps a blocked message from the model, and tells its author alone", async () => {
      await using parley = await startParleyOn(title);
      const { chat, openai } = parley;
      openai.blockWords({ murder: "violence" });
      const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley plan a murder" });
      const place: ChatPlace = { as: "ada", channel: "general", thread: id };
      const [notice] = await chat.until(async () => {
        const notices = await chat.notices(place);
        return notices.length > 0 ? notices : undefined;
      }, "a notice");
      expect(notice).toContain("violence");
      expect(await chat.notices({ ...place, as: "ben" })).toEqual([]);
      expect(openai.chatRequests).toEqual([]);
      expect((await chat.messages(place)).filter(({ isOwn }) => isOwn)).toEqual([]);
    });

    it("that can't be reached blocks too, says so, and the conversation goes on", async () => {
      await using parley = await startParleyOn(title, "model: { maxRetries: 0 }\nmoderation: { retryMs: 0 }");
      const { chat, openai } = parley;
      openai.reply("ok");
      openai.fail("moderation", { kind: "serverError", status: 503 });
      await chat.post(dmText("hello"));
      expect((await chat.answers(dm))[0]?.text).toContain("nothing goes to the model unchecked");
      openai.heal();
      await chat.post(dmText("again"));
      expect((await chat.answers(dm, 2))[1]?.text).toBe("ok");
    });
  });

  it.each<[string, Fault, ErrorCode]>([
    ["a key that isn't accepted", { kind: "unauthorized" }, "model_unauthorized"],
    ["429", { kind: "rateLimited" }, "model_rate_limited"],
    ["a service that is down", { kind: "serverError", status: 503 }, "model_unavailable"],
    ["a reset connection", { kind: "reset" }, "model_unreachable"],
    ["a service that never answers", { kind: "silence" }, "model_timeout"],
    ["a stream that stalls", { kind: "stall", afterChunks: 3 }, "model_stalled"],
    ["a stream cut in the middle", { kind: "cut", afterChunks: 3 }, "model_cut"],
    ["a content filter", { kind: "filtered", afterChunks: 0 }, "model_filtered"],
  ])("%s is explained with a reference, and the conversation goes on", async (_what, fault, code) => {
    const quick = "model: { maxRetries: 0, timeoutMs: 700, idleTimeoutMs: 400 }";
    await using parley = await startParleyOn(title, quick);
    const { chat, openai } = parley;
    openai.reply(Array.from({ length: 40 }, (_, i) => `word${i}`).join(" "));
    openai.fail("chat", fault);
    await chat.post(dmText("hello"));
    const [answer] = await chat.answers(dm);
    const sentence = en.errors[code]({ model: "gpt-6-luna" }).replaceAll("`", "").slice(0, 40);
    expect(answer?.text.replaceAll("`", "")).toContain(sentence);
    const reference = /Reference ([0-9a-f]{8})/.exec(answer?.text ?? "")?.[1];
    expect(parley.log.some(({ fields }) => fields["reference"] === reference)).toBe(true);
    openai.heal();
    await chat.post(dmText("again"));
    expect((await chat.answers(dm, 2))[1]?.text).toContain("word39");
  });
});

function dmText(text: string): ChatPlace & { readonly text: string } {
  return { ...dm, text };
}
