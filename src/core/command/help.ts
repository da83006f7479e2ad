import type { Words } from "../words/en.ts";
import { usageOf } from "./format.ts";
import type { CommandProblem } from "./parse.ts";
import { mayRun } from "./permissions.ts";
import type { Permission, Rights } from "./permissions.ts";
import type { Command, CommandTable, Parameter, Value } from "./shape.ts";
import { commandsOf, groupOf } from "./table.ts";
import { lastWordOf } from "./values.ts";

/** Help in Markdown: on what this person may use, or on a group or a command of the table. */
export function writeHelp(
  table: CommandTable,
  topic: string | undefined,
  rights: Rights,
  { commands: words }: Words,
): string {
  if (topic === undefined) return writeOverview(table, rights, words);
  const command = table.commands[topic];
  return command === undefined
    ? writeGroup(table, topic, rights, words)
    : writeCommandHelp(table, topic, command, words);
}

/** What somebody reads who may not run a command. */
export function writeRefusal(
  command: string,
  { who }: Extract<Permission, { readonly kind: "refused" }>,
  { commands: words }: Words,
): string {
  return words.refused(command, words.who[who]);
}

/** What was wrong with a command and how it is written, in Markdown. */
export function describeProblem(
  table: CommandTable,
  problem: CommandProblem,
  { commands: words }: Words,
): string {
  switch (problem.kind) {
    case "unknownCommand": {
      const { group, written, suggestions } = problem;
      const shown = suggestions.map((suggestion) => quoteText(`/parley ${suggestion}`));
      const lines = [
        group === undefined
          ? words.unknown(quoteText(`/parley ${written}`))
          : words.unknownInGroup(group, quoteText(written)),
        shown.length > 0 && words.didYouMean(shown),
        group !== undefined && words.known(commandsOf(table, group).map(lastWordOf)),
        group === undefined && words.seeHelp,
      ];
      return lines.filter(Boolean).join(" ");
    }
    case "missing": {
      const help = table.commands[problem.command]?.parameters[problem.parameter]?.help ?? "";
      return `${words.missing(problem.parameter, help)}\n${usageLine(table, problem.command, words)}`;
    }
    case "wrongValue": {
      const { command, parameter, setting, written, allowed, nearest } = problem;
      const value = describeValue(allowed, words);
      const takes = setting === undefined ? value : words.orDefault(value);
      const meant = nearest === undefined ? "" : ` ${words.didYouMean([quoteText(nearest)])}`;
      const wrong = words.wrongValue(setting ?? parameter, quoteText(written), takes);
      return `${wrong}${meant}\n${usageLine(table, command, words)}`;
    }
    case "tooMuch":
      return `${words.tooMuch(quoteText(problem.extra))}\n${usageLine(table, problem.command, words)}`;
    default:
      return problem satisfies never;
  }
}

