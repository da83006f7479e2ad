import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatCommand } from "../../src/core/command/format.ts";
import { readCommand, readMentionCommand } from "../../src/core/command/parse.ts";
import { explainProblem } from "../../src/core/command/explain-problem.ts";
import { piecesOf, quote } from "../../src/core/command/pieces.ts";
import type { CommandTable, Value } from "../../src/core/command/shape.ts";
import { commandTable } from "../../src/core/command/table.ts";
import { maxWordChars } from "../../src/core/command/values.ts";
import type { GivenCommand } from "../../src/core/command/table.ts";
import { en } from "../../src/core/words/en.ts";
import { awkwardStrings, unicodeString } from "../support/awkward-strings.ts";

/** One command for each kind of value that the table doesn't have yet. */
const kinds = {
  groups: {},
  commands: Object.fromEntries(
    (
      [
        { kind: "text" },
        { kind: "word" },
        { kind: "words", max: 3 },
        { kind: "integer", min: -5, max: 1_000 },
        { kind: "number", min: -2, max: 2 },
        { kind: "choice", choices: ["one", "two"] },
        { kind: "boolean" },
        { kind: "duration" },
        { kind: "person" },
        { kind: "channel" },
        { kind: "amount" },
        { kind: "spender" },
        { kind: "persona" },
        { kind: "model" },
      ] satisfies Value[]
    ).map((value: Value) => [
      value.kind,
      {
        help: "A kind",
        who: "everyone",
        answer: "private",
        parameters: { it: { ...value, help: "It" } },
        examples: [],
      },
    ]),
  ),
} as const satisfies CommandTable;

const given = (name: string, values: object = {}) => ({
  kind: "command",
  command: { name, arguments: values },
});

