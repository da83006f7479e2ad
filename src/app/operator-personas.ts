import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { workspaceId as playgroundId } from "../adapters/playground/workspace.ts";
import { openEmbeddedStorage } from "../adapters/storage/embedded/storage.ts";
import { createSavedPersonas } from "../adapters/storage/stores/saved-personas.ts";
import type { Config } from "../config.ts";
import { readPersonaFile, writePersonaFile } from "../config/persona-file.ts";
import type { WorkspacePlace } from "../core/channel-settings.ts";
import { conversationKey } from "../core/conversation.ts";
import { AppError } from "../core/errors.ts";
import { personKey } from "../core/ids.ts";
import type { ChannelId, WorkspaceId } from "../core/ids.ts";
import type { Logger } from "../core/ports.ts";
import type { Storage } from "../core/storage.ts";
import { createTokenCounter } from "../core/tokens.ts";
import { en } from "../core/words/en.ts";
import { createChatSettings } from "../handlers/chat-settings.ts";
import { exportPersonas } from "../handlers/commands/persona-export.ts";
import { readPersonas, tellImported } from "../handlers/commands/persona-import.ts";
import { createSavePersonas } from "../handlers/commands/save-personas.ts";
import { createKnownPersonas } from "../handlers/known-personas.ts";
import { createPersonaChoice } from "../handlers/persona-choice.ts";
import { memorySettings } from "./memory-settings.ts";
import { connectModelService } from "./model-service.ts";
import { createModels } from "./models.ts";
import { operator } from "./operator.ts";
import { loadPriceOf } from "./prices.ts";
import { createStores } from "./stores.ts";

/** Nobody reads the metrics of a program that ends at once. */
const unmeasured = { judged: () => undefined, moderationAnswered: () => undefined };
/** Where what an operator does is booked; no platform has a channel of this name. */
const commandLine = "command line" as ChannelId;

interface OperatorDeps {
  readonly log: Logger;
  readonly now: () => number;
}

/**
 * Takes personas over from a file into a workspace, checked and judged as in chat: all of them, or none. Answers a
 * sentence for the operator.
 * @throws AppError `config_invalid` for what is wrong with the file or the workspace, `storage_locked` while Parley runs,
 * `moderation_unavailable`
 */
export async function importPersonaFile(
  config: Config,
  { file, workspace: named }: { readonly file: string; readonly workspace?: string | undefined },
  deps: OperatorDeps,
): Promise<string> {
  const workspace = readWorkspace(named, config);
  const words = en;
  const files = { read: readPersonaFile, write: writePersonaFile };
  const read = readPersonas(basename(file), await readGiven(file), { files, words });
  if ("text" in read) throw new AppError("config_invalid", read.text);

  const { log, now } = deps;
  await using storage = await openStorage(config, deps);
  const counting = createTokenCounter();
  const service = await connectModelService(config.modelService, counting);
  try {
    const stores = createStores(storage, {
      now,
      verdictsKeptMs: config.moderation.logKeptMs,
      priceOf: await loadPriceOf(config),
      note: () => undefined,
    });
    const { personas: configured, model } = config;
    const known = createKnownPersonas({ configured, saved: stores.savedPersonas });
    const { signals } = storage;
    const { rules } = config.moderation;
    const chatSettings = await createChatSettings({
      ...stores,
      known,
      signals,
      modes: config.modes,
      rules,
      now,
    });
    const { verdicts } = stores;
    const models = { storage, verdicts, chatSettings, metrics: unmeasured, log, now, newId: randomUUID };
    const { list, moderate } = createModels(config, service, models);
    // No platform is asked here, and a place without names is what a persona must be able to do with.
    const platformOf = () => ({ workspaceName: () => undefined, channel: async () => undefined });
    const personaFor = createPersonaChoice({ configured, model, chatSettings, platformOf, now });
    const { save } = createSavePersonas({
      storage,
      stores,
      personas: { configured, known },
      models: { list, moderate, tokens: await counting },
      settings: { personaFor, chatSettings, ...memorySettings(config) },
      ambient: { words, now },
    });
    const place = { ...workspace, channel: commandLine };
    const context = {
      place,
      conversation: conversationKey(place),
      by: { id: operator, name: operator, isBot: false },
      person: personKey(workspace.platform, workspace.workspace, operator),
      rights: { isAdmin: true, isChannelManager: true },
      id: randomUUID(),
      signal: new AbortController().signal,
    };
    const saved = await save(read.personas, context);
    if ("text" in saved) throw new AppError("config_invalid", saved.text);
    const command = "parley persona import";
    const { id } = context;
    await storage.commit([
      stores.audit.adding({ id, at: now(), place, by: operator, command, outcome: "ran" }),
    ]);
    await chatSettings.stop();
    return `${tellImported(read.personas, saved.before, words)} (${nameOf(workspace)})`;
  } finally {
    await service.close();
  }
}

/**
 * Writes one persona of a workspace, or all of them, into new files of the working folder. Answers a sentence for the
 * operator. @throws AppError `config_invalid`, `storage_locked` while Parley runs
 */
export async function exportPersonaFiles(
  config: Config,
  { name, workspace: named }: { readonly name?: string | undefined; readonly workspace?: string | undefined },
  deps: OperatorDeps,
): Promise<string> {
  const workspace = readWorkspace(named, config);
  await using storage = await openStorage(config, deps);
  const known = createKnownPersonas({ configured: config.personas, saved: createSavedPersonas(storage) });
  const files = { read: readPersonaFile, write: writePersonaFile };
  const exported = await exportPersonas(workspace, name, {
    personas: { known, files },
    ambient: { words: en },
  });
  const written = exported.files ?? [];
  if (written.length === 0) throw new AppError("config_invalid", exported.text);
  for (const each of written) {
    // oxlint-disable-next-line no-await-in-loop -- a file that is there already stops those after it.
    await writeNew(each.name, each.bytes);
  }
  return `Wrote ${written.map((each) => each.name).join(", ")} (${nameOf(workspace)}).`;
}

async function openStorage(config: Config, { log, now }: OperatorDeps): Promise<Storage & AsyncDisposable> {
  try {
    const storage = await openEmbeddedStorage({ dir: config.dataDir, now, log });
    return { ...storage, [Symbol.asyncDispose]: () => storage.close() };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "storage_locked") throw error;
    const instead = "While Parley runs, `/parley persona import` and `export` do the same in chat.";
    throw new AppError("storage_locked", `${error.message} ${instead}`, { cause: error });
  }
}

/** `slack/T…`, `discord/<server id>`; the playground's where there is nothing else. */
function readWorkspace(named: string | undefined, config: Config): WorkspacePlace {
  if (named === undefined && config.slack === undefined && config.discord === undefined)
    return { platform: "playground", workspace: playgroundId };
  const [, platform, workspace] = /^(slack|discord|playground)\/(\w+)$/.exec(named ?? "") ?? [];
  if (platform !== "slack" && platform !== "discord" && platform !== "playground") {
    const known = "--workspace slack/<team id>, discord/<server id> or playground/playground";
    throw new AppError("config_invalid", `Say for which workspace: ${known}.`);
  }
  return { platform, workspace: workspace as WorkspaceId };
}

function nameOf({ platform, workspace }: WorkspacePlace): string {
  return `${platform}/${workspace}`;
}

async function readGiven(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new AppError("config_invalid", `${file} can't be read: ${codeOf(error)}.`, { cause: error });
  }
}

async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: "wx" });
  } catch (error) {
    const why = codeOf(error) === "EEXIST" ? "there is such a file already" : codeOf(error);
    throw new AppError("config_invalid", `${file} can't be written: ${why}.`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
