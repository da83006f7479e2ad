import { MessageFlags, Routes } from "discord-api-types/v10";

import type { Platform } from "../../core/platform.ts";
import { readAnswerTo } from "./answer-to.ts";
import type { Api } from "./api.ts";
import { refusalCode } from "./errors.ts";
import type { Interactions } from "./interactions.ts";
import { bodyOf } from "./messages.ts";
import { renderMessages } from "./render.ts";

/** Answers a press by its interaction, for a quarter of an hour; twice it says the same in two messages at worst. */
export function createAnswerPress(deps: {
  readonly api: Api;
  readonly interactions: Interactions;
}): Platform["answerPress"] {
  const { api, interactions } = deps;
  return async ({ answerTo }, text, signal) => {
    if (answerTo === undefined) return;
    const { id, application, token, isPrivate } = readAnswerTo(answerTo);
    await interactions.deferred(id);
    const [first = ""] = renderMessages(text);
    const content = bodyOf({ text: first });
    const body = { ...content, flags: content.flags | MessageFlags.Ephemeral };
    // Of a deferred update the original is the message that the button stands in (developers/interactions).
    const call = isPrivate
      ? ({ method: "PATCH", route: Routes.webhookMessage(application, token), body: content } as const)
      : ({ method: "POST", route: Routes.webhook(application, token), body } as const);
    try {
      await api.request({ ...call, bucket: `interaction ${id}`, byInteraction: true }, signal);
    } catch (error) {
      if (refusalCode(error) === undefined) throw error;
    }
  };
}
