import { commandTable, onlyCommands } from "../../core/command/table.ts";
import type { CommandName } from "../../core/command/table.ts";
import type { CommandHandlers } from "./command.ts";

/** Commands that have a handler. */
const names = [
  "ask",
  "summarise",
  "help",
  "dashboard",
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
  "threads similar",
  "threads clusters",
  "threads compare",
  "threads duplicates",
  "threads map",
  "threads index",
  "threads hide",
  "privacy optout",
  "privacy optin",
  "moderation policy",
  "moderation set",
  "moderation log",
  "cost me",
  "cost channel",
  "cost report",
  "cost schedule",
  "cost export",
  "cost reconcile",
  "cost reprice",
  "budget show",
  "budget set",
  "budget clear",
  "budget lift",
  "budget stop",
  "budget go",
] as const satisfies readonly CommandName[];

/** What is offered everywhere: the table with no more than these. */
export const offeredCommands = onlyCommands(commandTable, names);

export type OfferedHandlers = Pick<CommandHandlers, (typeof names)[number]>;
