import { commandTable, onlyCommands } from "../../core/command/table.ts";
import type { CommandName } from "../../core/command/table.ts";
import type { CommandHandlers } from "./command.ts";

/** Commands that have a handler. */
const names = [
  "ask",
  "summarise",
  "help",
  "status",
  "chat info",
  "chat reset",
  "chat export",
  "chat mode",
  "chat model",
  "chat set",
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
  "moderation policy",
  "moderation set",
  "moderation log",
] as const satisfies readonly CommandName[];

/** What is offered everywhere: the table with no more than these. */
export const offeredCommands = onlyCommands(commandTable, names);

export type OfferedHandlers = Pick<CommandHandlers, (typeof names)[number]>;