/** docs/commands.md. */
export function writeCommandPage(table: CommandTable, { commands: words }: Words): string {
  const { page } = words;
  const section = (title: string, intro: string | undefined, names: readonly string[]) => [
    `## ${title}`,
    ...(intro === undefined ? [] : [`${intro}.`]),
    [
      row(page.columns),
      row(page.columns.map(() => "---")),
      ...names.map((name) => tableRow(table, name, words)),
    ].join("\n"),
    ...names.flatMap((name) => {
      const { parameters = {}, examples = [] } = table.commands[name] ?? {};
      const lines = [...parameterLines(parameters, words), ...fileLines(table.commands[name])];
      if (lines.length === 0) return [];
      const shown = examples.map((example) => `\`/parley ${example}\``).join(", ");
      return [`\`${name}\` ${page.takes}\n\n${lines.join("\n")}\n\n${words.examples} ${shown}`];
    }),
  ];
  const general = Object.keys(table.commands).filter((name) => groupOf(name) === undefined);
  const sections = [
    `# ${page.title}`,
    page.intro,
    ...section(page.general, undefined, general),
    ...Object.entries(table.groups).flatMap(([group, { help }]) =>
      section(`\`${group}\``, help, commandsOf(table, group)),
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}

type CommandWords = Words["commands"];

function writeOverview(table: CommandTable, rights: Rights, words: CommandWords): string {
  const general = Object.keys(table.commands).filter((name) => groupOf(name) === undefined);
  const groups = Object.entries(table.groups).flatMap(([group, { help }]) => {
    const lines = commandLines(table, commandsOf(table, group), rights);
    return lines === "" ? [] : [`**${group}**: ${help}\n${lines}`];
  });
  return [
    `**${words.helpTitle}**\n${commandLines(table, general, rights)}`,
    ...groups,
    `${words.more} ${words.inThreads}`,
  ].join("\n\n");
}

function writeGroup(table: CommandTable, group: string, rights: Rights, words: CommandWords): string {
  const names = commandsOf(table, group);
  const lines = commandLines(table, names, rights);
  const title = `**${group}**: ${table.groups[group]?.help ?? ""}`;
  if (lines !== "") return `${title}\n${lines}\n\n${words.more}`;
  const forManagers = names.some((name) => table.commands[name]?.who === "channelManager");
  return `${title}\n${words.nothingForYou(words.who[forManagers ? "channelManager" : "admin"])}`;
}

function commandLines(table: CommandTable, names: readonly string[], rights: Rights): string {
  const lines = names.flatMap((name) => {
    const command = table.commands[name];
    if (command === undefined || mayRun(command, rights).kind === "refused") return [];
    return [`- \`${usageOf(table, name)}\`: ${command.help}`];
  });
  return lines.join("\n");
}

function writeCommandHelp(table: CommandTable, name: string, command: Command, words: CommandWords): string {
  const { aliases = [], examples } = command;
  const parameters = [...parameterLines(command.parameters, words), ...fileLines(command)];
  const also = aliases.map((alias) => `\`/parley ${[groupOf(name), alias].filter(Boolean).join(" ")}\``);
  const sections = [
    `\`${usageOf(table, name)}\`\n${command.help}.`,
    parameters.join("\n"),
    `${words.examples}\n${examples.map((example) => `- \`/parley ${example}\``).join("\n")}`,
    [
      words.whoMay(words.who[command.who]),
      words.answered[command.answer],
      also.length > 0 && words.also(also),
    ]
      .filter(Boolean)
      .join(" "),
  ];
  return sections.filter(Boolean).join("\n\n");
}

function parameterLines(
  parameters: Readonly<Record<string, Parameter>>,
  words: CommandWords,
): readonly string[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const optional = parameter.optional ? ` (${words.optional})` : "";
    const takes = parameter.kind === "setting" ? "" : ` Takes ${describeValue(parameter, words)}.`;
    const settings = parameter.kind === "setting" ? Object.entries(parameter.values) : [];
    return [
      `- \`${name}\`${optional}: ${parameter.help}.${takes}`,
      ...settings.map(([setting, value]) => `  - \`${setting}\`: ${describeValue(value, words)}`),
    ];
  });
}

function fileLines(command: Command | undefined): readonly string[] {
  return command?.file === undefined ? [] : [`- \`${command.file.name}\`: ${command.file.help}.`];
}

function tableRow(table: CommandTable, name: string, words: CommandWords): string {
  const { help = "", who = "everyone" } = table.commands[name] ?? {};
  return row([`\`${usageOf(table, name).replaceAll("|", "\\|")}\``, help, words.who[who]]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function usageLine(table: CommandTable, command: string, words: CommandWords): string {
  return words.usage(usageOf(table, command), table.commands[command]?.examples[0]);
}

function describeValue(value: Value, words: CommandWords): string {
  const { allowed } = words;
  switch (value.kind) {
    case "choice":
      return allowed.choice(value);
    case "integer":
    case "number":
      return allowed[value.kind](value);
    case "words":
      return allowed.words(value);
    default:
      return allowed[value.kind]();
  }
}

const maxQuotedChars = 80;

/** Somebody's own text inside of a sentence: inline code on one line, so that nothing in it is Markdown. */
function quoteText(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim();
  const cut = line.length > maxQuotedChars ? `${line.slice(0, maxQuotedChars)}…` : line;
  return `\`${cut.toWellFormed()}\``;
}
