import type { Command, CommandTable, Parameter } from "./shape.ts";
import { commandsOf } from "./table.ts";
import type { GivenCommand } from "./table.ts";
import { formatValue } from "./values.ts";

const maxChoiceChars = 40;

/** How a command is written: `/parley persona use <name> [for <workspace|category|channel|thread>]`. */
export function usageOf(name: string, { parameters }: Command): string {
  const slots = Object.entries(parameters).map(([parameter, about]) => slotOf(parameter, about));
  return ["/parley", name, ...slots].join(" ");
}

/** All of it in one line, for everyone: `ask <text> | help [group] | chat … | persona …`. */
export function usageHint(table: CommandTable): string {
  const general = commandsOf(table, undefined).filter(([, { who }]) => who === "everyone");
  const usages = general.map(([name, command]) => usageOf(name, command).replace("/parley ", ""));
  return [...usages, ...Object.keys(table.groups).map((group) => `${group} …`)].join(" | ");
}

/** Writes a command so that it is read as the same again; without `/parley`. */
export function formatCommand(table: CommandTable, { name, arguments: values }: GivenCommand): string {
  return formatGiven(table, name, values);
}

function formatGiven(table: CommandTable, name: string, values: Readonly<Record<string, unknown>>): string {
  const parameters = Object.entries(table.commands[name]?.parameters ?? {});
  // What comes after something left out is named, so that it isn't taken for that.
  const firstLeftOut = parameters.findIndex(
    ([parameter, { keyword }]) => !keyword && values[parameter] === undefined,
  );
  const written = parameters.flatMap(([parameter, about], index) => {
    const value = values[parameter];
    if (value === undefined) return [];
    const text = formatValue(about, value);
    if (about.keyword) return [`${parameter} ${text}`];
    return firstLeftOut !== -1 && index > firstLeftOut ? [`${parameter}:${text}`] : [text];
  });
  return [name, ...written].join(" ");
}

/** The same for a record: what people wrote freely is left out. */
export function formatWithoutTexts(table: CommandTable, given: GivenCommand): string {
  const parameters = table.commands[given.name]?.parameters ?? {};
  const values = Object.entries<unknown>(given.arguments).map(([name, value]): [string, unknown] => {
    const { kind } = parameters[name] ?? {};
    if (kind === "words") return [name, [leftOut]];
    return [name, kind === "text" || kind === "word" || Array.isArray(value) ? leftOut : value];
  });
  return formatGiven(table, given.name, Object.fromEntries<unknown>(values));
}

const leftOut = "…";

function slotOf(name: string, parameter: Parameter): string {
  const choices = parameter.kind === "choice" ? parameter.choices.join("|") : "";
  const shown = choices !== "" && choices.length <= maxChoiceChars ? choices : name;
  if (parameter.keyword) return `[${name} <${shown}>]`;
  return parameter.optional ? `[${shown}]` : `<${shown}>`;
}