describe("is read as a command:", () => {
  const cases: [text: string, name: string, values?: object][] = [
    ["", "help"],
    ["  \n ", "help"],
    ["help", "help"],
    ["help persona", "help", { group: "persona" }],
    // People and channels are meant by id, and read by name.
    ["ask what does <@U1|Ada L> say in <#C1|general>?", "ask", { text: "what does @Ada L say in #general?" }],
    ["budget set <@U1|Ada L> $5 day", "budget set", { scope: "<@U1>", amount: 5_000_000, per: "day" }],
    [
      "budget set scope:Legal amount:.50 per:month",
      "budget set",
      { scope: "legal", amount: 500_000, per: "month" },
    ],
    ["budget stop for everywhere", "budget stop", { for: "everywhere" }],
    ["help /parley Persona  USE", "help", { group: "persona use" }],
    ["chat", "help", { group: "chat" }],
    ["personas help", "help", { group: "persona" }],
    ["status", "status"],
    ["/status", "status"],
    ["/parley status", "status"],
    ["ask what is “this”, 'and' that?", "ask", { text: "what is “this”, 'and' that?" }],
    ["ask  two\n\n  lines ", "ask", { text: "two\n\n  lines" }],
    ["ask persona use technical", "ask", { text: "persona use technical" }],
    ["CHAT Info", "chat info"],
    ["chat export JSON", "chat export", { format: "json" }],
    ["chat export format:json", "chat export", { format: "json" }],
    ["chat clear", "chat reset"],
    ["chat model ft:gpt-4.1:acme::1", "chat model", { name: "ft:gpt-4.1:acme::1" }],
    ["chat set temperature 0.3", "chat set", { parameter: "temperature", value: 0.3 }],
    ["chat set Temperature DEFAULT", "chat set", { parameter: "temperature", value: "default" }],
    ["chat set frequency_penalty −1.5", "chat set", { parameter: "frequency_penalty", value: -1.5 }],
    ["chat set value:0.3 parameter:top_p", "chat set", { parameter: "top_p", value: 0.3 }],
    ['chat set value:"a b" parameter:stop', "chat set", { parameter: "stop", value: ["a b"] }],
    [
      "chat set stop END “the end” 'of all'",
      "chat set",
      { parameter: "stop", value: ["END", "the end", "of all"] },
    ],
    ['chat set stop "default"', "chat set", { parameter: "stop", value: ["default"] }],
    ['chat set verbosity "LOW"', "chat set", { parameter: "verbosity", value: "low" }],
    ["cost report", "cost report"],
    ["cost report dark", "cost report", { theme: "dark" }],
    ["cost report csv person today", "cost report", { as: "csv", by: "person", period: "today" }],
    ["cost schedule weekly 8 dark", "cost schedule", { every: "weekly", hour: 8, theme: "dark" }],
    ["cost schedule weekly channel", "cost schedule", { every: "weekly", of: "channel" }],
    ["persona catalog", "persona catalogue"],
    ["persona use “Data Scientist”", "persona use", { name: "data-scientist" }],
    ["persona use technical for thread", "persona use", { name: "technical", for: "thread" }],
    ["persona use technical for:Channel", "persona use", { name: "technical", for: "channel" }],
    ["persona use name: technical for: channel", "persona use", { name: "technical", for: "channel" }],
    ["persona use for:channel technical", "persona use", { name: "technical", for: "channel" }],
    ["persona use for for channel", "persona use", { name: "for", for: "channel" }],
    ["persona show", "persona show"],
    ["persona preview creative name: it", "persona preview", { name: "creative", text: "name: it" }],
  ];
  test.each(cases)("%j", (text, name, values) => {
    expect(readCommand(commandTable, text)).toEqual(given(name, values));
  });

  const values: [text: string, value: unknown][] = [
    ["word it's", "it's"],
    ["word 'don't stop'", "don't stop"],
    ['word "it:x"', "it:x"],
    ["word „so so“", "so so"],
    ['word "a \\"quoted\\" \\\\ word"', 'a "quoted" \\ word'],
    ['word "open', '"open'],
    ["integer 0", 0],
    ["integer +7", 7],
    ["number -0", 0],
    ["number .5", 0.5],
    ["boolean Yes", true],
    ["boolean off", false],
    ["duration 90s", 90_000],
    ["duration 1h30m", 5_400_000],
    ["duration 2W", 1_209_600_000],
    ["person <@U123>", "U123"],
    ["person <@U123|Ada Lovelace>", "U123"],
    ["person <@!42>", "42"],
    ["channel <#C1|general>", "C1"],
    ["channel it:<#C1>", "C1"],
  ];
  test.each(values)("%j, with its value", (text, value) => {
    expect(readCommand(kinds, text)).toEqual(given(text.split(" ")[0] ?? "", { it: value }));
  });
});

