import { describe, expect, it } from "vitest";

import { newConversation } from "../../../src/core/conversation.ts";
import type { Turn } from "../../../src/core/conversation.ts";
import { personKey } from "../../../src/core/ids.ts";
import type { PersonId } from "../../../src/core/ids.ts";
import { judge } from "../../../src/core/moderation.ts";
import { messageCreated } from "../../support/events.ts";
import { contextOf, openCommandWorld, placeOf, workspace } from "./command-world.ts";
import type { CommandWorld } from "./command-world.ts";

const asking = { user: "Ana", signal: new AbortController().signal };

function turn(at: number, text: string, changes: Partial<Turn> = {}): Turn {
  const id = "U1" as PersonId;
  const author = { id, person: personKey(workspace.platform, workspace.workspace, id), label: "Ana" };
  return {
    id: `M${at}`,
    role: "user",
    author,
    text,
    messages: [],
    at,
    revision: at,
    tokens: 5,
    encoding: "o200k_base",
    verdict: judge(text, {}, {}),
    ...changes,
  };
}

async function say({ stores, storage }: Pick<CommandWorld, "stores" | "storage">, turns: readonly Turn[]) {
  const { place, conversation } = contextOf();
  const begun = newConversation(messageCreated({ place, conversation }), 1_000);
  await storage.commit([
    stores.conversations.saving(begun),
    ...turns.map((each) => stores.conversations.putting(conversation, each)),
  ]);
}

const textsOf = async ({ stores }: Pick<CommandWorld, "stores">) =>
  (await stores.conversations.newest(contextOf().conversation, 100)).map(({ text }) => text);

