import { hash } from "node:crypto";

import { createChatModel } from "../adapters/openai/chat.ts";
import { createOpenAiClient } from "../adapters/openai/client.ts";
import { createModelList } from "../adapters/openai/models.ts";
import { createModerationModel } from "../adapters/openai/moderation.ts";
import { noModeration } from "../adapters/openai/no-moderation.ts";
import type { Config } from "../config.ts";
import { createNormalise } from "../core/moderation/normalise.ts";
import { policyOf } from "../core/moderation/policy.ts";
import { createWordList } from "../core/moderation/word-list.ts";
import type { Logger, NewId, Now } from "../core/ports.ts";
import type { Storage } from "../core/storage.ts";
import type { VerdictLog } from "../core/stores.ts";
import type { ChatSettings } from "../handlers/chat-settings.ts";
import { createModeratePicture } from "../handlers/moderate-picture.ts";
import { createModerate } from "../handlers/moderate.ts";
import { createNoteVerdicts } from "../handlers/note-verdicts.ts";
import type { connectModelService } from "./model-service.ts";

/** The models of a service that is connected, and what judges before they are asked. */
export function createModels(
  config: Pick<Config, "model" | "moderation">,
  service: Pick<Awaited<ReturnType<typeof connectModelService>>, "options">,
  deps: {
    readonly storage: Pick<Storage, "cache" | "commit">;
    readonly verdicts: VerdictLog;
    readonly chatSettings: Pick<ChatSettings, "moderation">;
    readonly log: Logger;
    readonly now: Now;
    readonly newId: NewId;
  },
) {
  const { storage, verdicts, chatSettings, log, now, newId } = deps;
  const { timeoutMs, maxRetries, idleTimeoutMs } = config.model;
  const { provider, words, cacheTtlMs } = config.moderation;
  const client = createOpenAiClient({ ...service.options, timeoutMs, maxRetries });
  const model =
    provider === "off"
      ? noModeration
      : createModerationModel(client, { model: config.moderation.model }, { now, newId });
  const judging = {
    model,
    policyFor: async (place: Parameters<ChatSettings["moderation"]>[0]) =>
      policyOf(await chatSettings.moderation(place)),
    note: createNoteVerdicts({ storage, verdicts, now }),
  };
  const listed = hash("sha256", JSON.stringify(words), "base64url").slice(0, 12);
  const scoredBy = `${provider === "off" ? "off" : config.moderation.model}:${listed}`;
  return {
    chat: createChatModel(client, { firstByteTimeoutMs: timeoutMs, idleTimeoutMs }),
    list: createModelList(client, { now }),
    moderate: createModerate({
      ...judging,
      normalise: createNormalise(),
      findWords: createWordList(words),
      scoredBy,
      cache: storage.cache,
      cacheTtlMs,
      log,
    }),
    moderatePicture: createModeratePicture(judging),
  };
}
