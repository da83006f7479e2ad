import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readCommand } from "../../src/core/command/parse.ts";
import { offeredCommands } from "../../src/handlers/commands/offered.ts";
import type { Who } from "../support/chat-client.ts";
import { commandPlatforms, give, openCommandWorld, told } from "../support/command-world.ts";
import type { CommandWorld } from "../support/command-world.ts";
import { everyCommand } from "../support/every-command.ts";
import type { Given } from "../support/every-command.ts";

describe.each(commandPlatforms)("in %s", { timeout: 60_000 }, (title) => {
  let world: CommandWorld;
  beforeAll(async () => {
    world = await openCommandWorld(title);
    world.openai.reply("A lock.");
    await world.say("ada", "We ship on Friday.");
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const isTyped = title === "Discord";
  const isCommand = (text: string) => readCommand(offeredCommands, text).kind === "command";

  it.each(everyCommand.filter(({ text, options }) => !isTyped || options !== undefined || isCommand(text)))(
    "$as gives “$text”",
    async ({ as, text, options, form, answer, isPublic: toAll }) => {
      const said = (await world.commands.said()).length;
      if (toAll) {
        await world.commands.slash(as, text, options);
        const read = async () => (await world.commands.said()).slice(said).join("\n");
        expect(await world.until(async () => (await read()) || undefined, "a public answer")).toMatch(answer);
        return;
      }
      const read = form ? await giveInForm(as, text, form) : await give(world, as, text, options);
      expect(read).toMatch(answer);
      expect(await world.commands.said()).toHaveLength(said);
    },
  );

  async function giveInForm(as: Who, text: string, values: NonNullable<Given["form"]>): Promise<string> {
    const { commands, until } = world;
    const before = (await commands.told(as)).length;
    await commands.slash(as, text);
    await until(async () => commands.forms.open(commands.ids[as]), "a form");
    await commands.forms.fill(commands.ids[as], values);
    return told(world, as, before);
  }

  it("every command that is offered was given", () => {
    const given = everyCommand.map(({ text }) => readCommand(offeredCommands, text));
    const names = given.flatMap((reading) => (reading.kind === "command" ? [reading.command.name] : []));
    expect(new Set(names)).toEqual(new Set(Object.keys(offeredCommands.commands)));
  });
});