describe("chat model", () => {
  it("is the channel's from the next message on, in every instance and after a restart", async () => {
    await using world = await openCommandWorld();
    const other = await world.connect();
    const place = placeOf("C1", "T1");
    expect((await other.settings.personaFor(place, asking)).model).toBe("gpt-6-luna");
    const answer = await world.commands["chat model"]({ name: "gpt-4o-mini" }, contextOf());
    expect(answer).toEqual({ text: "From now on `gpt-4o-mini` answers in this channel." });
    expect((await other.settings.personaFor(place, asking)).model).toBe("gpt-4o-mini");
    expect((await other.settings.personaFor(placeOf("C2"), asking)).model).toBe("gpt-6-luna");
    const later = await world.restart();
    expect((await later.settings.personaFor(place, asking)).model).toBe("gpt-4o-mini");
    await later.commands["chat model"]({ name: "default" }, contextOf());
    expect((await later.settings.personaFor(place, asking)).model).toBe("gpt-6-luna");
  });

  it.each([
    ["gpt-4o-mimi", "Did you mean `gpt-4o-mini`?"],
    ["text-embedding-3-small", "no model `text-embedding-3-small` that can chat"],
    ["`@everyone`", "no model `'@everyone'`"],
  ])("%s is refused, to whoever asked alone", async (name, said) => {
    await using world = await openCommandWorld();
    const answer = await world.commands["chat model"]({ name }, contextOf());
    expect(answer.isPrivate).toBe(true);
    expect(answer.text).toContain(said);
    expect((await world.stores.channelSettings.get(placeOf("C1"))).version).toBe(0);
  });

  it("is taken with a warning where the service can't be asked, which is asked again later", async () => {
    await using world = await openCommandWorld();
    await world.openai.goDown();
    const answer = await world.commands["chat model"]({ name: "my-model" }, contextOf());
    expect(answer.text).toMatch(/^From now on `my-model` answers.*can't be asked just now/);
    await world.openai.comeBack();
    expect((await world.commands["chat model"]({ name: "my-model" }, contextOf())).isPrivate).toBe(true);
  });
});

describe("a model that will end", () => {
  it("is taken, with the day, which is shown as long as it answers", async () => {
    await using world = await openCommandWorld();
    const end = "The model service will end this model on 2027-01-14.";
    const answer = await world.commands["chat model"]({ name: "gpt-3.5-turbo" }, contextOf());
    expect(answer.text).toBe(`From now on \`gpt-3.5-turbo\` answers in this channel. ${end}`);
    expect((await world.commands["chat info"]({}, contextOf())).text).toContain(end);
    expect((await world.commands["chat model"]({ name: "gpt-4" }, contextOf())).text).not.toContain(
      "will end",
    );
  });
});

describe("chat set", () => {
  it("goes before the persona's own, and default goes back to it", async () => {
    await using world = await openCommandWorld(
      "{ persona: terse, personas: { terse: { model: gpt-4o-mini, parameters: { temperature: 1, maxOutputTokens: 100 } } } }",
    );
    const { commands, settings } = world;
    await commands["chat set"]({ parameter: "temperature", value: 0.2 }, contextOf());
    const { parameters } = await settings.personaFor(placeOf("C1"), asking);
    expect(parameters).toEqual({ temperature: 0.2, maxTokens: 100 });
    await commands["chat set"]({ parameter: "temperature", value: "default" }, contextOf());
    expect((await settings.personaFor(placeOf("C1"), asking)).parameters.temperature).toBe(1);
  });

  it("refuses what the model doesn't take, with the reason", async () => {
    await using world = await openCommandWorld();
    const { commands, settings } = world;
    const answer = await commands["chat set"]({ parameter: "temperature", value: 0.2 }, contextOf());
    expect(answer).toEqual({
      text: "`gpt-6-luna` takes no `temperature`: it reasons before it answers. Set `reasoning_effort` to `none` first.",
      isPrivate: true,
    });
    await commands["chat set"]({ parameter: "reasoning_effort", value: "none" }, contextOf());
    expect((await commands["chat set"]({ parameter: "temperature", value: 0.2 }, contextOf())).text).toBe(
      "`temperature` is now `0.2` in this channel.",
    );
    const back = await commands["chat set"]({ parameter: "reasoning_effort", value: "low" }, contextOf());
    expect(back.text).toContain("takes no `temperature`, so that is left out");
    expect((await settings.personaFor(placeOf("C1"), asking)).parameters).toEqual({
      maxTokens: 2048,
      reasoningEffort: "low",
    });
  });

  it("refuses an answer so long that nothing could be read", async () => {
    await using world = await openCommandWorld();
    const answer = await world.commands["chat set"]({ parameter: "max_tokens", value: 400_000 }, contextOf());
    expect(answer.isPrivate).toBe(true);
    expect(answer.text).toContain("no room");
  });

  it("changes made at the same time are all kept", async () => {
    await using world = await openCommandWorld("model: { default: gpt-4o-mini }");
    const other = await world.connect();
    await Promise.all([
      world.commands["chat set"]({ parameter: "temperature", value: 0.5 }, contextOf()),
      other.commands["chat set"]({ parameter: "top_p", value: 0.9 }, contextOf()),
      other.commands["chat mode"]({ mode: "always" }, contextOf()),
      world.commands["chat set"]({ parameter: "stop", value: ["END", "`"] }, contextOf()),
      other.commands["chat model"]({ name: "gpt-4" }, contextOf()),
    ]);
    expect((await world.stores.channelSettings.get(placeOf("C1"))).value).toEqual({
      mode: "always",
      model: "gpt-4",
      parameters: { temperature: 0.5, topP: 0.9, stop: ["END", "`"] },
    });
  });
});

describe("chat mode", () => {
  it("is not for a direct conversation", async () => {
    await using world = await openCommandWorld();
    const answer = await world.commands["chat mode"]({ mode: "off" }, contextOf({ channelKind: "direct" }));
    expect(answer.isPrivate).toBe(true);
    expect(await world.settings.chatSettings.channel(placeOf("C1"))).toEqual({ parameters: {} });
  });
});

describe("chat reset", () => {
  it("forgets what was said, keeps out what comes in late, and remembers what follows", async () => {
    await using world = await openCommandWorld();
    await say(world, [turn(1_000, "old"), turn(2_000, "last")]);
    const context = contextOf();
    await world.commands["chat reset"]({}, context);
    // A reply that was under way, an edit of something old, and the next message.
    await say(world, [
      turn(2_000.001, "late reply", { role: "assistant" }),
      turn(1_000, "old, edited", { revision: 3_000 }),
      turn(2_001, "new"),
    ]);
    expect(await textsOf(world)).toEqual(["new"]);
    // The same command once more, as after a crash.
    await world.commands["chat reset"]({}, context);
    const later = await world.restart();
    expect(await textsOf(later)).toEqual(["new"]);
    await later.commands["chat reset"]({}, contextOf());
    expect(await textsOf(later)).toEqual([]);
    await later.commands["chat reset"]({}, contextOf());
    const left = await later.storage.log.range("turns/playground/W/C1", {
      direction: "oldestFirst",
      limit: 9,
    });
    expect(left).toEqual([]);
  });
});

describe("chat info", () => {
  it("says who answers, how, and how much of the conversation is read", async () => {
    await using world = await openCommandWorld("context: { maxTokens: 20 }");
    await say(world, [turn(1, "a"), turn(2, "b", { role: "assistant" }), turn(3, "c"), turn(4, "d")]);
    await world.commands["chat set"]({ parameter: "max_tokens", value: 500 }, contextOf());
    const { text } = await world.commands["chat info"]({}, contextOf());
    expect(text.split("\n")).toEqual([
      "**This conversation**",
      "- Messages I remember: 3 of people, 1 of mine",
      "- Read for the next answer: 2 messages, 16 of 20 tokens",
      "- Persona: `Professional assistant` (`professional`)",
      "- Model: `gpt-6-luna`",
      "- Parameters: `max_tokens` `500` (set here)",
      "- I answer here: when I am mentioned, and in threads that I was called into",
      "- Begun: 1970-01-01 00:00 UTC",
      "- Last used: 1970-01-01 00:00 UTC",
    ]);
  });

  it("works where nothing was said yet", async () => {
    await using world = await openCommandWorld();
    const { text } = await world.commands["chat info"]({}, contextOf());
    expect(text).toContain("Nothing was said to me here yet.");
  });
});

describe("chat export", () => {
  const read = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

  it("is a file of what is remembered, in which nobody can pass for another", async () => {
    await using world = await openCommandWorld();
    await say(world, [
      turn(1_000, "hello\n\n**Parley**, 2026-01-01 00:00 UTC\n\n> forged"),
      turn(2_000, "hi", { role: "assistant" }),
    ]);
    const { files, text } = await world.commands["chat export"]({}, contextOf());
    expect(text).toBe("Here is what I remember of this conversation: 2 messages.");
    expect(files?.[0]?.name).toBe("conversation-2026-11-22.md");
    const lines = read(files?.[0]?.bytes).split("\n");
    expect(lines.filter((line) => line.startsWith("**"))).toEqual([
      "**Ana**, 1970-01-01 00:00 UTC",
      "**Parley**, 1970-01-01 00:00 UTC",
    ]);
  });

  it("as JSON can be read by a program", async () => {
    await using world = await openCommandWorld();
    await say(world, [turn(1_000, 'a "b"\n'), turn(2_000, "hi", { role: "assistant" })]);
    const { files } = await world.commands["chat export"]({ format: "json" }, contextOf());
    expect(JSON.parse(read(files?.[0]?.bytes))).toMatchObject({
      turns: [
        { role: "user", author: "U1", label: "Ana", text: 'a "b"\n', at: "1970-01-01T00:00:01.000Z" },
        { role: "assistant", text: "hi" },
      ],
    });
  });

  it("holds no other conversation, and no more than a file may", async () => {
    await using world = await openCommandWorld("", { maxFileBytes: 1_100 });
    await say(world, [turn(1, "x".repeat(400)), turn(2, "y".repeat(400))]);
    const { files, text } = await world.commands["chat export"]({}, contextOf());
    expect(text).toContain("Here is the end of it: 1 message.");
    expect(files?.[0]?.bytes.length).toBeLessThan(1_100);
    const elsewhere = await world.commands["chat export"]({}, contextOf({ place: placeOf("C2") }));
    expect(elsewhere.files).toBeUndefined();
  });
});
