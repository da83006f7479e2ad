import type { BoundedMap } from "../../core/bounded-map.ts";
import type { Place } from "../../core/event.ts";
import type { Platform } from "../../core/platform.ts";
import type { Logger } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import type { Directory } from "./directory.ts";
import { refusalOf } from "./errors.ts";

/**
 * Shows in the app's tab that Parley is at work; Slack takes it away with the next message, or after two minutes
 * (docs.slack.dev/reference/methods/assistant.threads.setStatus). Elsewhere the growing message itself shows it.
 */
export function createShowActivity(deps: {
  readonly api: Api;
  readonly directory: Directory;
  readonly status: string;
}): Platform["showActivity"] {
  const { api, directory, status } = deps;
  let isRefused = false;
  return async ({ channel, thread }, signal) => {
    if (thread === undefined || isRefused || directory.channelKind(channel) !== "direct") return;
    try {
      const args = { channel_id: channel, thread_ts: thread, status };
      await api.call("assistant.threads.setStatus", args, { repeatable: true, optional: true, signal });
    } catch (error) {
      // An app without the tab is told so once.
      isRefused = refusalOf(error) === "missing_scope";
      throw error;
    }
  };
}

const maxTitleChars = 60;
const titleMs = 10_000;

/**
 * Names a conversation of the app's tab by the beginning of Parley's first answer in it: what people wrote may not pass
 * moderation, and then it has no answer. @see https://docs.slack.dev/reference/methods/assistant.threads.setTitle
 */
export function createSetTitle(deps: {
  readonly api: Api;
  readonly directory: Directory;
  readonly titled: BoundedMap<true>;
  readonly log: Logger;
}): (place: Place, answer: string) => void {
  const { api, directory, titled, log } = deps;
  return ({ channel, thread }, answer) => {
    if (thread === undefined || directory.channelKind(channel) !== "direct") return;
    const key = `${channel} ${thread}`;
    if (titled.get(key)) return;
    titled.set(key, true);
    const [line = ""] = answer
      .replaceAll(/[*_`#>|[\]]/g, "")
      .trim()
      .split("\n");
    const title =
      line.length > maxTitleChars ? `${line.slice(0, maxTitleChars).trimEnd().toWellFormed()}…` : line;
    if (title === "") return;
    const args = { channel_id: channel, thread_ts: thread, title };
    api
      .call("assistant.threads.setTitle", args, {
        repeatable: true,
        optional: true,
        signal: AbortSignal.timeout(titleMs),
      })
      .catch((error: unknown) => log.debug({ refusal: refusalOf(error) ?? "none" }, "no title was set"));
  };
}

const promptsEveryMs = 3_600_000;
const maxKnown = 10_000;

/** What a newcomer may ask, shown when somebody opens the app's tab. */
export function createSuggestPrompts(deps: {
  readonly api: Api;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
  readonly log: Logger;
}): (channel: string) => void {
  const { api, prompts, log } = deps;
  const shownAt = new Map<string, number>();
  return (channel) => {
    const at = performance.now();
    if (at - (shownAt.get(channel) ?? -Infinity) < promptsEveryMs) return;
    if (shownAt.size >= maxKnown) shownAt.clear();
    shownAt.set(channel, at);
    const args = { channel_id: channel, prompts };
    api
      .call("assistant.threads.setSuggestedPrompts", args, {
        repeatable: true,
        optional: true,
        signal: AbortSignal.timeout(promptsMs),
      })
      .catch((error: unknown) =>
        log.debug({ refusal: refusalOf(error) ?? "none" }, "prompts were not suggested"),
      );
  };
}

const promptsMs = 10_000;
