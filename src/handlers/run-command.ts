import { explainProblem } from "../core/command/explain-problem.ts";
import { writeRefusal } from "../core/command/help.ts";
import { mayRun } from "../core/command/permissions.ts";
import type { Rights } from "../core/command/permissions.ts";
import type { GivenCommand } from "../core/command/table.ts";
import { identityOf } from "../core/event.ts";
import type { CommandGiven } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import type { PersonKey } from "../core/ids.ts";
import type { OutgoingFile } from "../core/platform.ts";
import type { Words } from "../core/words/en.ts";
import type { CommandAnswer, CommandContext, CommandHandlers } from "./commands/command.ts";
import { commandOf, keptEnding } from "./end-command.ts";
import type { CommandEnding, EndCommand, EndCommandDeps } from "./end-command.ts";
import type { Pauses } from "./pauses.ts";
import { formatTime } from "./report-review.ts";
import type { HeldClaim } from "./lease.ts";

/** Runs the command of a claim and answers it. @throws AppError; the claim is then as it was. */
export type HandleCommand = (claim: HeldClaim, shutdown: AbortSignal) => Promise<void>;

export interface RunCommandDeps extends EndCommandDeps {
  readonly handlers: Partial<CommandHandlers>;
  /** People who are admins by the config, beside those of the platforms. */
  readonly admins: readonly string[];
  readonly pauses: Pick<Pauses, "until">;
  readonly ambient: EndCommandDeps["ambient"] & { readonly words: Words };
}

/** Commands that are a way to ask. */
const asking: ReadonlySet<string> = new Set(["ask", "summarise", "persona preview"]);

export function createRunCommand(deps: RunCommandDeps, end: EndCommand): HandleCommand {
  const { platformOf, table, handlers, admins, pauses } = deps;
  const { words } = deps.ambient;

  return async (claim, shutdown) => {
    const signal = AbortSignal.any([shutdown, claim.lease.lost]);
    const command = commandOf(claim);
    await platformOf(command.place).ready(signal);
    const kept = keptEnding(claim);
    const { ending, files } = kept ? { ending: kept, files: [] } : await run(command, signal);
    await end(claim, ending, files, signal);
  };

  async function run(command: CommandGiven, signal: AbortSignal): Promise<Ran> {
    const { reading } = command;
    if (reading.kind === "problem") return misread(explainProblem(table, reading.problem, words));
    const { name } = reading.command;
    const about = table.commands[name];
    const handler = handlerOf(reading.command);
    // Read by another version of Parley.
    if (about === undefined || handler === undefined) {
      const problem = { kind: "unknownCommand", written: name, suggestions: [] } as const;
      return misread(explainProblem(table, problem, words));
    }
    const rights = await rightsOf(command, signal);
    const permission = mayRun(about, rights);
    if (permission.kind === "refused") {
      const text = writeRefusal(name, permission, words);
      return { ending: { outcome: "refused", text, privacy: "private" }, files: [] };
    }
    const until = asking.has(name) && !rights.isAdmin ? await pauses.until(askerOf(command)) : undefined;
    if (until !== undefined) {
      const text = words.reviews.stillPaused(formatTime(until));
      return { ending: { outcome: "refused", text, privacy: "private" }, files: [] };
    }
    const answer = await handler(reading.command.arguments, contextOf(command, rights, signal));
    const privacy = answer.isPrivate ? "private" : about.answer;
    const { text, buttons, files = [] } = answer;
    return { ending: { outcome: "ran", text, privacy, ...(buttons && { buttons }) }, files };
  }

  /** The arguments are those of the command whose handler it is. */
  function handlerOf({ name }: GivenCommand) {
    return handlers[name] as
      | ((given: GivenCommand["arguments"], context: CommandContext) => Promise<CommandAnswer>)
      | undefined;
  }

  async function rightsOf({ place, by }: CommandGiven, signal: AbortSignal): Promise<Rights> {
    const rights = await platformOf(place).rights(place, by.id, signal);
    return { ...rights, isAdmin: rights.isAdmin || admins.includes(by.id) };
  }
}

interface Ran {
  readonly ending: CommandEnding;
  readonly files: readonly OutgoingFile[];
}

function askerOf({ place, by }: CommandGiven): PersonKey {
  return personKey(place.platform, place.workspace, by.id);
}

function misread(text: string): Ran {
  return { ending: { outcome: "misread", text, privacy: "private" }, files: [] };
}

function contextOf(command: CommandGiven, rights: Rights, signal: AbortSignal): CommandContext {
  const { place, conversation, channelKind, by, attachments, message, form, about } = command;
  const person = personKey(place.platform, place.workspace, by.id);
  const id = identityOf(command);
  return {
    place,
    conversation,
    channelKind,
    by,
    person,
    rights,
    attachments,
    ...(message !== undefined && { message }),
    ...(form !== undefined && { form }),
    ...(about !== undefined && { about }),
    id,
    signal,
  };
}
