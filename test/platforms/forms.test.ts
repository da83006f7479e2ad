import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { Who } from "../support/chat-client.ts";
import { openCommandWorld } from "../support/command-world.ts";
import { eachPlatform } from "../support/platforms.ts";
import type { CommandWorld } from "../support/command-world.ts";

describe.concurrent.each(eachPlatform)("in %s", { timeout: 90_000 }, (title) => {
  const open = (settings = "") => openCommandWorld(title, settings);

  /** What came of something for this person alone; it may be more than one message, and `ends` stands in the last. */
  async function told(
    { commands, until }: CommandWorld,
    as: Who,
    act: () => Promise<unknown>,
    ends = "",
  ): Promise<string> {
    const before = (await commands.told(as)).length;
    await act();
    const read = async () => (await commands.told(as)).slice(before);
    await until(async () => (await read()).findLast((each) => each.includes(ends)), "a private answer");
    return (await read()).join("\n");
  }

  const give = (world: CommandWorld, as: Who, text: string, ends = "") =>
    told(world, as, () => world.commands.slash(as, text), ends);

  async function formOf(world: CommandWorld, as: Who, text: string) {
    const { commands, until } = world;
    await commands.slash(as, text);
    return until(async () => commands.forms.open(commands.ids[as]), "a form");
  }

  const fill = (world: CommandWorld, as: Who, values: Readonly<Record<string, string>>, ends = "") =>
    told(world, as, () => world.commands.forms.fill(world.commands.ids[as], values), ends);

  it("a persona is made and changed in forms, by those who may, and what doesn't go is given back", async () => {
    await using world = await open();
    const { openai, commands } = world;
    openai.blockWords({ poison: "illicit" });
    expect(await give(world, "ben", "persona create")).toBe(
      "/parley persona create is for those who manage this channel, and admins.",
    );
    await formOf(world, "ada", "persona create");
    const values = { name: "desk", template: "technical", instructions: "You know the Acme router." };
    expect(await fill(world, "ada", values)).toContain("desk is made.");
    expect(await give(world, "ben", "persona list", "desk: ")).toContain("desk: Technical assistant");

    // Under a name that is taken, and with what moderation blocks.
    await formOf(world, "ada", "persona create");
    const taken = await fill(world, "ada", { ...values, instructions: "Something else." }, "Something else.");
    expect(taken).toContain("There is a persona desk already.");
    expect(taken).toContain("instructions: Something else.");
    await formOf(world, "ada", "persona create");
    const blocked = await fill(
      world,
      "ada",
      { ...values, name: "bad", instructions: "Sell poison." },
      "Sell poison.",
    );
    expect(blocked).toContain("instructions for wrongdoing");
    expect(blocked).toContain("Sell poison.");

    // Somebody else was quicker.
    const form = await formOf(world, "ada", "persona edit desk");
    expect(form.fields.find(({ name }) => name === "instructions")?.initial).toBe(
      "You know the Acme router.",
    );
    expect(await fill(world, "ada", { instructions: "Version two." })).toContain("desk is changed.");
    expect(await give(world, "ada", "persona show desk", "Version 2")).toContain("Version 2, of");
    expect(await commands.said()).toEqual([]);
    expect(await give(world, "ada", "status", "persona edit desk")).toContain(
      "/parley persona edit desk, ran",
    );
  });

  it("what somebody else changed since the form opened is not overwritten", async () => {
    await using world = await open();
    await formOf(world, "ada", "persona create");
    await fill(world, "ada", { name: "desk", instructions: "One." });
    await formOf(world, "ada", "persona edit desk");
    const stale = world.commands.forms.open(world.commands.ids.ada);
    expect(stale?.title).toBe("Edit persona");
    // The same change, by a command: to what there was before.
    await world.say("ada", "@Parley /persona delete desk");
    await world.until(
      async () => (await world.commands.told("ada")).find((each) => each.includes("desk is deleted")),
      "the deletion",
    );
    await world.commands.forms.fill(world.commands.ids.ada, { instructions: "Two." });
    const answer = await world.until(
      async () => (await world.commands.told("ada")).find((each) => each.includes("since you opened")),
      "the answer to the form",
    );
    expect(answer).toContain("desk was deleted since you opened the form. Nothing was saved.");
    expect(answer).toContain("instructions: Two.");
  });

  it("a question about a message has that message before it, as its author's words, and is answered privately", async () => {
    await using world = await open();
    const { openai, commands } = world;
    openai.reply("Because of the stand-up.");
    const { id } = await world.say("ada", "We ship on Friday.");
    await commands.forms.choose(commands.ids.ben, { channel: commands.general, id }, "ask");
    await world.until(async () => commands.forms.open(commands.ids.ben), "a form");
    expect(await fill(world, "ben", { text: "Why then?" })).toBe("Because of the stand-up.");
    const [asked] = openai.chatRequests.map(({ body }) =>
      body.messages.slice(1).map(({ content }) => content),
    );
    expect(asked).toHaveLength(2);
    expect(asked?.[0]).toMatch(/^Message of \S.*:\n> We ship on Friday\.$/);
    expect(asked?.[1]).toBe("Why then?");
    expect(await commands.said()).toEqual([]);
    expect(await commands.told("ada")).toEqual([]);
  });

  it("what moderation blocks is not asked about, and is left out of a summary, which says so", async () => {
    await using world = await open();
    const { openai, commands } = world;
    openai.blockWords({ murder: "violence" });
    openai.reply("They agreed on Friday.");
    const { id } = await world.say("ada", "Shall we ship on Friday?");
    await world.say("ben", "Yes, Friday.");
    const { id: bad } = await world.say("ben", "or murder somebody");
    await commands.forms.choose(commands.ids.ada, { channel: commands.general, id: bad }, "ask");
    await world.until(async () => commands.forms.open(commands.ids.ada), "a form");
    expect(await fill(world, "ada", {})).toContain("violence");
    expect(openai.chatRequests).toEqual([]);

    const summary = await told(world, "ada", () =>
      commands.forms.choose(commands.ids.ada, { channel: commands.general, id }, "summarise"),
    );
    expect(summary).toMatch(/^Summary of 2 messages since \d{4}-\d\d-\d\d\s+They agreed on Friday\./);
    expect(summary).toContain("One message was left out, as our moderation blocks it.");
    const [asked] = openai.chatRequests.map(({ body }) =>
      body.messages.map(({ content }) => String(content)),
    );
    expect(asked?.[0]).toContain("You sum up a conversation");
    expect(asked?.slice(1)).toEqual([
      expect.stringMatching(/^\S.*: Shall we ship on Friday\?$/),
      expect.stringMatching(/^\S.*: Yes, Friday\.$/),
      "Sum up the conversation above.",
    ]);
    expect(asked?.join("\n")).not.toContain("murder");
    expect(await commands.told("ben")).toEqual([]);
  });

  it.each(title === "Discord" ? ["open", "never"] : ["open"])(
    "a summary that is asked for by a message which stands alone is the channel's (threads: %s)",
    async (threads) => {
      await using world = await open(title === "Discord" ? `discord: { threads: ${threads} }` : "");
      world.openai.reply("They agreed on Friday.");
      await world.say("ada", "Shall we ship on Friday?");
      await world.say("ada", "Friday it is.");
      const summary = await told(world, "ben", () => world.say("ben", "@Parley /summarise"));
      expect(summary).toMatch(/^Summary of 2 messages/);
    },
  );

  it("what was sent in a form is taken up again after a restart", async () => {
    await using world = await open("shutdown: { drainMs: 0 }");
    const { openai, commands } = world;
    openai.pace({ chunkDelayMs: 200 });
    openai.reply("word ".repeat(60).trim());
    const { id } = await world.say("ada", "Long ago.");
    await commands.forms.choose(commands.ids.ben, { channel: commands.general, id }, "ask");
    await world.until(async () => commands.forms.open(commands.ids.ben), "a form");
    const answer = await told(world, "ben", async () => {
      await commands.forms.fill(commands.ids.ben, { text: "When?" });
      await world.until(async () => openai.chatRequests.at(0), "the question");
      // The first words have come, and were shown to nobody.
      await sleep(1_000);
      openai.pace({ chunkDelayMs: 0 });
      await world.restart();
    });
    expect(answer).toMatch(/^(word ?){60}$/);
  });
});
