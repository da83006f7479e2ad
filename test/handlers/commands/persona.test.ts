import { describe, expect, it } from "vitest";

import type { LedgerEntry } from "../../../src/core/ledger.ts";
import type { PersonId } from "../../../src/core/ids.ts";
import { asAdmin, contextOf, openCommandWorld, placeOf, workspace } from "./command-world.ts";
import type { CommandWorld } from "./command-world.ts";

const asking = { user: "Ana", signal: new AbortController().signal };
const support = "personas: { support: { instructions: You know the Acme router. } }";

type Instance = Pick<CommandWorld, "commands">;

async function importFile(
  world: Instance & Pick<CommandWorld, "attach">,
  text: string | Uint8Array,
  changes: Parameters<typeof contextOf>[0] = {},
) {
  return world.commands["persona import"]({}, contextOf({ attachments: [world.attach(text)], ...changes }));
}

const answering = async (
  { settings }: Pick<CommandWorld, "settings">,
  ...place: Parameters<typeof placeOf>
) => (await settings.personaFor(placeOf(...place), asking)).name;

describe("persona use", () => {
  it("holds for the channel and its threads, in every instance and after a restart", async () => {
    await using world = await openCommandWorld();
    const other = await world.connect();
    expect(await answering(other, "C1", "T1")).toBe("professional");
    const answer = await world.commands["persona use"]({ name: "technical" }, contextOf());
    expect(answer).toEqual({ text: "From now on `Technical assistant` answers in this channel." });
    expect(await answering(other, "C1", "T1")).toBe("technical");
    expect(await answering(other, "C2")).toBe("professional");
    const later = await world.restart();
    expect(await answering(later, "C1")).toBe("technical");
    const back = await later.commands["persona use"]({ name: "default" }, contextOf());
    expect(back.text).toBe(
      "Nothing is chosen for this channel any more: `Professional assistant` answers here.",
    );
    expect(await answering(later, "C1")).toBe("professional");
  });

  it("in chat goes before the config, and the nearest before the wider", async () => {
    await using world = await openCommandWorld("channels: { C1: { persona: finance } }");
    expect(await answering(world, "C1")).toBe("finance");
    await world.commands["persona use"]({ name: "legal", for: "workspace" }, contextOf(asAdmin));
    expect(await answering(world, "C1")).toBe("legal");
    await world.commands["persona use"](
      { name: "creative", for: "thread" },
      contextOf({ place: placeOf("C1", "T1") }),
    );
    expect(await answering(world, "C1", "T1")).toBe("creative");
    expect(await answering(world, "C1", "T2")).toBe("legal");
  });

  it.each([
    ["workspace", contextOf(), "Only admins choose who answers in the whole workspace."],
    ["category", contextOf(), "Only admins choose who answers in this category."],
    ["category", contextOf(asAdmin), "stands in no category"],
    ["thread", contextOf(), "This is no thread."],
  ] as const)("for %s is refused where it can't be", async (scope, context, said) => {
    await using world = await openCommandWorld();
    const answer = await world.commands["persona use"]({ name: "legal", for: scope }, context);
    expect(answer.text).toContain(said);
    expect(answer.isPrivate).toBe(true);
    expect(await world.stores.bindings.all(workspace, undefined, 9)).toEqual([]);
  });

  it("of an unknown persona names the nearest", async () => {
    await using world = await openCommandWorld();
    const answer = await world.commands["persona use"]({ name: "tecnical" }, contextOf());
    expect(answer.text).toContain("There is no persona `tecnical` here. Did you mean `technical`?");
    expect(answer.isPrivate).toBe(true);
  });
});

