import type { Config } from "../config.ts";
import { readPersonaFile, writePersonaFile } from "../config/persona-file.ts";
import type { BilledCosts, ModelList, PartHealth } from "../core/ports.ts";
import type { Spending } from "../core/spending.ts";
import type { Storage } from "../core/storage.ts";
import type {
  Audit,
  ChannelSettingsStore,
  ModerationRules,
  PersonaBindings,
  SavedPersonas,
  HistoryJobs,
  Schedules,
  Shares,
  ThreadExclusions,
  Threads,
  VerdictLog,
} from "../core/stores.ts";
import type { ChatSettings } from "../handlers/chat-settings.ts";
import { createAnswerOnce } from "../handlers/commands/answer-once.ts";
import { createAsk } from "../handlers/commands/ask.ts";
import { createBudgetCommands } from "../handlers/commands/budget.ts";
import type { BudgetCommandDeps } from "../handlers/commands/budget.ts";
import { createChatCommands } from "../handlers/commands/chat.ts";
import { createCostCommands } from "../handlers/commands/cost.ts";
import { createDashboardCommand } from "../handlers/commands/dashboard.ts";
import { createHelp, createStatus } from "../handlers/commands/general.ts";
import { createModerationCommands } from "../handlers/commands/moderation.ts";
import { offeredCommands } from "../handlers/commands/offered.ts";
import type { OfferedHandlers } from "../handlers/commands/offered.ts";
import { createPersonaCommands } from "../handlers/commands/persona.ts";
import { createSummarise } from "../handlers/commands/summarise.ts";
import type { SignIn } from "../handlers/dashboard/sign-in.ts";
import { createEndCommand } from "../handlers/end-command.ts";
import { createHandleFailedCommand } from "../handlers/failed-command.ts";
import type { KnownPersonas } from "../handlers/known-personas.ts";
import type { MakeReport } from "../handlers/reports/make-report.ts";
import type { CostSettings } from "../handlers/reports/read-period.ts";
import { createRunCommand } from "../handlers/run-command.ts";
import type { Pauses } from "../handlers/pauses.ts";
import { createThreadCommands } from "../handlers/commands/threads.ts";
import type { ThreadCommandDeps } from "../handlers/commands/threads.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";
import type { SearchThreads } from "../handlers/threads/search-threads.ts";

/** What commands change. */
interface SteeringStores {
  readonly channelSettings: ChannelSettingsStore;
  readonly savedPersonas: SavedPersonas;
  readonly bindings: PersonaBindings;
  readonly shares: Shares;
  readonly moderationRules: ModerationRules;
  readonly verdicts: VerdictLog;
  readonly audit: Audit;
  readonly spending: Spending;
  readonly schedules: Schedules;
  readonly historyJobs: HistoryJobs;
  readonly threads: Threads;
  readonly threadExclusions: ThreadExclusions;
}

/** Wires what runs commands, and what explains their failures. */
export function assembleCommands(
  story: ChatMessageDeps & { readonly storage: Pick<Storage, "vectors">; readonly stores: SteeringStores },
  deps: {
    readonly parts: () => Promise<Readonly<Record<string, PartHealth>>>;
    readonly admins: readonly string[];
    readonly models: ModelList;
    readonly configured: Config["personas"];
    readonly known: KnownPersonas;
    readonly chatSettings: ChatSettings;
    readonly moderation: Config["moderation"];
    readonly pauses: Pauses;
    readonly costs: CostSettings;
    readonly makeReport: MakeReport;
    readonly dashboard: { readonly signIn: Pick<SignIn, "offer">; readonly address: () => string };
    readonly version: string;
    readonly threads: Pick<
      ThreadCommandDeps,
      | "findSimilar"
      | "readVisible"
      | "mapThreads"
      | "analysis"
      | "startHistory"
      | "calibrationOf"
      | "charts"
      | "config"
    > & { readonly searchThreads: SearchThreads };
    readonly billed: BilledCosts | undefined;
    readonly budgets: Pick<BudgetCommandDeps, "budgets" | "running" | "spentIn" | "settings" | "admins">;
  },
) {
  const { parts, admins, costs, version } = deps;
  const { platformOf, storage, ambient } = story;
  const { audit, spending } = story.stores;
  const { words, now } = ambient;
  const table = offeredCommands;
  const files = { read: readPersonaFile, write: writePersonaFile };
  const steering = {
    ...story,
    personas: { configured: deps.configured, known: deps.known, files },
    models: { ...story.models, list: deps.models },
    settings: { ...story.settings, chatSettings: deps.chatSettings },
  };
  const answerOnce = createAnswerOnce({ ...story, searchThreads: deps.threads.searchThreads });
  const handlers: OfferedHandlers = {
    ask: createAsk(story, answerOnce),
    summarise: createSummarise(story, answerOnce),
    help: createHelp({ table, words }),
    ...createChatCommands(steering),
    ...createPersonaCommands(steering),
    ...createModerationCommands({ ...steering, moderation: deps.moderation }),
    ...createCostCommands({ ...story, costs, billed: deps.billed, admins }, deps.makeReport),
    ...createThreadCommands({ ...story, ...deps.threads }),
    dashboard: createDashboardCommand({ ...deps.dashboard, words }),
    status: createStatus({ version, startedAt: now(), parts, audit, spending, platformOf, words, now }),
    ...createBudgetCommands({ ...deps.budgets, platformOf, storage, known: deps.known, ambient }),
  };
  const common = { platformOf, storage, audit, table, ambient };
  const end = createEndCommand(common);
  return {
    command: createRunCommand({ ...common, handlers, admins, pauses: deps.pauses }, end),
    failedCommand: createHandleFailedCommand(common, end),
  };
}
