import { ApplicationCommandOptionType as OptionType } from "discord-api-types/v10";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createDiscordCommands } from "../../../src/adapters/discord/commands.ts";
import { completeDiscordOption, readDiscordCommand } from "../../../src/adapters/discord/read-command.ts";
import { readCommand } from "../../../src/core/command/parse.ts";
import type { Command, CommandTable, Value } from "../../../src/core/command/shape.ts";
import { commandTable, onlyCommands } from "../../../src/core/command/table.ts";
import { readCommands } from "../../support/discord-server/command-body.ts";
import type { CommandOption } from "../../support/discord-server/command-body.ts";

const table: CommandTable = commandTable;
const [registered] = createDiscordCommands(table);
const topLevel = (registered?.options ?? []) as readonly CommandOption[];

/** The options of a command as they are registered. */
function optionsOf(name: string): readonly CommandOption[] {
  const [first, second] = name.split(" ");
  const top = topLevel.find((option) => option.name === first);
  return (second === undefined ? top : top?.options?.find((option) => option.name === second))?.options ?? [];
}

describe("what is registered", () => {
  test("keeps all of Discord's limits", () => {
    expect(readCommands(createDiscordCommands(table))).toHaveLength(3);
  });

  test("has every command of the table, in its group", () => {
    const names = topLevel.flatMap(({ type, name, options = [] }) =>
      type === 2 ? options.map((each) => `${name} ${each.name}`) : [name],
    );
    expect(names).toEqual(Object.keys(table.commands));
  });

  test("stands ready in servers and in direct messages", () => {
    expect(registered).toMatchObject({ name: "parley", integration_types: [0], contexts: [0, 1] });
  });

  test("offers choices where there are few, and completes what changes", () => {
    expect(optionsOf("persona use")).toEqual([
      expect.objectContaining({ name: "name", type: 3, required: true, autocomplete: true }),
      expect.objectContaining({
        name: "for",
        required: false,
        choices: ["workspace", "category", "channel", "thread"].map((value) => ({ name: value, value })),
      }),
    ]);
    expect(optionsOf("chat set")).toMatchObject([{ autocomplete: true }, { autocomplete: true }]);
    expect(optionsOf("persona import")).toMatchObject([{ name: "file", type: 11, required: true }]);
  });

  test("has nothing of the groups that aren't built", () => {
    const [part] = createDiscordCommands(onlyCommands(table, ["ask", "chat info"]));
    expect(part?.options?.map(({ name }) => name)).toEqual(["ask", "chat"]);
  });

  const types: [value: Value, option: object][] = [
    [{ kind: "text" }, { type: 3, max_length: 6_000 }],
    [{ kind: "words", max: 3 }, { type: 3 }],
    [{ kind: "word" }, { type: 3, max_length: 200 }],
    [{ kind: "duration" }, { type: 3 }],
    [
      { kind: "integer", min: -1, max: 5 },
      { type: 4, min_value: -1, max_value: 5 },
    ],
    [{ kind: "boolean" }, { type: 5 }],
    [{ kind: "person" }, { type: 6 }],
    [{ kind: "channel" }, { type: 7 }],
    [
      { kind: "number", min: 0, max: 0.5 },
      { type: 10, min_value: 0, max_value: 0.5 },
    ],
    [
      { kind: "choice", choices: Array.from({ length: 26 }, (_, i) => `c${i}`) },
      { type: 3, autocomplete: true },
    ],
  ];
  test.each(types)("%o becomes %o", (value, option) => {
    const [command] = createDiscordCommands(tableWith(value));
    expect(readCommands([command])).toHaveLength(1);
    expect(command).toMatchObject({ options: [{ name: "try", options: [{ name: "it", ...option }] }] });
  });
});

/** A table with one command, `try <it>`. */
function tableWith(value: Value): CommandTable {
  const parameters = { it: { ...value, help: "It" } };
  const command: Command = { help: "Try", who: "everyone", answer: "private", parameters, examples: [] };
  return { groups: {}, commands: { try: command } };
}

// ── What comes back ──────────────────────────────────────────────────────────────────────────────────────────────────

type Given = Readonly<Record<string, string | number | boolean>>;

/** The data of an interaction, as Discord sends it for what is registered. */
function interaction(name: string, given: Given = {}, { focused = "" } = {}) {
  const [first = "", second] = name.split(" ");
  const options = Object.entries(given).map(([option, value]) => ({
    name: option,
    type: optionsOf(name).find((each) => each.name === option)?.type ?? OptionType.String,
    value,
    ...(option === focused && { focused: true }),
  }));
  const inner = (each: string) => ({ name: each, type: OptionType.Subcommand, options });
  const top =
    second === undefined
      ? inner(first)
      : { name: first, type: OptionType.SubcommandGroup, options: [inner(second)] };
  return { id: "1", name: "parley", type: 1, options: [top] };
}