describe("is no command, and what is wrong is said:", () => {
  const cases: [text: string, problem: object][] = [
    ["hello there?", { kind: "unknownCommand", written: "hello", suggestions: ["ask hello there?"] }],
    ["statu", { kind: "unknownCommand", suggestions: ["status", "ask statu"] }],
    ["perosna use x", { kind: "unknownCommand", suggestions: ["persona use x", "ask perosna use x"] }],
    [
      "use technical",
      { kind: "unknownCommand", suggestions: ["persona use technical", "ask use technical"] },
    ],
    ["/etc/hosts is broken", { kind: "unknownCommand", suggestions: ["ask /etc/hosts is broken"] }],
    ["constructor", { kind: "unknownCommand", suggestions: ["ask constructor"] }],
    ["persona ues x", { kind: "unknownCommand", group: "persona", suggestions: ["persona use x"] }],
    ["persona __proto__", { kind: "unknownCommand", group: "persona", suggestions: [] }],
    [
      "persona set stop X",
      {
        kind: "unknownCommand",
        group: "persona",
        suggestions: [
          "chat set stop X",
          "moderation set stop X",
          "budget set stop X",
          "ask persona set stop X",
        ],
      },
    ],
    ["chat about my dog", { kind: "unknownCommand", group: "chat", suggestions: ["ask chat about my dog"] }],
    ["ask", { kind: "missing", command: "ask", parameter: "text" }],
    ["persona use", { kind: "missing", command: "persona use", parameter: "name" }],
    ["persona use technical for", { kind: "missing", command: "persona use", parameter: "for" }],
    ["persona use technical for:", { kind: "missing", command: "persona use", parameter: "for" }],
    ["persona preview creative", { kind: "missing", command: "persona preview", parameter: "text" }],
    ["chat set stop", { kind: "missing", command: "chat set", parameter: "value" }],
    ["chat mode allways", { kind: "wrongValue", parameter: "mode", written: "allways", nearest: "always" }],
    [
      "chat set temperature 3",
      { kind: "wrongValue", parameter: "value", setting: "temperature", allowed: { min: 0, max: 2 } },
    ],
    ["chat set temperature 0,5", { kind: "wrongValue", written: "0,5" }],
    ["chat set temperature 0.5 0.6", { kind: "wrongValue", written: "0.5 0.6" }],
    ["chat set max_tokens 1.5", { kind: "wrongValue", setting: "max_tokens", allowed: { kind: "integer" } }],
    ["chat set stop a b c d e", { kind: "wrongValue", setting: "stop", allowed: { kind: "words", max: 4 } }],
    ["chat set verbosity lo", { kind: "wrongValue", setting: "verbosity", nearest: "low" }],
    ["chat set temprature 1", { kind: "wrongValue", parameter: "parameter", nearest: "temperature" }],
    ["chat set constructor 1", { kind: "wrongValue", parameter: "parameter" }],
    ["persona use Ünïcode", { kind: "wrongValue", parameter: "name" }],
    ["help chta", { kind: "wrongValue", parameter: "group", nearest: "chat" }],
    ["persona use technical channel", { kind: "tooMuch", command: "persona use", extra: "channel" }],
    ["persona use a for:thread for:channel", { kind: "tooMuch", extra: "for:channel" }],
    ["status now please ", { kind: "tooMuch", extra: "now please" }],
  ];
  test.each(cases)("%j", (text, problem) => {
    expect(readCommand(commandTable, text)).toMatchObject({ kind: "problem", problem });
  });

  const values = [
    "integer 1e2",
    "integer 1001",
    "number 1e999",
    "number NaN",
    "number 0x1",
    "boolean maybe",
    "duration 0s",
    "duration 90",
    "duration 99999999w",
    "person ada",
    "person <#C1>",
    "channel <@U1>",
    "model 'a b'",
    "persona -x",
    'words ""',
  ];
  test.each(values)("%j, for its value", (text) => {
    expect(readCommand(kinds, text)).toMatchObject({ problem: { kind: "wrongValue", parameter: "it" } });
  });
});

describe("in a message to Parley", () => {
  const cases: [text: string, command: string | undefined][] = [
    ["/persona use technical", "persona use technical"],
    ["  /Persona use technical ", "Persona use technical"],
    ["/personas list", "personas list"],
    ["/parley persona use technical", "persona use technical"],
    ["/parley", ""],
    ["/PARLEY\nstatus", "status"],
    ["/ask why?", "ask why?"],
    ["/help", "help"],
    ["/etc/hosts is broken, why?", undefined],
    ["/chat/room.ts doesn't compile", undefined],
    ["/use technical", undefined],
    ["/", undefined],
    ["/ persona list", undefined],
    ["//persona list", undefined],
    ["persona use technical", undefined],
    ["what does /persona use do?", undefined],
    ["", undefined],
  ];
  test.each(cases)("%j is the command %j", (text, command) => {
    expect(readMentionCommand(commandTable, text)).toBe(command);
  });
});

// ── For any text ─────────────────────────────────────────────────────────────────────────────────────────────────────

const names = Object.keys(commandTable.commands);
const anyText = fc.oneof(unicodeString, fc.constantFrom(...awkwardStrings), fc.string());
const nearlyCommand = fc
  .tuple(fc.constantFrom("", "chat ", "persona ", ...names.map((name) => `${name} `)), fc.array(anyText))
  .map(([begin, rest]) => begin + rest.join(" "));