describe("persona import", () => {
  it("makes personas that can be used, shown and taken elsewhere, and keeps every version", async () => {
    await using world = await openCommandWorld();
    const made = await importFile(world, support);
    expect(made.text).toMatch(/^Made: `support`\. `\/parley persona use/);
    await world.commands["persona use"]({ name: "support" }, contextOf());
    const { system } = await world.settings.personaFor(placeOf("C1"), asking);
    expect(system).toContain("You know the Acme router.");
    expect(await world.settings.chatSettings.personaNames(workspace)).toContain("support");

    const changed = await importFile(world, support.replace("Acme", "Emca"));
    expect(changed.text).toMatch(/^Changed: `support`\./);
    expect((await world.settings.personaFor(placeOf("C1"), asking)).system).toContain("Emca");
    const versions = await world.stores.savedPersonas.versions(workspace, "support", 9);
    expect(versions.map(({ version, spec, change }) => [version, spec?.instructions, change.by])).toEqual([
      [2, "You know the Emca router.", "playground/W/U1"],
      [1, "You know the Acme router.", "playground/W/U1"],
    ]);

    const { files } = await world.commands["persona export"]({}, contextOf());
    const exported = new TextDecoder().decode(files?.[0]?.bytes);
    await using elsewhere = await openCommandWorld();
    expect((await importFile(elsewhere, exported)).text).toMatch(/^Made: `support`/);
    expect((await elsewhere.stores.savedPersonas.get(workspace, "support")).value).toEqual(versions[0]?.spec);
  });

  it("run again after a crash makes no further version", async () => {
    await using world = await openCommandWorld();
    const context = contextOf({ attachments: [world.attach(support)] });
    const first = await world.commands["persona import"]({}, context);
    expect(await world.commands["persona import"]({}, context)).toEqual(first);
    expect((await world.stores.savedPersonas.get(workspace, "support")).version).toBe(1);
  });

  it("by two at once keeps both versions", async () => {
    await using world = await openCommandWorld();
    const texts = ["one", "two", "three"];
    await Promise.all(texts.map((text) => importFile(world, `personas: { p: { instructions: ${text} } }`)));
    const versions = await world.stores.savedPersonas.versions(workspace, "p", 9);
    expect(versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(new Set(versions.map(({ spec }) => spec?.instructions))).toEqual(new Set(texts));
  });

  it("is judged before anybody can choose it, and entered in the ledger", async () => {
    await using world = await openCommandWorld();
    world.openai.blockWords({ poison: "illicit" });
    const file = "personas: { good: {}, bad: { examples: [{ question: how?, answer: use poison }] } }";
    const answer = await importFile(world, file);
    expect(answer).toEqual({
      text: "Nothing was saved: our moderation sees instructions for wrongdoing in what `bad` says.",
      isPrivate: true,
    });
    expect(await world.stores.savedPersonas.all(workspace, 9)).toEqual([]);
    expect(await ledgerOf(world)).toMatchObject([{ kind: "moderation", person: "playground/W/U1" }]);
    world.openai.fail("moderation", { kind: "serverError" });
    await expect(importFile(world, support)).rejects.toMatchObject({ code: "moderation_unavailable" });
    expect(await world.stores.savedPersonas.all(workspace, 9)).toEqual([]);
  });

  it.each<[what: string, file: string | Uint8Array, said: string]>([
    [
      "a wrong key",
      "personas:\n  a:\n    tempalte: x\n",
      "line 3: personas.a.tempalte: there is no such key; the nearest is template",
    ],
    [
      "a name of the catalogue",
      "personas: { legal: {} }",
      "These names belong to the catalogue or to `parley.yaml`: `legal`",
    ],
    ["a name of the config", "personas: { house: {} }", "`house`"],
    ["the name that resets", "personas: { default: {} }", "`default`"],
    ["an unknown model", "personas: { a: { model: gpt-99 } }", "has no model `gpt-99`"],
    ["a hostile name", "personas: { '<!channel>': {} }", "no name for this"],
    ["a problem that would leave its block", "personas: { '```\\n@everyone': {} }", "no name for this"],
    ["no persona", "personas: {}", "There is no persona in the file."],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x00]), "no text in UTF-8"],
    [
      "a persona without end",
      `personas: { a: { model: gpt-4, parameters: { maxOutputTokens: 4000 }, instructions: "${"wow ".repeat(4_900)}" } }`,
      "no room is left",
    ],
    [
      "too many problems",
      `personas:\n${Array.from({ length: 30 }, (_, i) => `  X${i}: {}\n`).join("")}`,
      "… and 20 more",
    ],
  ])("with %s takes nothing over", async (_what, file, said) => {
    await using world = await openCommandWorld("personas: { house: {} }");
    const answer = await importFile(world, file);
    expect(answer.text).toContain(said);
    expect(answer.isPrivate).toBe(true);
    expect(answer.text.length).toBeLessThan(7_000);
    expect(await world.stores.savedPersonas.all(workspace, 9)).toEqual([]);
  });

  it("of a file that is too long is refused before it is fetched, and where its size was not true", async () => {
    await using world = await openCommandWorld();
    const long = new Uint8Array(300_000).fill(0x20);
    for (const attachment of [world.attach("", 300_000), world.attach(long, 10)]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is easier to read when it fails.
      const answer = await world.commands["persona import"]({}, contextOf({ attachments: [attachment] }));
      expect(answer.text).toContain("longer than 256 KB");
    }
    expect((await world.commands["persona import"]({}, contextOf())).text).toContain("Send one YAML file");
  });

  it("of what is used outside the channel is for admins", async () => {
    await using world = await openCommandWorld();
    await importFile(world, support);
    await world.commands["persona use"]({ name: "support" }, contextOf({ place: placeOf("C2") }));
    const answer = await importFile(world, support.replace("Acme", "Emca"));
    expect(answer.text).toBe(
      "Only admins may change or delete what is used outside this channel too: `support`.",
    );
    expect((await importFile(world, support.replace("Acme", "Emca"), asAdmin)).text).toMatch(/^Changed/);
  });
});

