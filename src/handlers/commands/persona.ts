import type { Place } from "../../core/event.ts";
import type { ReplyModeration } from "../../core/moderation/policy.ts";
import type { PersonaChoice, PersonaSpec } from "../../core/persona.ts";
import type { Platform } from "../../core/platform.ts";
import type { Logger, ModelList, NewId, Now, TokenCounter } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { Ledger, PersonaBindings, SavedPersonas } from "../../core/stores.ts";
import type { Words } from "../../core/words/en.ts";
import type { ChatSettings } from "../chat-settings.ts";
import type { FloodLimits } from "../flood.ts";
import type { KnownPersonas } from "../known-personas.ts";
import type { Moderate } from "../moderate.ts";
import type { PersonaFor } from "../persona-choice.ts";
import type { ContextLimits } from "../recall.ts";
import type { CommandHandlers } from "./command.ts";
import { createPersonaExport } from "./persona-export.ts";
import { createPersonaImport } from "./persona-import.ts";
import { createPersonaPreview } from "./persona-preview.ts";
import { createPersonaRestore } from "./persona-restore.ts";
import type { PaidChat } from "../paid-chat.ts";
import { createPersonaUseCommands } from "./persona-use.ts";
import { createPersonaViewCommands } from "./persona-views.ts";
import { createPersonaWriteCommands } from "./persona-write.ts";
import { createSavePersonas } from "./save-personas.ts";

export interface PersonaCommandDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit" | "counters">;
  readonly stores: {
    readonly savedPersonas: SavedPersonas;
    readonly bindings: PersonaBindings;
    readonly ledger: Ledger;
  };
  readonly personas: {
    readonly configured: PersonaChoice;
    readonly known: KnownPersonas;
    readonly files: PersonaFiles;
  };
  readonly models: {
    readonly chat: PaidChat;
    readonly list: ModelList;
    readonly moderate: Moderate;
    readonly tokens: TokenCounter;
  };
  readonly settings: {
    readonly personaFor: PersonaFor;
    readonly chatSettings: Pick<ChatSettings, "changed">;
    readonly limits: ContextLimits;
    readonly flood: FloodLimits;
    readonly replies: ReplyModeration;
  };
  readonly ambient: { readonly words: Words; readonly log: Logger; readonly now: Now; readonly newId: NewId };
}

/** Reads and writes personas as text. */
export interface PersonaFiles {
  read(
    path: string,
    text: string,
  ): { readonly personas: readonly PersonaSpec[] } | { readonly problems: readonly string[] };
  write(personas: readonly PersonaSpec[]): string;
}

export type PersonaCommands = Pick<
  CommandHandlers,
  | "persona list"
  | "persona catalogue"
  | "persona show"
  | "persona use"
  | "persona create"
  | "persona edit"
  | "persona delete"
  | "persona restore"
  | "persona preview"
  | "persona import"
  | "persona export"
>;

/** Who Parley is: what there is, who answers where, and personas of a workspace's own. */
export function createPersonaCommands(deps: PersonaCommandDeps): PersonaCommands {
  const save = createSavePersonas(deps);
  return {
    ...createPersonaViewCommands(deps),
    ...createPersonaUseCommands(deps),
    "persona restore": createPersonaRestore(deps),
    "persona preview": createPersonaPreview(deps),
    ...createPersonaWriteCommands(deps, save),
    "persona import": createPersonaImport(deps, save),
    "persona export": createPersonaExport(deps),
  };
}
