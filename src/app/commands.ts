import { readFile } from "node:fs/promises";

import type { Config } from "../config.ts";
import { readPersonaFile, writePersonaFile } from "../config/persona-file.ts";
import type { ModelList, PartHealth } from "../core/ports.ts";
import type {
  Audit,
  ChannelSettingsStore,
  ModerationRules,
  PersonaBindings,
  SavedPersonas,
  Shares,
  VerdictLog,
} from "../core/stores.ts";
import type { ChatSettings } from "../handlers/chat-settings.ts";
import { createAnswerOnce } from "../handlers/commands/answer-once.ts";
import { createAsk } from "../handlers/commands/ask.ts";
import { createChatCommands } from "../handlers/commands/chat.ts";
import { createHelp, createStatus } from "../handlers/commands/general.ts";
import { createModerationCommands } from "../handlers/commands/moderation.ts";
import { offeredCommands } from "../handlers/commands/offered.ts";
import type { OfferedHandlers } from "../handlers/commands/offered.ts";
import { createPersonaCommands } from "../handlers/commands/persona.ts";
import { createSummarise } from "../handlers/commands/summarise.ts";
import { createEndCommand } from "../handlers/end-command.ts";
import { createHandleFailedCommand } from "../handlers/failed-command.ts";
import type { KnownPersonas } from "../handlers/known-personas.ts";
import { createRunCommand } from "../handlers/run-command.ts";
import type { Pauses } from "../handlers/pauses.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";

/** What commands change. */
interface SteeringStores {
  readonly channelSettings: ChannelSettingsStore;
  readonly savedPersonas: SavedPersonas;
  readonly bindings: PersonaBindings;
  readonly shares: Shares;
  readonly moderationRules: ModerationRules;
  readonly verdicts: VerdictLog;
}

/** Wires what runs commands, and what explains their failures. */
export async function assembleCommands(
  story: ChatMessageDeps & { readonly stores: SteeringStores },
  deps: {
    readonly audit: Audit;
    readonly parts: () => Promise<Readonly<Record<string, PartHealth>>>;
    readonly admins: readonly string[];
    readonly models: ModelList;
    readonly configured: Config["personas"];
    readonly known: KnownPersonas;
    readonly chatSettings: ChatSettings;
    readonly moderation: Config["moderation"];
    readonly pauses: Pauses;
  },
) {
  const { audit, parts, admins } = deps;
  const { platformOf, storage, ambient } = story;
  const { words, now } = ambient;
  const table = offeredCommands;
  const version = await readVersion();
  const files = { read: readPersonaFile, write: writePersonaFile };
  const steering = {
    ...story,
    personas: { configured: deps.configured, known: deps.known, files },
    models: { ...story.models, list: deps.models },
    settings: { ...story.settings, chatSettings: deps.chatSettings },
  };
  const answerOnce = createAnswerOnce(story);
  const handlers: OfferedHandlers = {
    ask: createAsk(story, answerOnce),
    summarise: createSummarise(story, answerOnce),
    help: createHelp({ table, words }),
    ...createChatCommands(steering),
    ...createPersonaCommands(steering),
    ...createModerationCommands({ ...steering, moderation: deps.moderation }),
    status: createStatus({ version, startedAt: now(), parts, audit, platformOf, words, now }),
  };
  const common = { platformOf, storage, audit, table, ambient };
  const end = createEndCommand(common);
  return {
    command: createRunCommand({ ...common, handlers, admins, pauses: deps.pauses }, end),
    failedCommand: createHandleFailedCommand(common, end),
  };
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
