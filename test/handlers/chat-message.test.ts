import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ChatBody } from "../support/openai-server.ts";
import { startParley } from "../support/parley.ts";

const contents = (body: ChatBody | undefined) =>
  (body?.messages ?? []).slice(1).map((message) => message.content);
const lastContent = (body: ChatBody) => String(body.messages.at(-1)?.content);

describe("a conversation", () => {
  it("tells the people in a thread apart, and remembers what was said", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    const { id: thread } = await client.post({
      as: "ada",
      channel: "general",
      text: "@Parley we ship on Friday",
    });
    await client.answers({ as: "ada", channel: "general", thread });
    await client.post({ as: "ben", channel: "general", thread, text: "when do we ship?" });
    await client.answers({ as: "ben", channel: "general", thread }, 2);
    expect(contents(openai.chatRequests[1]?.body)).toEqual([
      "Ada Okafor: we ship on Friday",
      "You said: Ada Okafor: we ship on Friday",
      "Ben Lindqvist: when do we ship?",
    ]);
  });

  it("keeps two threads of one channel, and a direct channel, apart", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    const first = await client.post({ as: "ada", channel: "general", text: "@Parley red" });
    const second = await client.post({ as: "ada", channel: "general", text: "@Parley green" });
    await client.post({ as: "ada", channel: "dm-ada", text: "blue" });
    await client.answers({ as: "ada", channel: "dm-ada" });
    await client.answers({ as: "ada", channel: "general", thread: first.id });
    await client.answers({ as: "ada", channel: "general", thread: second.id });
    const prompts = openai.chatRequests.map(({ body }) => contents(body));
    expect(prompts.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      ["Ada Okafor: green"],
      ["Ada Okafor: red"],
      ["blue"],
    ]);
  });

  it("is answered while another one is being answered", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    openai.reply(async (body) => {
      if (lastContent(body).includes("slow")) await held;
      return "done";
    });
    await client.post({ as: "ada", channel: "dm-ada", text: "slow" });
    await client.post({ as: "ben", channel: "dm-ben", text: "quick" });
    await client.answers({ as: "ben", channel: "dm-ben" });
    expect((await client.messages("ada", "dm-ada")).messages).toHaveLength(1);
    release();
    await client.answers({ as: "ada", channel: "dm-ada" });
  });

  it("leaves messages alone that don't speak to Parley", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    await client.post({ as: "ada", channel: "general", text: "lunch?" });
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    await client.answers({ as: "ada", channel: "dm-ada" });
    expect(openai.moderationRequests).toHaveLength(1);
    expect(openai.chatRequests).toHaveLength(1);
  });

  it("survives a restart", async () => {
    await using parley = await startParley();
    await parley.client.post({ as: "ada", channel: "dm-ada", text: "my number is 7" });
    await parley.client.answers({ as: "ada", channel: "dm-ada" });
    await parley.restart();
    await parley.client.post({ as: "ada", channel: "dm-ada", text: "which number?" });
    await parley.client.answers({ as: "ada", channel: "dm-ada" }, 2);
    expect(contents(parley.openai.chatRequests[1]?.body)).toEqual([
      "my number is 7",
      "You said: my number is 7",
      "which number?",
    ]);
  });
});

describe("messages that arrive while Parley writes", () => {
  async function askThree(yaml: string): Promise<{ prompts: unknown[][]; answers: number }> {
    await using parley = await startParley(yaml);
    const { client, openai } = parley;
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    openai.reply(async (body) => {
      if (lastContent(body) === "one") await held;
      return `answer to ${lastContent(body)}`;
    });
    await client.post({ as: "ada", channel: "dm-ada", text: "one" });
    await client.until(async () => openai.chatRequests[0], "the first chat request");
    await client.post({ as: "ada", channel: "dm-ada", text: "two" });
    await client.post({ as: "ada", channel: "dm-ada", text: "three" });
    release();
    await client.until(async () => {
      const { messages } = await client.messages("ada", "dm-ada");
      return messages.some((message) => message.text === "answer to three" && !message.writing) || undefined;
    }, "the last answer");
    const { messages } = await client.messages("ada", "dm-ada");
    return { prompts: openai.chatRequests.map(({ body }) => contents(body)), answers: messages.length - 3 };
  }

  it("are answered together, by a reply that has read them all", async () => {
    const { prompts, answers } = await askThree("burst: together");
    expect(answers).toBe(2);
    expect(prompts).toEqual([["one"], ["one", "answer to one", "two", "three"]]);
  });

  it("are answered one by one where the config says so", async () => {
    const { prompts, answers } = await askThree("burst: each");
    expect(answers).toBe(3);
    expect(prompts).toEqual([
      ["one"],
      ["one", "answer to one", "two"],
      ["one", "answer to one", "two", "answer to two", "three"],
    ]);
  });
});

