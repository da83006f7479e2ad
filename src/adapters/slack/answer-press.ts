import { toAppError } from "../../core/errors.ts";
import type { Platform } from "../../core/platform.ts";
import { readAnswerTo } from "./answer-to.ts";
import type { Api } from "./api.ts";
import { refusalOf } from "./errors.ts";
import { privateBody } from "./messages.ts";
import { renderMessages } from "./render.ts";
import { respond } from "./respond.ts";

/** Answers a press by its own address, and where that is used up, as whoever pressed can be told anything. */
export function createAnswerPress(api: Api): Platform["answerPress"] {
  return async ({ place, by, message, answerTo: written }, text, signal) => {
    const [markdown = ""] = renderMessages(text);
    const { channel, thread } = place;
    // Nobody sees an ephemeral message in a thread that has not begun.
    const inThread = (thread as string | undefined) === message ? undefined : thread;
    if (written !== undefined) {
      const { url, isEphemeral } = readAnswerTo(written);
      try {
        const response = { markdown, replaces: isEphemeral, thread: inThread };
        return await respond(url, response, "private", signal);
      } catch (error) {
        if (toAppError(error).code !== "platform_refused") throw error;
      }
    }
    const args = {
      channel,
      user: by.id,
      ...(inThread !== undefined && { thread_ts: inThread }),
      ...privateBody(markdown),
    };
    await api.call("chat.postEphemeral", args, { repeatable: true, signal }).catch((error: unknown) => {
      if (refusalOf(error) === undefined) throw error;
    });
  };
}