describe("persona delete", () => {
  it("lets the next one up answer, and gives what brings it back", async () => {
    await using world = await openCommandWorld();
    await importFile(world, support);
    await world.commands["persona use"]({ name: "support" }, contextOf());
    await world.commands["persona use"]({ name: "legal", for: "workspace" }, contextOf(asAdmin));
    const context = contextOf();
    const { text, files } = await world.commands["persona delete"]({ name: "support" }, context);
    expect(text).toMatch(
      /^`support` is deleted\. It was used in `room C1`; there the next persona up answers/,
    );
    expect(await answering(world, "C1")).toBe("legal");
    // Once more, as after a crash.
    expect((await world.commands["persona delete"]({ name: "support" }, context)).files).toEqual(files);
    const gone = await world.commands["persona delete"]({ name: "support" }, contextOf());
    expect(gone.text).toContain("There is no persona `support`");

    expect((await importFile(world, files?.[0]?.bytes ?? "")).text).toMatch(/^Made: `support`/);
    const versions = await world.stores.savedPersonas.versions(workspace, "support", 9);
    expect(versions.map(({ version, spec }) => [version, spec !== undefined])).toEqual([
      [3, true],
      [2, false],
      [1, true],
    ]);
    // It is not used again by itself.
    expect(await answering(world, "C1")).toBe("legal");
  });

  it.each([
    ["technical", "comes from Parley's catalogue"],
    ["house", "comes from `parley.yaml`"],
  ])("of %s is refused, as it can't be changed from chat", async (name, said) => {
    await using world = await openCommandWorld("personas: { house: {} }");
    const answer = await world.commands["persona delete"]({ name }, contextOf(asAdmin));
    expect(answer.text).toContain(said);
    expect(answer.isPrivate).toBe(true);
  });

  it("of what is used outside the channel is for admins", async () => {
    await using world = await openCommandWorld();
    await importFile(world, support);
    await world.commands["persona use"]({ name: "support" }, contextOf({ place: placeOf("C2") }));
    const answer = await world.commands["persona delete"]({ name: "support" }, contextOf());
    expect(answer.isPrivate).toBe(true);
    expect(await answering(world, "C2")).toBe("support");
    expect((await world.commands["persona delete"]({ name: "support" }, contextOf(asAdmin))).text).toContain(
      "deleted",
    );
    expect(await answering(world, "C2")).toBe("professional");
  });
});

describe("persona restore", () => {
  const importThree = async (world: CommandWorld) => {
    for (const word of ["one", "two", "three"]) {
      // oxlint-disable-next-line no-await-in-loop -- versions come one after the other.
      await importFile(world, `personas: { p: { instructions: ${word} } }`);
    }
  };
  const instructionsOf = async ({ stores }: CommandWorld) =>
    (await stores.savedPersonas.get(workspace, "p")).value?.instructions;

  it("goes back by one, to a version, and behind a deletion, each as a new version", async () => {
    await using world = await openCommandWorld();
    const restore = (version?: number) =>
      world.commands["persona restore"](
        { name: "p", ...(version !== undefined && { version }) },
        contextOf(),
      );
    await importThree(world);
    expect((await restore()).text).toBe("`p` is as it was in version 2, which makes version 4.");
    expect(await instructionsOf(world)).toBe("two");
    await restore(1);
    expect(await instructionsOf(world)).toBe("one");
    await world.commands["persona delete"]({ name: "p" }, contextOf());
    expect((await restore()).text).toContain("version 5, which makes version 7");
    expect(await instructionsOf(world)).toBe("one");
    const wrong = await restore(6);
    expect(wrong.isPrivate).toBe(true);
    expect(wrong.text).toContain("There are 7 (2026-11-22), 5 (2026-11-22), 4 (2026-11-22)");
  });

  it("run again after a crash goes back once", async () => {
    await using world = await openCommandWorld();
    await importThree(world);
    const context = contextOf();
    const first = await world.commands["persona restore"]({ name: "p" }, context);
    expect(await world.commands["persona restore"]({ name: "p" }, context)).toEqual(first);
    expect((await world.stores.savedPersonas.get(workspace, "p")).version).toBe(4);
  });

  it("of what never was, of the catalogue's, and of what others use is refused", async () => {
    await using world = await openCommandWorld();
    await importThree(world);
    await world.commands["persona use"]({ name: "p" }, contextOf({ place: placeOf("C2") }));
    for (const name of ["nobody", "legal", "p"]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is easier to read when it fails.
      expect((await world.commands["persona restore"]({ name }, contextOf())).isPrivate).toBe(true);
    }
    expect(await instructionsOf(world)).toBe("three");
  });
});

