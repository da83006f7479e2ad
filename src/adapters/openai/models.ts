import type { OpenAI } from "openai";
import { z } from "zod";

import type { ModelList, Now } from "../../core/ports.ts";
import { modelError, translateError } from "./errors.ts";

const keptMs = 300_000;
/** Somebody waits for it, and it is only for a check. */
const timeoutMs = 5_000;

const listResponse = z.object({
  data: z.array(z.object({ id: z.string(), shutdown_date: z.string().nullish().catch(undefined) })),
});

/** A date without its time, whatever stands behind it. */
const dayPattern = /^\d{4}-\d{2}-\d{2}/;

type Models = ReadonlyMap<string, { readonly retires?: string }>;

/** Models that a compatible server lists beside those that chat, by the names that OpenAI gives them. */
const otherPurposes =
  /embedding|moderation|whisper|transcribe|(?:^|-)tts|dall-e|(?:^|-)image|realtime|(?:^|-)audio|sora/;

/** The service's list, asked for every few minutes. */
export function createModelList(client: OpenAI, deps: { readonly now: Now }): ModelList {
  const { now } = deps;
  let kept: { readonly models: Promise<Models>; readonly until: number } | undefined;

  async function ask(): Promise<Models> {
    try {
      const page = await client.models.list({ timeout: timeoutMs, maxRetries: 0 });
      const { success, data: parsed } = listResponse.safeParse({ data: page.data });
      if (!success) throw modelError("model_malformed", {});
      const chatting = parsed.data.filter(({ id }) => !otherPurposes.test(id));
      return new Map(
        chatting.map(({ id, shutdown_date: date }) => {
          const [retires] = dayPattern.exec(date ?? "") ?? [];
          return [id, retires === undefined ? {} : { retires }];
        }),
      );
    } catch (thrown) {
      kept = undefined;
      throw translateError(thrown, { model: "", begun: false });
    }
  }

  function models(): Promise<Models> {
    if (kept === undefined || kept.until <= now()) kept = { models: ask(), until: now() + keptMs };
    return kept.models;
  }

  return {
    names: async () => [...(await models()).keys()].toSorted(),
    retirementOf: async (model) => (await models()).get(model)?.retires,
  };
}
