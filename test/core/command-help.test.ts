import { describe, expect, test } from "vitest";

import { explainProblem } from "../../src/core/command/explain-problem.ts";
import { writeHelp, writeRefusal } from "../../src/core/command/help.ts";
import { writeCommandPage } from "../../src/core/command/page.ts";
import { readCommand } from "../../src/core/command/parse.ts";
import type { CommandTable } from "../../src/core/command/shape.ts";
import { commandTable, groupOf, onlyCommands } from "../../src/core/command/table.ts";
import { en } from "../../src/core/words/en.ts";
import { offeredCommands } from "../../src/handlers/commands/offered.ts";

const table: CommandTable = commandTable;
const member = { isAdmin: false, isChannelManager: false };
const manager = { isAdmin: false, isChannelManager: true };
const admin = { isAdmin: true, isChannelManager: false };

const help = (topic?: string, rights = member, part = table) => writeHelp(part, topic, rights, en);
/** The commands that a text lists. */
const listed = (text: string) =>
  [...text.matchAll(/^- `\/parley ([^<[`]*)/gm)].map(([, name]) => name?.trim() ?? "");
const allowed = (...who: string[]) =>
  Object.entries(table.commands).flatMap(([name, command]) => (who.includes(command.who) ? [name] : []));

describe("help on everything", () => {
  test("names to each person just what this person may use", () => {
    expect(new Set(listed(help()))).toEqual(new Set(allowed("everyone")));
    expect(new Set(listed(help(undefined, manager)))).toEqual(new Set(allowed("everyone", "channelManager")));
    expect(new Set(listed(help(undefined, admin)))).toEqual(new Set(Object.keys(table.commands)));
  });

  test("says how to give a command where there are no slash commands", () => {
    expect(help()).toContain("`@Parley /help`");
  });

  test("knows nothing of groups that aren't there", () => {
    expect(help(undefined, admin, onlyCommands(table, ["ask", "help", "chat info"]))).not.toMatch(
      /\*\*persona\*\*|persona list/,
    );
  });
});

describe("help on a group", () => {
  test("lists what this person may use of it", () => {
    expect(listed(help("chat"))).toEqual(["chat info", "chat reset", "chat export"]);
    expect(listed(help("chat", manager))).toHaveLength(6);
  });

  test("says whose it is when nothing of it is for this person", () => {
    const part = onlyCommands(table, ["chat mode"]);
    expect(help("chat", member, part)).toContain("it is for those who manage this channel, and admins");
  });
});

test("help on a command says how it is written, what it takes, who may, and gives examples", () => {
  expect(help("persona use")).toBe(
    [
      "`/parley persona use <name> [for <workspace|category|channel|thread>]`",
      "Choose who answers here.",
      "",
      "- `name`: The persona's name. Takes a persona's name: letters a to z, digits and hyphens.",
      "- `for` (may be left out): How far it reaches; this channel when left out. Takes `workspace`, `category`, `channel`, or `thread`.",
      "",
      "For example:",
      "- `/parley persona use technical`",
      "- `/parley persona use legal for thread`",
      "",
      "Who may: those who manage this channel, and admins. Everybody here sees the answer.",
    ].join("\n"),
  );
  expect(help("chat set")).toContain("  - `top_p`: a number from 0.01 to 1\n");
  expect(help("persona delete")).toContain("Also written `/parley persona remove`.");
  expect(help("persona import")).toContain("- `file`: The YAML file");
});

test("a refusal says who may", () => {
  expect(writeRefusal("status", { kind: "refused", who: "admin" }, en)).toBe(
    "`/parley status` is for admins.",
  );
  expect(writeRefusal("chat mode", { kind: "refused", who: "channelManager" }, en)).toBe(
    "`/parley chat mode` is for those who manage this channel, and admins.",
  );
});

describe("what was wrong is said:", () => {
  const cases: [text: string, said: string][] = [
    [
      "hello there",
      "There is no command `/parley hello`. Did you mean `/parley ask hello there`? `/parley help` shows what you may do here.",
    ],
    [
      "chat ifno",
      "There is no `ifno` among the commands of `chat`. Did you mean `/parley chat info`? There are `info`, `reset`, `export`, `mode`, `model`, and `set`.",
    ],
    [
      "persona use",
      "`name` is missing: the persona's name.\nWrite `/parley persona use <name> [for <workspace|category|channel|thread>]`, such as `/parley persona use technical`.",
    ],
    [
      "chat mode allways",
      "`allways` doesn't fit `mode`, which takes `mention`, `always`, or `off`. Did you mean `always`?\nWrite `/parley chat mode <mention|always|off>`, such as `/parley chat mode always`.",
    ],
    [
      "chat set temperature hot",
      "`hot` doesn't fit `temperature`, which takes a number from 0 to 2, or `default`.\nWrite `/parley chat set <parameter> <value>`, such as `/parley chat set temperature 0.3`.",
    ],
    [
      "status please",
      "`please` is more than this command takes. Words that belong together go in quotes.\nWrite `/parley status`.",
    ],
  ];
  test.each(cases)("%j", (text, said) => {
    const reading = readCommand(table, text);
    expect(reading.kind === "problem" && explainProblem(table, reading.problem, en)).toBe(said);
  });

  test("what somebody wrote is shown as code, on one line, and not all of it", () => {
    const reading = readCommand(table, `foo\`<@everyone>\n\n# ${"x".repeat(300)}`);
    const said = reading.kind === "problem" ? explainProblem(table, reading.problem, en) : "";
    expect(said).toMatch(/Did you mean `\/parley ask foo'<@everyone> # x{40,60}…`\?/);
  });
});

describe("docs/commands.md", () => {
  const page = writeCommandPage(table, en);

  // `npx vitest run test/core/command-help.test.ts --update` writes it.
  test("is written from what of the table is offered", async () => {
    await expect(writeCommandPage(offeredCommands, en)).toMatchFileSnapshot("../../docs/commands.md");
  });

  test("has every command once in a table, under its group", () => {
    const sections = page.split(/^## /m).slice(1);
    const found = sections.flatMap((section) => {
      const group = /^`(\w+)`/.exec(section)?.[1];
      const names = [...section.matchAll(/^\| `\/parley ([^<[`]*)/gm)].map(([, name]) => name?.trim() ?? "");
      for (const name of names) expect(groupOf(name)).toBe(group);
      return names;
    });
    expect(found).toEqual(Object.keys(table.commands));
  });
});
