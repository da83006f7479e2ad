import { commandTable, onlyCommands } from "../../core/command/table.ts";
import type { CommandName } from "../../core/command/table.ts";
import type { CommandHandlers } from "./command.ts";

/** Commands that have a handler. */
const names = ["ask", "help", "status"] as const satisfies readonly CommandName[];

/** What is offered everywhere: the table with no more than these. */
export const offeredCommands = onlyCommands(commandTable, names);

export type OfferedHandlers = Pick<CommandHandlers, (typeof names)[number]>;
