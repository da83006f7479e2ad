import { describe, expect, it } from "vitest";

import type { FilledForm } from "../../../src/core/form.ts";
import { asAdmin, contextOf, openCommandWorld, placeOf, workspace } from "./command-world.ts";
import type { CommandWorld } from "./command-world.ts";

const values = { name: "desk", template: "technical", instructions: "You know {workspace}.", settings: "" };

const create = (world: CommandWorld, more: object = {}, context = contextOf()) =>
  world.commands["persona create"]({}, { ...context, form: { values: { ...values, ...more } } });

const edit = (world: CommandWorld, form: FilledForm, context = contextOf()) =>
  world.commands["persona edit"]({ name: "desk" }, { ...context, form });

const saved = async (world: CommandWorld) => world.stores.savedPersonas.get(workspace, "desk");

describe("persona create", () => {
  it("run again after a crash makes no further version, and says the same", async () => {
    await using world = await openCommandWorld();
    const context = contextOf();
    const first = await create(world, {}, context);
    expect(first.text).toContain("`desk` is made.");
    expect(await create(world, {}, context)).toEqual(first);
    expect((await saved(world)).version).toBe(1);
  });

  it.each<[what: string, more: object, said: string]>([
    ["a name of the catalogue", { name: "legal" }, "belong to the catalogue"],
    ["a name of the config", { name: "house" }, "`house`"],
    ["the name that resets", { name: "default" }, "`default`"],
    ["an unknown model", { settings: "model: gpt-99" }, "has no model `gpt-99`"],
    ["what can't be read", { settings: "temperature: hot" }, "**Settings**"],
  ])("with %s saves nothing, and gives back what was written", async (_what, more, said) => {
    await using world = await openCommandWorld("personas: { house: {} }");
    const answer = await create(world, more);
    expect(answer).toMatchObject({ isPrivate: true });
    expect(answer.text).toContain(said);
    expect(answer.text).toContain("Nothing was saved.");
    expect(answer.text).toContain("You know {workspace}.");
    expect(await world.stores.savedPersonas.all(workspace, 9)).toEqual([]);
  });

  it("where no form could be opened says how it can be", async () => {
    await using world = await openCommandWorld();
    const answer = await world.commands["persona create"]({}, contextOf());
    expect(answer.text).toContain("give `/parley persona create` once more");
  });
});

describe("persona edit", () => {
  it("saves over what was seen, and over nothing else", async () => {
    await using world = await openCommandWorld();
    await create(world);
    expect((await edit(world, { values: { ...values, instructions: "Two." }, version: 1 })).text).toContain(
      "`desk` is changed.",
    );
    const late = await edit(world, { values: { ...values, instructions: "Three." }, version: 1 });
    expect(late.text).toContain("was changed by somebody since you opened the form");
    expect(late.text).toContain("instructions: Three.");
    // A form that lost its version was never opened.
    const forged = await edit(world, { values });
    expect(forged.text).toContain("was changed by somebody");
    expect((await saved(world)).value?.instructions).toBe("Two.");
  });

  it("of what is used outside the channel is for admins, whatever the form says", async () => {
    await using world = await openCommandWorld();
    await create(world);
    await world.commands["persona use"]({ name: "desk" }, contextOf({ place: placeOf("C2") }));
    const form = { values: { ...values, instructions: "Mine now." }, version: 1 };
    expect((await edit(world, form)).text).toContain("Only admins may change or delete");
    expect((await edit(world, form, contextOf(asAdmin))).text).toContain("is changed");
  });

  it("of what the form can't hold gives a file to change", async () => {
    await using world = await openCommandWorld();
    const long = `personas: { desk: { instructions: "${"x".repeat(5_000)}" } }`;
    await world.commands["persona import"]({}, contextOf({ attachments: [world.attach(long)] }));
    const answer = await world.commands["persona edit"]({ name: "desk" }, contextOf());
    expect(answer.text).toContain("says more than the form holds");
    expect(answer.files?.map(({ name }) => name)).toEqual(["desk.yaml"]);
    expect((await world.commands["persona edit"]({ name: "legal" }, contextOf())).text).toContain(
      "can't be changed from chat",
    );
  });
});

it("a persona names the workspace by what people call it, made harmless", async () => {
  await using world = await openCommandWorld();
  await create(world);
  const shown = await world.commands["persona show"]({ name: "desk" }, contextOf());
  expect(shown.text).toContain("You know Acme Ltd.");
});

it("persona list shows where parley.yaml lets a persona answer, unless something else was chosen there", async () => {
  await using world = await openCommandWorld("channels: { C7: { persona: legal }, C8: { persona: legal } }");
  await create(world);
  await world.commands["persona use"]({ name: "desk" }, contextOf({ place: placeOf("C8") }));
  const { text } = await world.commands["persona list"]({}, contextOf());
  expect(text).toContain("`legal`: `Legal guide`, used in `room C7`");
  expect(text).toContain("used in `room C8`");
  expect(text).not.toContain("`room C7`, `room C8`");
});
