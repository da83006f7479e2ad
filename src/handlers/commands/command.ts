import type { CommandArguments, CommandName } from "../../core/command/table.ts";
import type { Rights } from "../../core/command/permissions.ts";
import type { Attachment, Author, ChannelKind, Place } from "../../core/event.ts";
import type { FilledForm } from "../../core/form.ts";
import type { ConversationKey, MessageId, PersonKey } from "../../core/ids.ts";
import type { Button, OutgoingFile } from "../../core/platform.ts";

/** Where a command was given, and by whom. The permission was checked. */
export interface CommandContext {
  readonly place: Place;
  /** The conversation that a message there belongs to. */
  readonly conversation: ConversationKey;
  readonly channelKind: ChannelKind;
  readonly by: Author;
  readonly person: PersonKey;
  readonly rights: Rights;
  readonly attachments: readonly Attachment[];
  /** What was filled into the form that the command had opened. */
  readonly form?: FilledForm;
  /** Where it came as a message. */
  readonly message?: MessageId;
  /** The message whose menu it was given on. */
  readonly about?: MessageId;
  /** The command's own identity: the same when it is run again after a crash. */
  readonly id: string;
  readonly signal: AbortSignal;
}

export interface CommandAnswer {
  /** Markdown of any length. */
  readonly text: string;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OutgoingFile[];
  /** Where it is not what the table says: what went wrong is said privately. */
  readonly isPrivate?: true;
}

/** Runs one command; it may be run again after a crash. @throws AppError, which is explained to whoever gave it */
export type RunCommand<Name extends CommandName> = (
  given: CommandArguments<Name>,
  context: CommandContext,
) => Promise<CommandAnswer>;

export type CommandHandlers = { readonly [Name in CommandName]: RunCommand<Name> };
