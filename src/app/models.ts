import { hash } from "node:crypto";

import { createBilledCosts } from "../adapters/openai/billed-costs.ts";
import { createChatModel } from "../adapters/openai/chat.ts";
import { createOpenAiClient } from "../adapters/openai/client.ts";
import { createEmbeddingModel } from "../adapters/openai/embedding.ts";
import { createModelList } from "../adapters/openai/models.ts";
import { createModerationModel } from "../adapters/openai/moderation.ts";
import { noModeration } from "../adapters/openai/no-moderation.ts";
import type { Config } from "../config.ts";
import { createNormalise } from "../core/moderation/normalise.ts";
import { policyOf } from "../core/moderation/policy.ts";
import { createWordList } from "../core/moderation/word-list.ts";
import type { Logger, Metrics, ModerationModel, NewId, Now } from "../core/ports.ts";
import type { SaidRates } from "../core/rate-limit.ts";
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
    readonly metrics: Pick<Metrics, "judged" | "moderationAnswered">;
    readonly log: Logger;
    readonly now: Now;
    readonly newId: NewId;
  },
) {
  const { storage, verdicts, chatSettings, metrics, log, now, newId } = deps;
  const { timeoutMs, maxRetries, idleTimeoutMs } = config.model;
  const { provider, words, cacheTtlMs, ...judge } = config.moderation;
  const { adminKey, ...options } = service.options;
  const client = createOpenAiClient({ ...options, timeoutMs, maxRetries });
  // Nothing but the bill is asked for with the admin's key.
  const billed =
    adminKey === undefined
      ? undefined
      : createBilledCosts(createOpenAiClient({ ...options, adminKey, timeoutMs, maxRetries }), options);
  const model =
    provider === "off"
      ? noModeration
      : measured(createModerationModel(client, judge, { now, newId }), { metrics, now });
  const judging = {
    model,
    metrics,
    policyFor: async (place: Parameters<ChatSettings["moderation"]>[0]) =>
      policyOf(await chatSettings.moderation(place)),
    note: createNoteVerdicts({ storage, verdicts, now }),
  };
  const listed = hash("sha256", JSON.stringify(words), "base64url").slice(0, 12);
  const scoredBy = `${provider === "off" ? "off" : config.moderation.model}:${listed}`;
  return {
    connectChat: (onRates: (model: string, said: SaidRates) => void) =>
      createChatModel(client, { firstByteTimeoutMs: timeoutMs, idleTimeoutMs }, { onRates }),
    embedding: createEmbeddingModel(client, {}, { now, newId }),
    list: createModelList(client, { now }),
    billed,
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

function measured(
  model: ModerationModel,
  { metrics, now }: { readonly metrics: Pick<Metrics, "moderationAnswered">; readonly now: Now },
): ModerationModel {
  async function measure<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const startedAt = now();
    let outcome: "answered" | "failed" = "failed";
    try {
      const answer = await ask();
      outcome = "answered";
      return answer;
    } finally {
      metrics.moderationAnswered(outcome, (now() - startedAt) / 1000);
    }
  }
  return {
    classify: (texts, signal) => measure(() => model.classify(texts, signal)),
    classifyPicture: (picture, signal) => measure(() => model.classifyPicture(picture, signal)),
  };
}
