import { describe, expect, expectTypeOf, test } from "vitest";

import { formatCommand, usageHint, usageOf } from "../../src/core/command/format.ts";
import { changeParameters } from "../../src/core/command/groups/chat.ts";
import { readCommand } from "../../src/core/command/parse.ts";
import { mayRun } from "../../src/core/command/permissions.ts";
import type { Command, CommandTable } from "../../src/core/command/shape.ts";
import { commandTable, groupOf, onlyCommands } from "../../src/core/command/table.ts";
import type { CommandArguments } from "../../src/core/command/table.ts";
import { lastWordOf, takesRest } from "../../src/core/command/values.ts";

const table: CommandTable = commandTable;
const commands = Object.entries(table.commands);

describe("every command of the table", () => {
  test.each(commands)("%s stands in a group of the table, under names that nothing else has", (name) => {
    const group = groupOf(name);
    if (group !== undefined) expect(Object.keys(table.groups)).toContain(group);
    const siblings = commands.filter(([other]) => groupOf(other) === group);
    const names = siblings.flatMap(([other, { aliases = [] }]) => [lastWordOf(other), ...aliases]);
    const groups = Object.entries(table.groups).flatMap(([key, { aliases = [] }]) => [key, ...aliases]);
    const all = group === undefined ? [...names, ...groups] : names;
    expect(new Set(all).size).toBe(all.length);
    for (const each of all) expect(each).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  test.each(commands)(
    "%s puts what is required first, and what takes the rest of the line last",
    (_, command) => {
      const parameters = Object.values(command.parameters);
      const required = parameters.map(({ optional }) => !optional);
      expect(required.slice(required.filter(Boolean).length)).not.toContain(true);
      const taking = parameters.findIndex(takesRest);
      if (taking >= 0) expect(taking).toBe(parameters.length - 1);
      for (const each of parameters) if (each.keyword) expect(each.optional).toBe(true);
    },
  );

  test.each(commands)("%s sets what one of its own choices names", (_, { parameters }) => {
    for (const value of Object.values(parameters)) {
      if (value.kind !== "setting") continue;
      expect(parameters[value.of]).toMatchObject({ kind: "choice", choices: Object.keys(value.values) });
    }
  });

  test.each(commands)(
    "%s has examples that are read as this command, and that are written the same again",
    (name, command) => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) {
        const reading = readCommand(table, example);
        expect(reading).toMatchObject({ kind: "command", command: { name } });
        if (reading.kind === "command") expect(formatCommand(table, reading.command)).toBe(example);
      }
    },
  );
});

const usages: [command: string, usage: string][] = [
  ["status", "/parley status"],
  ["help", "/parley help [group]"],
  ["chat export", "/parley chat export [markdown|json]"],
  ["chat mode", "/parley chat mode <mention|always|off>"],
  ["chat set", "/parley chat set <parameter> <value>"],
  ["persona use", "/parley persona use <name> [for <workspace|category|channel|thread>]"],
  ["persona preview", "/parley persona preview <name> <text>"],
];
test.each(usages)("the usage of %s is %s", (name, usage) => {
  const command = table.commands[name];
  expect(command && usageOf(name, command)).toBe(usage);
});

test("the hint names what everyone may use and the groups", () => {
  expect(usageHint(table)).toBe(
    "ask <text> | summarise | help [group] | dashboard | chat … | persona … | threads … | moderation … | cost … | budget … | privacy …",
  );
});

test("a command comes with arguments of its own types", () => {
  const reading = readCommand(table, "persona use technical for thread");
  if (reading.kind !== "command" || reading.command.name !== "persona use")
    throw new Error("read as another");
  const { name, for: reach } = reading.command.arguments;
  expectTypeOf(name).toEqualTypeOf<string>();
  expectTypeOf(reach).toEqualTypeOf<"workspace" | "category" | "channel" | "thread" | undefined>();
  expect([name, reach]).toEqual(["technical", "thread"]);

  type SetArguments = CommandArguments<"chat set">;
  expectTypeOf<SetArguments["parameter"]>().toExtend<string>();
  expectTypeOf<string>().not.toExtend<SetArguments["parameter"]>();
  expectTypeOf<readonly string[]>().toExtend<SetArguments["value"]>();
  expectTypeOf<object>().not.toExtend<CommandArguments<"ask">>();
});

describe("a part of the table", () => {
  const part = onlyCommands(table, ["help", "persona use", "persona list"]);

  test("has no group without a command", () => expect(Object.keys(part.groups)).toEqual(["persona"]));

  test("doesn't know the others", () => {
    expect(readCommand(part, "chat info")).toMatchObject({
      problem: { kind: "unknownCommand", suggestions: [] },
    });
    expect(readCommand(part, "persona use x")).toMatchObject({ command: { name: "persona use" } });
    expect(usageHint(part)).toBe("help [group] | persona …");
  });
});

describe("who may", () => {
  const admin = { isAdmin: true, isChannelManager: false };
  const manager = { isAdmin: false, isChannelManager: true };
  const member = { isAdmin: false, isChannelManager: false };
  const cases: [who: Command["who"], name: string, rights: typeof admin, allowed: boolean][] = [
    ["everyone", "a member", member, true],
    ["channelManager", "a member", member, false],
    ["channelManager", "a channel's manager", manager, true],
    ["channelManager", "an admin", admin, true],
    ["admin", "a member", member, false],
    ["admin", "a channel's manager", manager, false],
    ["admin", "an admin", admin, true],
  ];
  test.each(cases)("what is for %s, %s may: %o → %s", (who, _name, rights, allowed) => {
    expect(mayRun({ who }, rights)).toEqual(allowed ? { kind: "allowed" } : { kind: "refused", who });
  });
});

describe("what is set for a channel", () => {
  const before = { temperature: 0.2, maxTokens: 500 };
  const cases: [Parameters<typeof changeParameters>[1], object][] = [
    [
      { parameter: "temperature", value: 1 },
      { temperature: 1, maxTokens: 500 },
    ],
    [{ parameter: "temperature", value: "default" }, { maxTokens: 500 }],
    [
      { parameter: "top_p", value: 0.5 },
      { ...before, topP: 0.5 },
    ],
    [
      { parameter: "max_tokens", value: 9 },
      { temperature: 0.2, maxTokens: 9 },
    ],
    [
      { parameter: "frequency_penalty", value: -1 },
      { ...before, frequencyPenalty: -1 },
    ],
    [
      { parameter: "presence_penalty", value: -1 },
      { ...before, presencePenalty: -1 },
    ],
    [
      { parameter: "stop", value: ["END"] },
      { ...before, stop: ["END"] },
    ],
    [
      { parameter: "reasoning_effort", value: "low" },
      { ...before, reasoningEffort: "low" },
    ],
    [
      { parameter: "verbosity", value: "high" },
      { ...before, verbosity: "high" },
    ],
    [{ parameter: "verbosity", value: "default" }, before],
  ];
  test.each(cases)("after %o it is %o", (change, after) => {
    expect(changeParameters(before, change)).toEqual(after);
  });
});
