import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  completeCommand,
  completeValue,
  maxCompletionChars,
  maxCompletions,
} from "../../src/core/command/complete.ts";
import { readCommand } from "../../src/core/command/parse.ts";
import { commandTable } from "../../src/core/command/table.ts";
import { unicodeString } from "../support/awkward-strings.ts";

const member = { isAdmin: false, isChannelManager: false };
const admin = { isAdmin: true, isChannelManager: true };
const values = { persona: ["technical", "creative", "biotech"], model: ["gpt-6-luna", "gpt-6-sol"] };

const words = (text: string, rights = admin) =>
  completeCommand(commandTable, text, values, rights).map(({ word }) => word);

describe("what may come next", () => {
  const cases: [text: string, words: string[]][] = [
    [
      "",
      [
        "ask",
        "summarise",
        "help",
        "dashboard",
        "status",
        "chat",
        "persona",
        "threads",
        "moderation",
        "cost",
        "budget",
        "privacy",
      ],
    ],
    ["  pe", ["persona"]],
    ["PE", ["persona"]],
    // What begins so goes before what has it somewhere.
    ["s", ["summarise", "status", "ask", "dashboard", "persona", "threads", "cost"]],
    ["nothing ", []],
    ["chat ", ["info", "reset", "export", "mode", "model", "set"]],
    ["personas e", ["edit", "export", "catalogue", "use", "create", "delete", "restore", "preview"]],
    ["chat mo", ["mode", "model"]],
    ["chat mode ", ["mention", "always", "off"]],
    ["chat mode o", ["off", "mention"]],
    ["chat mode off ", []],
    ["chat model l", ["gpt-6-luna", "gpt-6-sol"]],
    ["chat set re", ["reasoning_effort", "temperature", "frequency_penalty", "presence_penalty"]],
    ["chat set verbosity ", ["low", "medium", "high", "default"]],
    ["chat set temperature ", ["default"]],
    ["chat set temprature ", []],
    ["chat set parameter:v", ["parameter:verbosity"]],
    ["persona use tech", ["technical", "biotech"]],
    ["persona use technical ", ["for"]],
    ["persona use technical for ", ["workspace", "category", "channel", "thread"]],
    ["persona use technical for c", ["category", "channel", "workspace"]],
    ["persona use technical for:c", ["for:category", "for:channel"]],
    ["persona use technical for channel ", []],
    ["persona preview technical wh", []],
    [
      "help pers",
      [
        "persona",
        "persona list",
        "persona catalogue",
        "persona show",
        "persona use",
        "persona create",
        "persona edit",
        "persona delete",
        "persona restore",
        "persona preview",
        "persona import",
        "persona export",
      ],
    ],
    ["ask pers", []],
  ];
  test.each(cases)("after %j", (text, expected) => expect(words(text)).toEqual(expected));
});

test("a completion gives the whole text, and what it means", () => {
  expect(completeCommand(commandTable, "persona us", values, admin)).toEqual([
    { text: "persona use", word: "use", help: "Choose who answers here" },
  ]);
  expect(completeCommand(commandTable, " chat mode  al", values, admin)).toMatchObject([
    { text: "chat mode  always" },
  ]);
});

test("nobody is offered what is for others", () => {
  expect(words("", member)).toEqual([
    "ask",
    "summarise",
    "help",
    "dashboard",
    "chat",
    "persona",
    "threads",
    "cost",
    "budget",
    "privacy",
  ]);
  expect(words("chat ", member)).toEqual(["info", "reset", "export"]);
  expect(words("chat mode ", member)).toEqual([]);
});

describe("the value of one parameter", () => {
  const complete = (command: string, parameter: string, partial: string, given: [string, string][] = []) =>
    completeValue(commandTable, { command, parameter, partial, given: new Map(given) }, values);

  const cases: [command: string, parameter: string, partial: string, expected: string[]][] = [
    ["persona use", "name", "", ["technical", "creative", "biotech"]],
    ["persona use", "name", " TECH ", ["technical", "biotech"]],
    ["persona use", "nothing", "", []],
    ["nothing", "name", "", []],
    ["__proto__", "constructor", "", []],
    [
      "help",
      "group",
      "mod",
      ["moderation", "moderation policy", "moderation set", "moderation log", "chat mode", "chat model"],
    ],
    ["ask", "text", "persona", []],
  ];
  test.each(cases)("of %s %s after %j", (command, parameter, partial, expected) => {
    expect(complete(command, parameter, partial)).toEqual(expected);
  });

  test("depends on what is to be set", () => {
    expect(complete("chat set", "value", "m", [["parameter", "verbosity"]])).toEqual(["medium"]);
    expect(complete("chat set", "value", "", [["parameter", "constructor"]])).toEqual([]);
    expect(complete("chat set", "value", "")).toEqual([]);
  });

  test("is never cut, and never one of too many", () => {
    const persona = ["x".repeat(maxCompletionChars + 1), ...Array.from({ length: 60 }, (_, i) => `x${i}`)];
    const given = new Map<string, string>();
    const partial = { command: "persona use", parameter: "name", partial: "x", given };
    expect(completeValue(commandTable, partial, { persona })).toEqual(persona.slice(1, maxCompletions + 1));
  });
});

test("for any text: at most 25 words of at most 100 characters, each of which ends the text that it completes", () => {
  const begin = fc.constantFrom("", ...Object.keys(commandTable.commands).map((name) => `${name} `));
  fc.assert(
    fc.property(begin, unicodeString, (start, rest) => {
      const found = completeCommand(commandTable, start + rest, values, admin);
      expect(found.length).toBeLessThanOrEqual(maxCompletions);
      for (const { text, word } of found) {
        expect(word.length).toBeLessThanOrEqual(maxCompletionChars);
        expect(text.endsWith(word)).toBe(true);
      }
    }),
  );
});

test("by completions alone one gets to every command without parameters of its own making", () => {
  const reached = new Set<string>();
  const walk = (text: string, depth: number): void => {
    const reading = readCommand(commandTable, text);
    if (reading.kind === "command") reached.add(reading.command.name);
    if (depth > 0)
      for (const next of completeCommand(commandTable, `${text} `, values, admin)) walk(next.text, depth - 1);
  };
  walk("", 4);
  const written = ["ask", "persona preview", "threads similar", "threads compare", "budget set"];
  expect(reached).toEqual(
    new Set(Object.keys(commandTable.commands).filter((name) => !written.includes(name))),
  );
});
