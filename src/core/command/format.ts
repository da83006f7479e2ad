import type { CommandTable, Parameter } from "./shape.ts";
import { groupOf } from "./table.ts";
import type { GivenCommand } from "./table.ts";
import { formatValue } from "./values.ts";

const maxChoiceChars = 40;

/** How a command is written: `/parley persona use <name> [for <workspace|category|channel|thread>]`. */
export function usageOf(table: CommandTable, command: string): string {
  const parameters = Object.entries(table.commands[command]?.parameters ?? {});
  return ["/parley", command, ...parameters.map(([name, parameter]) => slotOf(name, parameter))].join(" ");
}

/** All of it in one line, for everyone: `ask <text> | help [group] | chat … | persona …`. */
export function usageHint(table: CommandTable): string {
  const general = Object.entries(table.commands).filter(
    ([name, { who }]) => groupOf(name) === undefined && who === "everyone",
  );
  const usages = general.map(([name]) => usageOf(table, name).replace("/parley ", ""));
  return [...usages, ...Object.keys(table.groups).map((group) => `${group} …`)].join(" | ");
}

/** Writes a command so that it is read as the same again; without `/parley`. */
export function formatCommand(table: CommandTable, { name, arguments: values }: GivenCommand): string {
  const written = Object.entries(table.commands[name]?.parameters ?? {}).flatMap(([parameter, about]) => {
    const value = (values as Readonly<Record<string, unknown>>)[parameter];
    if (value === undefined) return [];
    const text = formatValue(about, value);
    return about.keyword ? [`${parameter} ${text}`] : [text];
  });
  return [name, ...written].join(" ");
}

function slotOf(name: string, parameter: Parameter): string {
  const choices = parameter.kind === "choice" ? parameter.choices.join("|") : "";
  const shown = choices !== "" && choices.length <= maxChoiceChars ? choices : name;
  if (parameter.keyword) return `[${name} <${shown}>]`;
  return parameter.optional ? `[${shown}]` : `<${shown}>`;
}