test("reading never throws, and what is wrong can always be said", () => {
  fc.assert(
    fc.property(nearlyCommand, (text) => {
      readMentionCommand(commandTable, `/${text}`);
      const reading = readCommand(commandTable, text);
      if (reading.kind === "problem")
        expect(explainProblem(commandTable, reading.problem, en).length).toBeLessThan(1_500);
    }),
  );
});

test("only “ask” asks: anything else that isn't a command is a problem", () => {
  fc.assert(
    fc.property(nearlyCommand, (text) => {
      const reading = readCommand(commandTable, text);
      if (reading.kind === "command" && reading.command.name === "ask")
        expect(text.trim()).toMatch(/^\/?ask\s/i);
    }),
  );
});

test("quoted words are read as they were, however odd", () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), (words) => {
      expect(piecesOf(words.map(quote).join(" "), 10).map(({ text }) => text)).toEqual(words);
    }),
  );
});

const filled = anyText.map((text) => text.slice(0, maxWordChars).trim()).filter((text) => text !== "");
const id = fc.stringMatching(/^[A-Z0-9]{1,12}$/);

function valueFor(value: Value): fc.Arbitrary<unknown> {
  switch (value.kind) {
    case "text":
    case "word":
      return filled;
    case "words":
      return fc.array(filled, { minLength: 1, maxLength: value.max });
    case "integer":
      return fc.integer({ min: value.min, max: value.max });
    case "number":
      return fc.double({ min: value.min, max: value.max, noNaN: true }).map((number) => number + 0);
    case "choice":
      return fc.constantFrom(...value.choices);
    case "boolean":
      return fc.boolean();
    case "duration":
      return fc.integer({ min: 1, max: 300_000_000 }).map((seconds) => seconds * 1_000);
    case "person":
    case "channel":
      return id;
    case "amount":
      return fc.integer({ min: 1, max: 1e12 });
    case "spender":
      return fc.oneof(
        fc.constantFrom("workspace", "technical"),
        id.map((each) => `<@${each}>`),
        id.map((each) => `<#${each}>`),
      );
    case "persona":
      return fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);
    case "model":
      return fc.stringMatching(/^[^\s]{1,200}$/).filter((text) => /^\S+$/.test(text));
    case "topic":
      return fc.constantFrom(...Object.keys(commandTable.groups), ...names);
    case "setting":
      throw new RangeError("a setting depends on another value");
    default:
      return value satisfies never;
  }
}

/** Any command of a table, with values that are allowed. */
function anyCommandOf(table: CommandTable): fc.Arbitrary<GivenCommand> {
  const commands = Object.entries(table.commands).map(([name, { parameters }]) => {
    const setting = Object.values(parameters).find(({ kind }) => kind === "setting");
    const values =
      setting?.kind === "setting"
        ? fc.constantFrom(...Object.entries(setting.values)).chain(([parameter, value]) =>
            fc.record({
              parameter: fc.constant(parameter),
              value: fc.oneof(valueFor(value), fc.constant("default")),
            }),
          )
        : fc.record(
            Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, valueFor(value)])),
            {
              requiredKeys: Object.keys(parameters).filter((key) => !parameters[key]?.optional),
            },
          );
    return values.map((read) => ({ name, arguments: { ...read } }) as unknown as GivenCommand);
  });
  return fc.oneof(...commands);
}

test.each([
  ["of the table", commandTable],
  ["of any kind", kinds],
] as [string, CommandTable][])("a command %s that is written out is read as the same", (_name, table) => {
  fc.assert(
    fc.property(anyCommandOf(table), (command) => {
      expect(readCommand(table, formatCommand(table, command))).toEqual({ kind: "command", command });
    }),
    { numRuns: 500 },
  );
});

test("a long text of any kind is read to its end", () => {
  for (const part of ['"x ', "'", "<@", "a:", "for ", "\\"]) {
    const text = part.repeat(100_000).trim();
    for (const name of ["persona use", "chat set stop", "help", "nothing"]) {
      expect(readCommand(commandTable, `${name} ${text}`).kind).toBe("problem");
    }
    expect(readCommand(commandTable, `ask ${text}`)).toEqual(given("ask", { text }));
  }
});
