import { isRefusedCall, toAppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { ConversationKey, PersonId } from "../../core/ids.ts";
import type { CallContext, ModelCall } from "../../core/ledger.ts";
import { admit, joinModerated } from "../../core/moderation.ts";
import type { Moderated } from "../../core/moderation.ts";
import type { InputKind } from "../../core/moderation/input.ts";
import type { Platform } from "../../core/platform.ts";
import type { Logger } from "../../core/ports.ts";
import { quoteThreads, toolSays } from "../../core/threads/search-tool.ts";
import type { Moderate } from "../moderate.ts";
import type { FindSimilar, FoundThread } from "./find-similar.ts";

/** For whom a model searches. */
export interface Searching {
  readonly place: Place;
  readonly asker: PersonId;
  readonly conversation: ConversationKey;
  readonly context: CallContext;
}

export interface SearchAnswer {
  /** What was looked for, where it may be. */
  readonly query?: string;
  /** What the model reads. */
  readonly content: Moderated<string>;
  /** To be entered in the ledger. */
  readonly calls: readonly ModelCall[];
}

/**
 * Looks for earlier threads for a model: of what everybody who reads its answer may read, judged like any input. A search that
 * can't be made is answered so, and ends nothing. @throws AppError `aborted`, `storage_*`
 */
export type SearchThreads = (
  asked: { readonly query: string | undefined } | { readonly refusal: string },
  searching: Searching,
  signal: AbortSignal,
) => Promise<SearchAnswer>;

const shown = 5;

export function createSearchThreads(deps: {
  readonly findSimilar: FindSimilar;
  readonly moderate: Moderate;
  readonly platformOf: (place: Place) => Pick<Platform, "linkTo">;
  readonly log: Logger;
}): SearchThreads {
  const { findSimilar, moderate, platformOf, log } = deps;

  return async (asked, { place, asker, conversation, context }, signal) => {
    const calls: ModelCall[] = [];
    const judge = async (text: string, kind: InputKind): Promise<Moderated<string> | undefined> => {
      const { person } = context;
      const { verdicts, call } = await moderate([{ text, kind, id: conversation, person }], place, signal);
      if (call) calls.push(call);
      return verdicts[0] && admit(text, verdicts[0]);
    };
    const say = async (text: string): Promise<Moderated<string>> =>
      (await judge(text, "history")) ?? (await judge(toolSays.blocked, "history")) ?? joinModerated([], "");

    if ("refusal" in asked) return { content: await say(asked.refusal), calls };
    const { query } = asked;
    if (query === undefined) return { content: await say(toolSays.noQuery), calls };
    try {
      const text = await judge(query, "reply");
      if (text === undefined) return { content: await say(toolSays.blocked), calls };
      const looking = { text, place, asker, for: "public", except: conversation, limit: shown } as const;
      const found = await findSimilar({ ...looking, context }, signal);
      calls.push(...found.calls);
      const { threads } = found;
      log.info({ found: threads.length }, "the model searched earlier threads");
      const content = threads.length === 0 ? toolSays.nothing : quoteThreads(threads.map(quote));
      return { query, content: await say(content), calls };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (signal.aborted || error.code.startsWith("storage_")) throw error;
      const fields = { code: error.code, isRefused: isRefusedCall(error) };
      log.warn(fields, "the model could not search earlier threads");
      // Where nothing can be judged, nothing is said.
      const content = await say(toolSays.failed).catch(() => joinModerated([], ""));
      return { query, content, calls };
    }
  };

  function quote({ entry, similarity, nearest }: FoundThread) {
    const link = platformOf(entry.place).linkTo(entry.place, nearest.message);
    return { title: entry.title, at: entry.lastAt, similarity, link, excerpt: nearest.excerpt };
  }
}
