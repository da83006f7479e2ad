import type { OpenAI } from "openai";
import { z } from "zod";

import type { ModelList, Now } from "../../core/ports.ts";
import { modelError, translateError } from "./errors.ts";

const keptMs = 300_000;
/** Somebody waits for it, and it is only for a check. */
const timeoutMs = 5_000;

const listResponse = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Models that a compatible server lists beside those that chat, by the names that OpenAI gives them. */
const otherPurposes =
  /embedding|moderation|whisper|transcribe|(?:^|-)tts|dall-e|(?:^|-)image|realtime|(?:^|-)audio|sora/;

/** The service's list, asked for every few minutes. */
export function createModelList(client: OpenAI, deps: { readonly now: Now }): ModelList {
  const { now } = deps;
  let kept: { readonly names: Promise<readonly string[]>; readonly until: number } | undefined;

  async function ask(): Promise<readonly string[]> {
    try {
      const page = await client.models.list({ timeout: timeoutMs, maxRetries: 0 });
      const { success, data: parsed } = listResponse.safeParse({ data: page.data });
      if (!success) throw modelError("model_malformed", {});
      const names = parsed.data.map(({ id }) => id).filter((id) => !otherPurposes.test(id));
      return names.toSorted();
    } catch (thrown) {
      kept = undefined;
      throw translateError(thrown, { model: "", begun: false });
    }
  }

  return {
    names() {
      if (kept === undefined || kept.until <= now()) kept = { names: ask(), until: now() + keptMs };
      return kept.names;
    },
  };
}
