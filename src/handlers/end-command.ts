import { formatWithoutTexts } from "../core/command/format.ts";
import type { CommandTable } from "../core/command/shape.ts";
import { identityOf } from "../core/event.ts";
import type { CommandGiven, Place } from "../core/event.ts";
import type { CauseId } from "../core/ids.ts";
import type { Button, OutgoingFile, Platform } from "../core/platform.ts";
import type { CommandOutcome, Logger, Metrics, Now } from "../core/ports.ts";
import type { Operation, Storage } from "../core/storage.ts";
import type { Audit } from "../core/stores.ts";
import type { HeldClaim } from "./lease.ts";

/** What a command came to. */
export interface CommandEnding {
  readonly outcome: CommandOutcome;
  readonly text: string;
  readonly privacy: "private" | "public";
  readonly buttons?: readonly Button[];
  /** Keeps the entry for the operator. */
  readonly setAside?: string;
}

/** What the inbox keeps of a command. */
interface CommandState {
  readonly ending: CommandEnding;
}

export interface EndCommandDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit">;
  readonly audit: Audit;
  readonly table: CommandTable;
  readonly ambient: { readonly log: Logger; readonly metrics: Metrics; readonly now: Now };
}

/**
 * Keeps what a command came to together with its entry in the audit log, then answers it: an attempt that fails at the
 * platform, or dies, is followed by one that gives the same answer.
 * @throws AppError `platform_*`, `storage_*`, `superseded`
 */
export type EndCommand = (
  claim: HeldClaim,
  ending: CommandEnding,
  files: readonly OutgoingFile[],
  signal: AbortSignal,
) => Promise<void>;

export function createEndCommand(deps: EndCommandDeps): EndCommand {
  const { platformOf, storage } = deps;

  return async (claim, ending, files, signal) => {
    const command = commandOf(claim);
    if (keptEnding(claim) !== ending) await keep(claim, ending, files);
    const { text, privacy, buttons } = ending;
    const attached = { ...(buttons && { buttons }), ...(files.length > 0 && { files }) };
    const answer = { cause: causeOf(command), text, privacy, ...attached };
    await claim.lease.check();
    await platformOf(command.place).answerCommand(command, answer, signal);
    await finishCommand(claim, ending, deps);
  };

  async function keep(
    claim: HeldClaim,
    ending: CommandEnding,
    files: readonly OutgoingFile[],
  ): Promise<void> {
    const state: CommandState = { ending };
    const audited = auditing(claim, ending, deps);
    // Files are not stored: whoever takes up such a command runs it again.
    const kept: readonly Operation[] =
      files.length > 0 ? [] : [{ op: "queue.checkpoint", token: claim.token, state }];
    await storage.commit([...audited, ...kept]);
    if (kept.length > 0) claim.state = state;
  }
}

/** Ends the claim of a command that needs no more. */
export async function finishCommand(
  claim: HeldClaim,
  { outcome, setAside }: Pick<CommandEnding, "outcome" | "setAside">,
  { storage, ambient }: Pick<EndCommandDeps, "storage" | "ambient">,
): Promise<void> {
  const { place, reading } = commandOf(claim);
  await storage.commit([
    { op: "queue.finish", token: claim.token, ...(setAside !== undefined && { setAside }) },
  ]);
  const name = reading.kind === "command" ? reading.command.name : undefined;
  ambient.log.info({ platform: place.platform, command: name, outcome }, "command ended");
  ambient.metrics.commandEnded(place.platform, outcome);
}

/** Only commands that not everyone may give are recorded. */
function auditing(
  claim: HeldClaim,
  { outcome }: CommandEnding,
  { audit, table, ambient }: EndCommandDeps,
): readonly Operation[] {
  const command = commandOf(claim);
  const { reading, place, by } = command;
  if (reading.kind === "problem" || outcome === "misread") return [];
  const who = table.commands[reading.command.name]?.who ?? "everyone";
  if (who === "everyone") return [];
  const written = formatWithoutTexts(table, reading.command);
  const entry = { id: identityOf(command), at: ambient.now(), place, by: by.id, command: written, outcome };
  return [audit.adding(entry)];
}

export function commandOf(claim: HeldClaim): CommandGiven {
  return claim.entries[0].payload as CommandGiven;
}

/** What an earlier attempt kept. */
export function keptEnding(claim: HeldClaim): CommandEnding | undefined {
  return (claim.state as CommandState | undefined)?.ending;
}

export function causeOf(command: CommandGiven): CauseId {
  return `answer:${identityOf(command)}` as CauseId;
}
