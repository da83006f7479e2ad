import { describe, expect, it } from "vitest";

import type { PersonId, PersonKey } from "../../../src/core/ids.ts";
import { policyOf } from "../../../src/core/moderation/policy.ts";
import { asAdmin, contextOf, openCommandWorld, placeOf } from "./command-world.ts";
import type { CommandWorld } from "./command-world.ts";

const signal = new AbortController().signal;
const bad = "about poison";

async function open(yaml = "") {
  const world = await openCommandWorld(yaml);
  world.openai.blockWords({ poison: "violence" });
  return world;
}

const decisionIn = async (world: Pick<CommandWorld, "models">, channel: string, id = "1", text = bad) => {
  const person = "playground/W/U1" as PersonKey;
  const input = { text, kind: "message", id, person } as const;
  const { verdicts } = await world.models.moderate([input], placeOf(channel), signal);
  return verdicts[0]?.decision;
};

describe("moderation set", () => {
  it("holds from the next message on, in every instance, after a restart, and for scores that were known", async () => {
    await using world = await open();
    const other = await world.connect();
    expect(await decisionIn(other, "C1")).toBe("block");
    const set = world.commands["moderation set"];
    const answer = await set({ category: "violence", action: "flag" }, contextOf(asAdmin));
    expect(answer.text).toBe("From now on, violence is let through, and noted in this channel.");
    expect(await decisionIn(other, "C1")).toBe("flag");
    expect(await decisionIn(other, "C2")).toBe("block");
    await set({ category: "violence", action: "allow", for: "workspace" }, contextOf(asAdmin));
    expect(await decisionIn(other, "C1")).toBe("flag");
    expect(await decisionIn(other, "C2")).toBe("allow");
    const later = await world.restart();
    expect(await decisionIn(later, "C1")).toBe("flag");
    await later.commands["moderation set"]({ category: "violence", action: "default" }, contextOf(asAdmin));
    expect(await decisionIn(later, "C1")).toBe("allow");
  });

  it("sets one category and leaves the others", async () => {
    await using world = await open();
    const set = world.commands["moderation set"];
    await set({ category: "violence", action: "flag", threshold: 0.95 }, contextOf(asAdmin));
    await set({ category: "hate", action: "allow" }, contextOf(asAdmin));
    const policy = policyOf(await world.settings.chatSettings.moderation(placeOf("C1")));
    expect(policy).toMatchObject({
      violence: { action: "flag", threshold: 0.95 },
      hate: { action: "allow" },
      sexual: { action: "block" },
    });
  });

  it("lets whoever manages a channel make it stricter and take that back, and nothing looser", async () => {
    await using world = await open();
    const set = world.commands["moderation set"];
    const refused = await set({ category: "violence", action: "flag" }, contextOf());
    expect(refused).toMatchObject({
      isPrivate: true,
      text: expect.stringContaining("Only admins") as string,
    });
    await set({ category: "violence", action: "flag", for: "workspace" }, contextOf(asAdmin));
    await set({ category: "violence", action: "block" }, contextOf());
    await set({ category: "violence", action: "default" }, contextOf());
    const looser = await set({ category: "violence", action: "allow" }, contextOf());
    expect(looser.isPrivate).toBe(true);
    await set({ category: "hate", action: "allow", for: "workspace" }, contextOf(asAdmin));
    await set({ category: "hate", action: "block" }, contextOf());
    expect((await world.settings.chatSettings.moderation(placeOf("C1"))).channel).toEqual({
      hate: { action: "block" },
    });
    await set({ category: "hate", action: "default" }, contextOf());
    expect((await world.settings.chatSettings.moderation(placeOf("C1"))).channel).toEqual({});
  });

  it.each([
    [{ category: "sexual/minors", action: "allow" }, asAdmin, "always blocked"],
    [{ category: "hate", action: "allow", threshold: 0.5 }, asAdmin, "flag or block only"],
    [{ category: "hate", action: "block", for: "workspace" }, {}, "Only admins"],
  ] as const)("refuses %j", async (given, changes, why) => {
    await using world = await open();
    const answer = await world.commands["moderation set"](given, contextOf(changes));
    expect(answer).toMatchObject({ isPrivate: true, text: expect.stringContaining(why) as string });
  });
});

describe("moderation policy", () => {
  it("is a table of all categories, with what happens and where that was set", async () => {
    await using world = await open("moderation: { categories: { illicit: { action: allow } } }");
    await world.commands["moderation set"](
      { category: "violence", action: "flag", threshold: 0.8 },
      contextOf(asAdmin),
    );
    const { text } = await world.commands["moderation policy"]({}, contextOf());
    expect(text.split("\n").filter((line) => line.startsWith("| "))).toHaveLength(15);
    expect(text).toContain("| violence | let through, and noted | 0.8 | this channel |");
    expect(text).toContain("| illicit | let through |  | parley.yaml |");
    expect(text).toContain("| sexual | blocked | the service's flag | Parley |");
  });
});

describe("moderation log", () => {
  it("has what was flagged and blocked, once each and without the words", async () => {
    await using world = await open();
    const log = world.commands["moderation log"];
    expect((await log({}, contextOf())).text).toContain("Nothing was flagged or blocked.");
    await decisionIn(world, "C1");
    await decisionIn(world, "C1");
    await decisionIn(world, "C1", "2", "a fine day");
    const { text } = await log({}, contextOf());
    const rows = text.split("\n").filter((line) => line.startsWith("| 2026"));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/`room C1` \| .*U1.* \| message \| violence 0\.\d\d \| blocked \|$/);
    expect(text).not.toContain("poison");
    expect(JSON.stringify(await world.stores.verdicts.newest(placeOf("C1"), 10))).not.toContain("poison");
  });

  it("shows a channel's own, or the workspace's, and nothing of places that the asker can't read", async () => {
    await using world = await open();
    for (const [i, channel] of ["C1", "C2", "C3"].entries()) await decisionIn(world, channel, String(i));
    world.hidden.add("C3");
    const log = world.commands["moderation log"];
    const rowsOf = (text: string) => text.split("\n").filter((line) => line.startsWith("| 2026"));
    expect(rowsOf((await log({}, contextOf())).text)).toHaveLength(1);
    const { text } = await log({ for: "workspace" }, contextOf(asAdmin));
    expect(rowsOf(text)).toHaveLength(2);
    expect(text).toContain("One more is in a place that you can't read.");
    expect(text).not.toContain("room C3");
    expect(rowsOf((await log({ for: "workspace", count: 1 }, contextOf(asAdmin))).text)).toHaveLength(1);
  });

  it("keeps an entry as long as the config says, also where nothing new comes", async () => {
    await using world = await open();
    await decisionIn(world, "C1");
    world.pass(29 * 86_400_000);
    await world.stores.verdicts.sweep();
    expect(await world.stores.verdicts.newest(placeOf("C1"), 10)).toHaveLength(1);
    world.pass(2 * 86_400_000);
    expect(await world.stores.verdicts.newest(placeOf("C1"), 10)).toEqual([]);
    await world.stores.verdicts.sweep();
    const kept = await world.storage.log.byPerson("playground/W/U1", { limit: 10 });
    expect(kept.items).toEqual([]);
  });

  it("finds what concerns a person", async () => {
    await using world = await open();
    await decisionIn(world, "C1");
    const { items } = await world.storage.log.byPerson("playground/W/U1", { limit: 10 });
    expect(items.map(({ key }) => key)).toEqual(["verdicts"]);
    expect(items[0]?.value).toMatchObject({ decision: "block", person: `playground/W/${"U1" as PersonId}` });
  });
});
