import { readArguments } from "./parse.ts";
import type { CommandReading } from "./parse.ts";
import type { Command, CommandTable } from "./shape.ts";

/** What can be given from the menu of a message: the command's name, and what the menu calls it. */
export function commandsOnMessages(
  table: CommandTable,
): readonly { readonly name: string; readonly label: string; readonly help: string }[] {
  return Object.entries(table.commands).flatMap(([name, { onMessage, help }]) =>
    onMessage === undefined ? [] : [{ name, label: onMessage.label, help }],
  );
}

/** A command that was given from a message's menu, before anything more is asked; `undefined` where it can't be. */
export function readOnMessage(table: CommandTable, name: string): CommandReading | undefined {
  const command = Object.hasOwn(table.commands, name) ? table.commands[name] : undefined;
  if (command?.onMessage === undefined) return undefined;
  const { asks } = command.onMessage;
  return readArguments(table, name, new Map(asks === undefined ? [] : [[asks.parameter, asks.otherwise]]));
}

/** The command that a text begins with, by the very name that the table has, and what comes after it. */
export function commandNamed(
  table: CommandTable,
  written: string,
): { readonly name: string; readonly command: Command; readonly rest: string } | undefined {
  const found = Object.entries(table.commands).find(
    ([name]) => written === name || written.startsWith(`${name} `),
  );
  if (found === undefined) return undefined;
  const [name, command] = found;
  return { name, command, rest: written.slice(name.length).trim() };
}