describe("a message that comes in twice", () => {
  it("is one message and gets one answer", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    const draft = { as: "ada", channel: "dm-ada", text: "hello", clientId: randomUUID() };
    const ids = await Promise.all([client.post(draft), client.post(draft), client.post(draft)]);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    await client.answers({ as: "ada", channel: "dm-ada" });
    await client.post(draft);
    await sleep(200);
    expect(openai.chatRequests).toHaveLength(1);
    expect((await client.messages("ada", "dm-ada")).messages).toHaveLength(2);
  });
});

describe("moderation", () => {
  it("keeps a blocked message from the model, the memory and everyone but its author", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.blockWords({ murder: "violence" });
    const { id: thread } = await client.post({
      as: "ada",
      channel: "general",
      text: "@Parley plan a murder",
    });
    const notices = await client.until(async () => {
      const listing = await client.messages("ada", "general", thread);
      return listing.notices.length > 0 ? listing.notices : undefined;
    }, "a notice");
    expect(notices[0]?.blocks.join()).toContain("violence");
    expect((await client.messages("ben", "general", thread)).notices).toEqual([]);
    await client.post({ as: "ada", channel: "general", thread, text: "@Parley plan a party" });
    await client.answers({ as: "ada", channel: "general", thread });
    expect(
      (await client.messages("ben", "general", thread)).messages.filter(({ author }) => author === "parley"),
    ).toHaveLength(1);
    expect(openai.chatRequests).toHaveLength(1);
    expect(JSON.stringify(openai.chatRequests)).not.toContain("murder");
    expect(openai.embeddingRequests).toEqual([]);
  });

  it("leaves a blocked answer of the model's own out of the next prompt", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.blockWords({ poison: "illicit" });
    openai.reply("here is a poison");
    await client.post({ as: "ada", channel: "dm-ada", text: "one" });
    await client.answers({ as: "ada", channel: "dm-ada" });
    await client.post({ as: "ada", channel: "dm-ada", text: "two" });
    await client.answers({ as: "ada", channel: "dm-ada" }, 2);
    expect(contents(openai.chatRequests[1]?.body)).toEqual(["one", "two"]);
  });

  it("that can't be reached blocks too, says so, and the conversation goes on", async () => {
    await using parley = await startParley("model: { maxRetries: 0 }\nmoderation: { retryMs: 0 }");
    const { client, openai } = parley;
    openai.fail("moderation", { kind: "serverError", status: 503 });
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    const [answer] = await client.answers({ as: "ada", channel: "dm-ada" });
    expect(answer?.text).toMatch(/can't be checked just now.*Reference/s);
    expect(openai.chatRequests).toEqual([]);
    await client.post({ as: "ada", channel: "dm-ada", text: "again" });
    await client.answers({ as: "ada", channel: "dm-ada" }, 2);
    expect(contents(openai.chatRequests[0]?.body)).toEqual(["again"]);
  });
});