describe("a command of Discord is read as the text would be:", () => {
  const cases: [name: string, given: Given, text: string][] = [
    ["status", {}, "status"],
    ["ask", { text: "what is 'this'?" }, "ask what is 'this'?"],
    ["help", {}, "help"],
    ["help", { group: "persona use" }, "help persona use"],
    ["help", { group: "nothing" }, "help nothing"],
    ["chat export", { format: "json" }, "chat export json"],
    ["chat set", { value: "0.5", parameter: "temperature" }, "chat set temperature 0.5"],
    ["chat set", { parameter: "stop", value: 'END "the end"' }, 'chat set stop END "the end"'],
    ["chat set", { parameter: "temperature", value: "hot" }, "chat set temperature hot"],
    ["persona use", { name: "technical", for: "thread" }, "persona use technical for thread"],
    ["persona use", { name: "Data scientist" }, 'persona use "Data scientist"'],
    ["persona use", {}, "persona use"],
    ["persona nothing", {}, "persona nothing"],
    ["nothing", {}, "nothing"],
    ["__proto__", {}, "__proto__"],
  ];
  test.each(cases)("%s %o is %j", (name, given, text) => {
    expect(readDiscordCommand(table, interaction(name, given))?.reading).toEqual(readCommand(table, text));
  });

  const values: [value: Value, type: number, given: string | number | boolean, text: string][] = [
    [{ kind: "integer", min: 0, max: 9 }, 4, 3, "try 3"],
    [{ kind: "boolean" }, 5, false, "try no"],
    [{ kind: "person" }, 6, "42", "try <@42>"],
    [{ kind: "channel" }, 7, "43", "try <#43>"],
    [{ kind: "number", min: 0, max: 9 }, 10, 0.5, "try 0.5"],
  ];
  test.each(values)("%o of type %i: %j is %j", (value, type, given, text) => {
    const small = tableWith(value);
    const data = {
      name: "parley",
      options: [{ name: "try", type: 1, options: [{ name: "it", type, value: given }] }],
    };
    expect(readDiscordCommand(small, data)?.reading).toEqual(readCommand(small, text));
  });

  test("with the file that came along", () => {
    const file = {
      id: "77",
      filename: "personas.yaml",
      size: 12,
      url: "https://cdn.example.org/personas.yaml",
    };
    const data = {
      ...interaction("persona import", { file: "77" }),
      resolved: { attachments: { 77: file } },
    };
    expect(readDiscordCommand(table, data)).toEqual({
      reading: { kind: "command", command: { name: "persona import", arguments: {} } },
      files: [file],
    });
    expect(readDiscordCommand(table, interaction("persona import", { file: "77" }))?.files).toEqual([]);
  });
});

test("what is not Discord's data for /parley is none, whatever it is", () => {
  expect(readDiscordCommand(table, { ...interaction("status"), name: "other" })).toBeUndefined();
  expect(readDiscordCommand(table, { name: "parley", options: [{ name: 1 }] })).toBeUndefined();
  const near = fc.record(
    {
      name: fc.constant("parley"),
      options: fc.array(fc.object({ key: fc.constantFrom("name", "type", "options", "value") })),
    },
    { requiredKeys: ["name"] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), near), (payload) => {
      const read = readDiscordCommand(table, payload);
      if (read !== undefined) expect(["command", "problem"]).toContain(read.reading.kind);
      expect(Array.isArray(completeDiscordOption(table, payload, {}))).toBe(true);
    }),
  );
});

describe("while somebody types", () => {
  const values = { persona: ["technical", "biotech", "creative"], model: ["gpt-6-luna"] };
  const complete = (name: string, given: Given, focused: string) =>
    completeDiscordOption(table, interaction(name, given, { focused }), values).map(
      ({ name: shown, value }) => {
        expect(shown).toBe(value);
        return value;
      },
    );

  const cases: [name: string, given: Given, focused: string, offered: string[]][] = [
    ["persona use", { name: "tech" }, "name", ["technical", "biotech"]],
    ["persona use", { name: "" }, "name", values.persona],
    ["chat model", { name: "luna" }, "name", ["gpt-6-luna"]],
    ["chat set", { parameter: "verbosity", value: "" }, "value", ["low", "medium", "high", "default"]],
    ["chat set", { value: "" }, "value", []],
    ["help", { group: "chat m" }, "group", ["chat mode", "chat model"]],
    ["persona use", { name: "tech" }, "", []],
    ["nothing", { name: "tech" }, "name", []],
  ];
  test.each(cases)("%s %o offers for %s %o", (name, given, focused, offered) => {
    expect(complete(name, given, focused)).toEqual(offered);
  });

  test("every option that asks for completion gets some", () => {
    for (const name of Object.keys(table.commands)) {
      for (const option of optionsOf(name).filter(({ autocomplete }) => autocomplete)) {
        const given = { parameter: "verbosity", [option.name]: "" };
        expect(complete(name, given, option.name).length, `${name} ${option.name}`).toBeGreaterThan(0);
      }
    }
  });
});
