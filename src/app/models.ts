import { createChatModel } from "../adapters/openai/chat.ts";
import { createOpenAiClient } from "../adapters/openai/client.ts";
import { createModelList } from "../adapters/openai/models.ts";
import { createModerationModel } from "../adapters/openai/moderation.ts";
import type { Config } from "../config.ts";
import { createNormalise } from "../core/moderation/normalise.ts";
import type { Logger, NewId, Now } from "../core/ports.ts";
import type { Storage } from "../core/storage.ts";
import { createModeratePicture } from "../handlers/moderate-picture.ts";
import { createModerate } from "../handlers/moderate.ts";
import type { connectModelService } from "./model-service.ts";

/** The models of a service that is connected, and what judges before they are asked. */
export function createModels(
  config: Pick<Config, "model" | "moderation">,
  service: Pick<Awaited<ReturnType<typeof connectModelService>>, "options">,
  deps: {
    readonly storage: Pick<Storage, "cache">;
    readonly log: Logger;
    readonly now: Now;
    readonly newId: NewId;
  },
) {
  const { storage, log, now, newId } = deps;
  const { timeoutMs, maxRetries, idleTimeoutMs } = config.model;
  const { model: modelName, policy, cacheTtlMs } = config.moderation;
  const client = createOpenAiClient({ ...service.options, timeoutMs, maxRetries });
  const model = createModerationModel(client, { model: modelName }, { now, newId });
  const cache = { cache: storage.cache, cacheTtlMs };
  return {
    chat: createChatModel(client, { firstByteTimeoutMs: timeoutMs, idleTimeoutMs }),
    list: createModelList(client, { now }),
    moderate: createModerate({ model, normalise: createNormalise(), modelName, policy, ...cache, log }),
    moderatePicture: createModeratePicture({ model, policy }),
  };
}