describe("persona list", () => {
  it("names where each is used, but no channel that the person can't read", async () => {
    await using world = await openCommandWorld("personas: { house: { title: 'The `house`' } }");
    await importFile(world, support);
    await world.commands["persona use"]({ name: "support" }, contextOf());
    await world.commands["persona use"]({ name: "support" }, contextOf({ place: placeOf("secret") }));
    await world.commands["persona use"]({ name: "house", for: "workspace" }, contextOf(asAdmin));
    world.hidden.add("secret");
    const by = { id: "U2" as PersonId, name: "Ben", isBot: false };
    const { text } = await world.commands["persona list"]({}, contextOf({ by }));
    expect(text).toContain("Here `Professional assistant` answers.");
    expect(text).toContain(
      "- `support`: `Professional assistant`, used in `room C1`, one place that you can't see",
    );
    expect(text).toContain("- `house`: `The 'house'`, used in the whole workspace");
    expect(text).toContain("- `professional`: `Professional assistant`, where nothing else is chosen");
    expect(text).not.toContain("room secret");
  });

  it("of a workspace knows nothing of another", async () => {
    await using world = await openCommandWorld();
    await importFile(world, support);
    const place = { ...placeOf("C1"), workspace: "V" as typeof workspace.workspace };
    const { text } = await world.commands["persona list"]({}, contextOf({ place }));
    expect(text).toContain("None was made here yet.");
    expect((await world.commands["persona show"]({ name: "support" }, contextOf({ place }))).isPrivate).toBe(
      true,
    );
  });
});

describe("persona catalogue and show", () => {
  it("the catalogue has three families", async () => {
    await using world = await openCommandWorld();
    const { text } = await world.commands["persona catalogue"]({}, contextOf());
    expect(text.match(/^- `/gm)).toHaveLength(12);
    expect(text).toContain("**Domains, with their disclaimers**\n- `healthcare`");
  });

  it("shows what is sent, with its tokens, and lets nothing out of its block", async () => {
    await using world = await openCommandWorld();
    await importFile(
      world,
      "personas: { p: { title: '**x** @everyone', instructions: \"a\\n```\\nb {channel}\" } }",
    );
    await world.commands["persona use"]({ name: "p" }, contextOf());
    const { text } = await world.commands["persona show"]({}, contextOf());
    expect(text).toMatch(
      /^\*\*`\*\*x\*\* @everyone`\*\* \(`p`\)\n- Comes from: this workspace\n- Version 1, of 2026-11-22/,
    );
    expect(text).toContain("\n````\nYou are Parley, playing");
    expect(text).toContain("a\n```\nb room C1");
    const { system, model } = await world.settings.personaFor(placeOf("C1"), asking);
    const tokens = await world.models.tokens.count(system, model);
    expect(text).toContain(`Before every conversation: ${tokens.toLocaleString("en")} tokens`);
  });
});

describe("persona preview", () => {
  it("answers once, remembers nothing, and enters what it cost", async () => {
    await using world = await openCommandWorld();
    const { text } = await world.commands["persona preview"](
      { name: "creative", text: "Name it" },
      contextOf(),
    );
    expect(text).toBe("**`Creative partner` would answer:**\n\nYou said: Name it");
    const [request] = world.openai.chatRequests;
    expect(String(request?.body.messages[0]?.content)).toContain("Creative partner");
    expect(await world.stores.conversations.newest(contextOf().conversation, 9)).toEqual([]);
    expect(await ledgerOf(world)).toMatchObject([
      { kind: "moderation", persona: "creative" },
      { kind: "chat", persona: "creative", person: "playground/W/U1", channel: "C1" },
    ]);
  });

  it("sends nothing on that is blocked, nor more than a person may ask", async () => {
    await using world = await openCommandWorld("flood: { repliesPerPersonPerMinute: 2 }");
    world.openai.blockWords({ poison: "illicit" });
    const preview = (text: string) =>
      world.commands["persona preview"]({ name: "creative", text }, contextOf());
    const blocked = await preview("poison please");
    expect(blocked.isPrivate).toBe(true);
    expect(world.openai.chatRequests).toHaveLength(0);
    world.openai.fail("chat", { kind: "serverError" });
    await expect(preview("hello")).rejects.toMatchObject({ code: "model_unavailable" });
    await expect(preview("hello")).rejects.toMatchObject({ code: "flooded" });
    expect((await ledgerOf(world)).map(({ kind }) => kind)).toContain("chat");
  });
});

async function ledgerOf({ storage }: Pick<CommandWorld, "storage">): Promise<readonly LedgerEntry[]> {
  const range = { direction: "oldestFirst", limit: 99 } as const;
  const entries = await storage.log.range<LedgerEntry>("ledger/playground/W", range);
  return entries.map(({ value }) => value);
}
