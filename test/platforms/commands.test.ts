import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { offeredCommands } from "../../src/handlers/commands/offered.ts";
import { give, openCommandWorld, told } from "../support/command-world.ts";
import { eachPlatform } from "../support/platforms.ts";
import type { Settings } from "../support/command-world.ts";

describe.concurrent.each(eachPlatform)("in %s", { timeout: 60_000 }, (title) => {
  const open = (settings: Settings = "") => openCommandWorld(title, settings);

  it("what is offered has a handler, and help shows to each what they may do", async () => {
    await using world = await open();
    const forMember = await give(world, "ben", "help");
    expect(forMember).toContain("/parley ask <text>");
    expect(forMember).not.toContain("status");
    expect(await give(world, "ada", "help")).toContain("/parley status");
    expect(await give(world, "ben", "help status")).toContain("Who may: admins.");
    const offered = world.commands.offered();
    const firstWords = Object.keys(offeredCommands.commands).map((name) => name.split(" ")[0] ?? name);
    if (offered) expect(offered.toSorted()).toEqual([...new Set(firstWords)].toSorted());
    const toldAda = (await world.commands.told("ada")).join("\n");
    expect(toldAda.match(/\/parley status/g)).toHaveLength(1);
    expect(await world.commands.said()).toEqual([]);
  });

  it("ask is answered privately, by the persona of the place, and remembered nowhere", async () => {
    await using world = await open();
    const { openai } = world;
    openai.reply("Use a mutex.");
    expect(await give(world, "ben", "ask mutex or semaphore?")).toBe("Use a mutex.");
    expect(await give(world, "ben", "ask and now?")).toBe("Use a mutex.");
    const asked = openai.chatRequests.map(({ body }) =>
      body.messages.filter(({ role }) => role !== "system").map(({ content }) => content),
    );
    expect(asked).toEqual([["mutex or semaphore?"], ["and now?"]]);
    expect(await world.commands.told("ada")).toEqual([]);
    expect(await world.commands.said()).toEqual([]);
  });

  it("what moderation blocks is not asked, and what fails is explained, both privately", async () => {
    await using world = await open("model: { maxRetries: 0 }\nflood: { repliesPerPersonPerMinute: 3 }");
    const { openai } = world;
    openai.blockWords({ murder: "violence" });
    expect(await give(world, "ben", "ask plan a murder")).toContain("violence");
    expect(openai.chatRequests).toEqual([]);
    openai.fail("chat", { kind: "unauthorized" });
    expect(await give(world, "ben", "ask hello")).toMatch(
      /doesn't accept Parley's key.*Reference [0-9a-f]{8}/s,
    );
    openai.heal();
    openai.reply("ok");
    expect(await give(world, "ben", "ask hello")).toBe("ok");
    expect(await give(world, "ben", "ask once more")).toContain("more than I can answer at once");
    expect(await world.commands.said()).toEqual([]);
  });

  it("status is for admins, and who asked for it is recorded", async () => {
    await using world = await open();
    expect(await give(world, "ben", "status")).toBe("/parley status is for admins.");
    const status = await give(world, "ada", "status");
    expect(status).toMatch(/^Parley \d+\.\d+\.\d+, up for /);
    expect(status).toContain("storage: ");
    expect(status).toContain("inbox: 0 waiting, 1 under way, 0 set aside.");
    expect(status).toContain("/parley status, refused");
    await world.restart();
    const again = await give(world, "ada", "status");
    expect(again).toContain("/parley status, refused");
    expect(again).toContain("/parley status, ran");
  });

  it("admins named in the config are admins", async () => {
    await using world = await open(({ ben }) => `admins: ["${ben}"]`);
    expect(await give(world, "ben", "status")).toContain("up for");
  });

  it("in a message it works too, in a thread and with what it doesn't know", async () => {
    await using world = await open();
    const { openai, commands } = world;
    openai.reply("Hello.");
    const { id } = await world.say("ada", "@Parley good morning");
    await world.until(async () => ((await commands.said()).length > 0 ? true : undefined), "an answer");
    const say = async (text: string) => {
      const before = (await commands.told("ben")).length;
      await world.say("ben", text, id);
      return told(world, "ben", before);
    };
    expect(await say("@Parley /help")).toContain("/parley ask <text>");
    const unknown = await say("@Parley /parley hello there");
    expect(unknown).toContain("There is no command /parley hello.");
    expect(unknown).toContain("/parley ask hello there");
    expect(await say("@Parley /status")).toBe("/parley status is for admins.");
    expect(openai.chatRequests).toHaveLength(1);
    expect(await commands.said()).toHaveLength(1);
  });

  it.skipIf(title === "Discord")("what is mistyped is explained, with what may have been meant", async () => {
    await using world = await open();
    expect(await give(world, "ben", "hlep")).toContain("Did you mean /parley help");
    expect(await give(world, "ben", "hello there")).toContain("/parley ask hello there");
    expect(await give(world, "ben", "ask")).toContain("text is missing");
    expect(await give(world, "ben", "")).toContain("What you may do here");
    expect(world.openai.chatRequests).toEqual([]);
  });

  it("a command that is delivered again runs once, also after a restart", async () => {
    await using world = await open();
    const { openai, commands } = world;
    openai.reply("once");
    const given = await commands.slash("ben", "ask this");
    expect(await told(world, "ben", 0)).toBe("once");
    await given.again();
    await world.restart();
    await given.again();
    await sleep(500);
    expect(openai.chatRequests).toHaveLength(1);
  });

  it("a command is taken up again after a restart", async () => {
    await using world = await open("shutdown: { drainMs: 0 }");
    const { openai, commands } = world;
    openai.pace({ chunkDelayMs: 200 });
    openai.reply("word ".repeat(100).trim());
    await commands.slash("ben", "ask at length");
    await world.until(async () => (openai.chatRequests.length > 0 ? true : undefined), "the question");
    // The first words have come, and were shown to nobody.
    await sleep(1_000);
    openai.pace({ chunkDelayMs: 0 });
    await world.restart();
    expect(await told(world, "ben", 0)).toMatch(/^(word ?){100}$/);
    await sleep(200);
    expect(await commands.told("ben")).toHaveLength(1);
  });

  it("an answer that is long comes whole, in parts or as a file", async () => {
    await using world = await open();
    world.openai.reply(Array.from({ length: 400 }, (_, at) => `- point ${at} of it`).join("\n"));
    const before = await give(world, "ben", "ask for a list");
    expect(before).toContain("of it");
    const all = await world.until(async () => {
      const text = (await world.commands.told("ben")).join("\n");
      return text.includes("point 399") ? text : undefined;
    }, "the end");
    for (let at = 0; at < 400; at++) expect(all).toContain(`point ${at} of it`);
  });
});
