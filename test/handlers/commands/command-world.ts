import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createChatModel } from "../../../src/adapters/openai/chat.ts";
import { createOpenAiClient } from "../../../src/adapters/openai/client.ts";
import { createModerationModel } from "../../../src/adapters/openai/moderation.ts";
import { createMetrics } from "../../../src/adapters/http/metrics.ts";
import { createModelList } from "../../../src/adapters/openai/models.ts";
import { openEmbeddedStorage } from "../../../src/adapters/storage/embedded/storage.ts";
import { createChannelSettings } from "../../../src/adapters/storage/stores/channel-settings.ts";
import { createConversations } from "../../../src/adapters/storage/stores/conversations.ts";
import { createLedger } from "../../../src/adapters/storage/stores/ledger.ts";
import { createSpending } from "../../../src/adapters/storage/stores/spending.ts";
import { createSummaries } from "../../../src/adapters/storage/stores/summaries.ts";
import { assembleBudgets } from "../../../src/app/budgets.ts";
import { memorySettings } from "../../../src/app/memory-settings.ts";
import { createModerationRules } from "../../../src/adapters/storage/stores/moderation-rules.ts";
import { createVerdictLog } from "../../../src/adapters/storage/stores/verdict-log.ts";
import { policyOf } from "../../../src/core/moderation/policy.ts";
import { createWordList } from "../../../src/core/moderation/word-list.ts";
import { createNoteVerdicts } from "../../../src/handlers/note-verdicts.ts";
import { createPersonaBindings } from "../../../src/adapters/storage/stores/persona-bindings.ts";
import { createSavedPersonas } from "../../../src/adapters/storage/stores/saved-personas.ts";
import { readConfig } from "../../../src/config.ts";
import { readPersonaFile, writePersonaFile } from "../../../src/config/persona-file.ts";
import { conversationKey } from "../../../src/core/conversation.ts";
import type { Attachment, Place } from "../../../src/core/event.ts";
import { personKey } from "../../../src/core/ids.ts";
import type { ChannelId, PersonId, ThreadId, WorkspaceId } from "../../../src/core/ids.ts";
import type { Platform } from "../../../src/core/platform.ts";
import type { PriceOf } from "../../../src/core/pricing.ts";
import { createTokenCounter } from "../../../src/core/tokens.ts";
import { en } from "../../../src/core/words/en.ts";
import { createChatSettings } from "../../../src/handlers/chat-settings.ts";
import { createBudgetCommands } from "../../../src/handlers/commands/budget.ts";
import { createChatCommands } from "../../../src/handlers/commands/chat.ts";
import type { CommandContext } from "../../../src/handlers/commands/command.ts";
import { createModerationCommands } from "../../../src/handlers/commands/moderation.ts";
import { createPersonaCommands } from "../../../src/handlers/commands/persona.ts";
import { createNormalise } from "../../../src/core/moderation/normalise.ts";
import { createKnownPersonas } from "../../../src/handlers/known-personas.ts";
import { createModerate } from "../../../src/handlers/moderate.ts";
import { createPersonaChoice } from "../../../src/handlers/persona-choice.ts";
import { settleCalls } from "../../../src/handlers/settle-calls.ts";
import { createMemoryLog, noMetrics } from "../../support/log.ts";
import { priced } from "../../support/prices.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";

export const workspace = { platform: "playground", workspace: "W" as WorkspaceId } as const;

export function placeOf(channel: string, thread?: string, category?: string): Place {
  return {
    ...workspace,
    channel: channel as ChannelId,
    ...(thread !== undefined && { thread: thread as ThreadId }),
    ...(category !== undefined && { category: category as ChannelId }),
  };
}

/** What a command is told: in the channel C1, by a manager of it, unless told otherwise. */
export function contextOf(changes: Partial<CommandContext> = {}): CommandContext {
  const place = changes.place ?? placeOf("C1");
  const by = changes.by ?? { id: "U1" as PersonId, name: "Ana", isBot: false };
  return {
    place,
    conversation: conversationKey(place),
    channelKind: "public",
    by,
    person: personKey(place.platform, place.workspace, by.id),
    rights: { isAdmin: false, isChannelManager: true },
    attachments: [],
    id: randomUUID(),
    signal: new AbortController().signal,
    ...changes,
  };
}

export const asAdmin = { rights: { isAdmin: true, isChannelManager: true } } as const;

const counting = createTokenCounter();

export type CommandWorld = Awaited<ReturnType<typeof openCommandWorld>>;