describe("a reply", () => {
  const slow = { chunkDelayMs: 15 };
  const long = Array.from({ length: 400 }, (_, i) => `word${i}`).join(" ");

  it("grows before it is complete", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.reply(long);
    openai.pace(slow);
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    const growing = await client.writing({ as: "ada", channel: "dm-ada" });
    expect(long.startsWith(growing.text.trim())).toBe(true);
    expect(growing.text.length).toBeLessThan(long.length);
    const [answer] = await client.answers({ as: "ada", channel: "dm-ada" });
    expect(answer).toMatchObject({ id: growing.id, text: long });
  });

  it("that somebody stops ends there, and says so", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.reply(long);
    openai.pace(slow);
    await client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    const { id } = await client.writing({ as: "ada", channel: "dm-ada" });
    await client.stop({ as: "ada", channel: "dm-ada", id });
    const [answer] = await client.answers({ as: "ada", channel: "dm-ada" });
    expect(answer?.text).toMatch(/^word0 .*\*Stopped\.\*$/s);
    expect(answer?.text.length).toBeLessThan(long.length);
    expect(await openai.chatRequests[0]?.closed).toBe("aborted");
    openai.reply("and on");
    await client.post({ as: "ada", channel: "dm-ada", text: "go on" });
    expect((await client.answers({ as: "ada", channel: "dm-ada" }, 2))[1]?.text).toBe("and on");
  });

  it("begins again in its place when its question is edited meanwhile", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.reply((body) => `${lastContent(body)}! ${long}`);
    openai.pace(slow);
    const question = await client.post({ as: "ada", channel: "dm-ada", text: "cats" });
    const { id } = await client.writing({ as: "ada", channel: "dm-ada" });
    openai.pace({ chunkDelayMs: 0 });
    await client.edit({ as: "ada", channel: "dm-ada", id: question.id }, "dogs");
    const answers = await client.answers({ as: "ada", channel: "dm-ada" });
    expect(answers).toMatchObject([{ id, text: `dogs! ${long}` }]);
    expect(contents(openai.chatRequests[1]?.body)).toEqual(["dogs"]);
  });

  it("goes away when its question is deleted meanwhile", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.reply(long);
    openai.pace(slow);
    const question = await client.post({ as: "ada", channel: "dm-ada", text: "cats" });
    await client.writing({ as: "ada", channel: "dm-ada" });
    await client.remove({ as: "ada", channel: "dm-ada", id: question.id });
    await client.until(async () => {
      const { messages } = await client.messages("ada", "dm-ada");
      return messages.some(({ author }) => author === "parley") ? undefined : true;
    }, "an empty channel");
    openai.reply("fine");
    openai.pace({ chunkDelayMs: 0 });
    await client.post({ as: "ada", channel: "dm-ada", text: "birds" });
    await client.answers({ as: "ada", channel: "dm-ada" });
    expect(contents(openai.chatRequests.at(-1)?.body)).toEqual(["birds"]);
  });
});

describe("a message that was answered", () => {
  it("is remembered as it stands after an edit, and not at all once deleted", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    const ask = async (text: string, count: number) => {
      const message = await client.post({ as: "ada", channel: "dm-ada", text });
      await client.answers({ as: "ada", channel: "dm-ada" }, count);
      return { as: "ada", channel: "dm-ada", id: message.id };
    };
    openai.reply("ok");
    const first = await ask("one", 1);
    const second = await ask("two", 2);
    await client.edit(first, "uno");
    await client.remove(second);
    await client.until(
      async () =>
        openai.moderationRequests.some(({ body }) => body.input.includes("uno")) ? true : undefined,
      "the edit's verdict",
    );
    await sleep(200);
    await ask("three", 3);
    expect(contents(openai.chatRequests[2]?.body)).toEqual(["uno", "ok", "ok", "three"]);
  });

  it("leaves the memory when it is edited into something that is blocked", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.blockWords({ murder: "violence" });
    openai.reply("ok");
    const { id } = await client.post({ as: "ada", channel: "dm-ada", text: "party" });
    await client.answers({ as: "ada", channel: "dm-ada" });
    await client.edit({ as: "ada", channel: "dm-ada", id }, "murder");
    await client.until(
      async () => ((await client.messages("ada", "dm-ada")).notices.length > 0 ? true : undefined),
      "a notice",
    );
    await client.post({ as: "ada", channel: "dm-ada", text: "next" });
    await client.answers({ as: "ada", channel: "dm-ada" }, 2);
    expect(contents(openai.chatRequests[1]?.body)).toEqual(["ok", "next"]);
  });

  it("takes an edit once moderation is back", async () => {
    await using parley = await startParley("model: { maxRetries: 0 }");
    const { client, openai } = parley;
    openai.reply("ok");
    const { id } = await client.post({ as: "ada", channel: "dm-ada", text: "one" });
    await client.answers({ as: "ada", channel: "dm-ada" });
    openai.fail("moderation", { kind: "serverError", status: 503 });
    await client.edit({ as: "ada", channel: "dm-ada", id }, "uno");
    await client.until(
      async () =>
        openai.moderationRequests.filter(({ body }) => body.input.includes("uno")).length === 2
          ? true
          : undefined,
      "a second try",
    );
    await client.until(
      async () => (openai.chatRequests.length === 2 ? true : undefined),
      "the answer to be written anew",
    );
    await client.post({ as: "ada", channel: "dm-ada", text: "two" });
    await client.answers({ as: "ada", channel: "dm-ada" }, 2);
    expect(contents(openai.chatRequests[2]?.body)).toEqual(["uno", "ok", "two"]);
  });
});
