import type { CommandGiven } from "../event.ts";
import type { FormKey, FormValues } from "../form.ts";
import { commandNamed } from "./on-message.ts";
import { assignPieces, readArguments } from "./parse.ts";
import type { CommandTable } from "./shape.ts";

/** The command that a filled-in form completes; `undefined` where the form's key names none. */
export function readForm(
  table: CommandTable,
  { command: written, version, about }: FormKey,
  values: FormValues,
): Pick<CommandGiven, "reading" | "form" | "about"> | undefined {
  const found = commandNamed(table, written);
  if (found === undefined) return undefined;
  const { name, command, rest } = found;
  const raws = new Map(assignPieces(command, rest).raws);
  const asks = about === undefined ? undefined : command.onMessage?.asks;
  if (asks !== undefined) raws.set(asks.parameter, values[asks.parameter]?.trim() || asks.otherwise);
  return {
    reading: readArguments(table, name, raws),
    form: { values, ...(version !== undefined && { version }) },
    ...(about !== undefined && { about }),
  };
}