/** The commands over a real store in a folder of its own and a local model service; the platform alone is made up. */
export async function openCommandWorld(yaml = "", extra: { readonly maxFileBytes?: number } = {}) {
  const dir = await mkdtemp(join(tmpdir(), "parley-commands-"));
  const openai = await startOpenAiServer();
  const config = readConfig(
    { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url },
    { path: "parley.yaml", text: yaml },
  );
  const attached = new Map<string, Uint8Array>();
  const hidden = new Set<string>();
  const platform = {
    name: "playground",
    limits: { maxFileBytes: extra.maxFileBytes ?? 1_000_000, form: { maxFields: 5, maxTextChars: 4_000 } },
    workspaceName: () => "Acme <Ltd>",
    channel: async (_workspace: WorkspaceId, channel: ChannelId) => ({
      name: `room ${channel}`,
      kind: "public",
    }),
    person: async () => undefined,
    canRead: async (_workspace: WorkspaceId, _person: PersonId, channel: ChannelId) => !hidden.has(channel),
    download: async ({ id }: { readonly id: string }) => attached.get(id) ?? new Uint8Array(),
  } as unknown as Platform;
  const platformOf = () => platform;
  /** A dollar a thousand tokens. */
  const priceOf: PriceOf = ({ tokens: { input, output } }) => priced((input + output) * 1_000);
  let time = Date.UTC(2026, 10, 22, 12);
  const now = () => time++;
  const tokens = await counting;
  const log = createMemoryLog();
  let current: { close(): Promise<void> } | undefined;

  /** One instance of the program over the store. */
  async function open() {
    const storage = await openEmbeddedStorage({ dir, now: Date.now, log });
    current = storage;
    const instance = await connect(storage);
    return { ...instance, storage };
  }

  async function connect(storage: Awaited<ReturnType<typeof openEmbeddedStorage>>) {
    const stores = {
      conversations: createConversations(storage),
      channelSettings: createChannelSettings(storage),
      savedPersonas: createSavedPersonas(storage),
      bindings: createPersonaBindings(storage),
      ledger: settleCalls(createLedger(storage, { priceOf, note: () => undefined }), priceOf),
      spending: createSpending(storage),
      moderationRules: createModerationRules(storage),
      verdicts: createVerdictLog(storage, { keptMs: 30 * 86_400_000, now }),
      summaries: createSummaries(storage),
    };
    const { metrics } = createMetrics(() => storage.queue.stats());
    const budgets = await assembleBudgets(config, {
      storage,
      stores,
      priceOf,
      ambient: { log, metrics, now },
    });
    const { personas: configured, model, modes } = config;
    const known = createKnownPersonas({ configured, saved: stores.savedPersonas });
    const chatSettings = await createChatSettings({
      ...stores,
      known,
      signals: storage.signals,
      modes,
      rules: config.moderation.rules,
      now,
    });
    const client = createOpenAiClient({
      apiKey: openai.apiKey,
      baseUrl: openai.url,
      timeoutMs: 5_000,
      maxRetries: 0,
    });
    const judge = createModerationModel(client, {}, { now, newId: randomUUID });
    const models = {
      list: createModelList(client, { now }),
      tokens,
      chat: budgets.paid((onRates) =>
        createChatModel(client, { firstByteTimeoutMs: 5_000, idleTimeoutMs: 5_000 }, { onRates }),
      ),
      moderate: createModerate({
        model: judge,
        normalise: createNormalise(),
        findWords: createWordList({ block: [], flag: [] }),
        scoredBy: "omni-moderation-latest",
        policyFor: async (place) => policyOf(await chatSettings.moderation(place)),
        note: createNoteVerdicts({ storage, verdicts: stores.verdicts, now }),
        cache: storage.cache,
        cacheTtlMs: 60_000,
        metrics: noMetrics,
        log,
      }),
    };
    const personaFor = createPersonaChoice({ configured, model, chatSettings, platformOf, now });
    const settings = {
      personaFor,
      chatSettings,
      flood: config.flood,
      replies: config.moderation.replies,
      ...memorySettings(config),
    };
    const ambient = { words: en, log, now, newId: randomUUID };
    const files = { read: readPersonaFile, write: writePersonaFile };
    const personas = { configured, known, files };
    const deps = { platformOf, storage, stores, personas, models, settings, ambient };
    const stops = {
      ...createModerationCommands({ ...deps, moderation: config.moderation }),
      ...createBudgetCommands({ ...deps, ...budgets.commands, known }),
    };
    return {
      ...deps,
      commands: { ...createChatCommands(deps), ...createPersonaCommands(deps), ...stops },
    };
  }

  const opened = await open();
  return {
    ...opened,
    openai,
    hidden,
    /** What a command is sent along with. */
    attach(text: string | Uint8Array, sizeBytes?: number): Attachment {
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      const id = randomUUID();
      attached.set(id, bytes);
      const mediaType = "application/yaml";
      return { id, name: "personas.yaml", mediaType, sizeBytes: sizeBytes ?? bytes.length };
    },
    /** Lets time go by. */
    pass(ms: number) {
      time += ms;
    },
    connect: () => connect(opened.storage),
    /** Closes the store and opens it again. */
    async restart() {
      await opened.storage.close();
      return open();
    },
    async [Symbol.asyncDispose]() {
      await current?.close();
      await openai.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
