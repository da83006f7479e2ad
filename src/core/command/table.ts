import { budgetCommands, budgetGroup } from "./groups/budget.ts";
import { chatCommands, chatGroup } from "./groups/chat.ts";
import { costCommands, costGroup } from "./groups/cost.ts";
import { generalCommands } from "./groups/general.ts";
import { moderationCommands, moderationGroup } from "./groups/moderation.ts";
import { personaCommands, personaGroup } from "./groups/persona.ts";
import { privacyCommands, privacyGroup } from "./groups/privacy.ts";
import { threadsCommands, threadsGroup } from "./groups/threads.ts";
import type { ArgumentsOf, Command, CommandTable } from "./shape.ts";

/** Everything that can be written after `/parley`, on every platform. What is not built yet is not in it. */
export const commandTable = {
  groups: {
    chat: chatGroup,
    persona: personaGroup,
    threads: threadsGroup,
    moderation: moderationGroup,
    cost: costGroup,
    budget: budgetGroup,
    privacy: privacyGroup,
  },
  commands: {
    ...generalCommands,
    ...chatCommands,
    ...personaCommands,
    ...threadsCommands,
    ...moderationCommands,
    ...costCommands,
    ...budgetCommands,
    ...privacyCommands,
  },
} as const satisfies CommandTable;

/** `ask`, `persona use` … */
export type CommandName = keyof typeof commandTable.commands;

/** What the handler of a command receives: `CommandArguments<"persona use">` is `{ name: string; for?: "channel" | … }`. */
export type CommandArguments<Name extends CommandName> = ArgumentsOf<
  (typeof commandTable.commands)[Name]["parameters"]
>;

/** A command as somebody gave it, in order: of the table, complete, and with values that are allowed. */
export type GivenCommand = {
  readonly [Name in CommandName]: { readonly name: Name; readonly arguments: CommandArguments<Name> };
}[CommandName];

/** The table with no more than these commands, and the groups that are left. */
export function onlyCommands(table: CommandTable, names: readonly string[]): CommandTable {
  const keep = <T>(all: Readonly<Record<string, T>>, kept: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => kept(name)));
  const commands = keep(table.commands, (name) => names.includes(name));
  const groups = keep(table.groups, (group) => Object.keys(commands).some((name) => groupOf(name) === group));
  return { groups, commands };
}

/** `persona` of `persona use`; a command of one word is in no group. */
export function groupOf(command: string): string | undefined {
  return command.includes(" ") ? command.slice(0, command.indexOf(" ")) : undefined;
}

/** The commands of a group, or those in no group, by name and in the order of the table. */
export function commandsOf(
  table: CommandTable,
  group: string | undefined,
): readonly (readonly [name: string, command: Command])[] {
  return Object.entries(table.commands).filter(([name]) => groupOf(name) === group);
}
