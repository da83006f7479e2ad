import { isRefusedCall, toAppError } from "../../core/errors.ts";
import type { ChannelPlace } from "../../core/channel-settings.ts";
import { joinKey, personKey } from "../../core/ids.ts";
import type { HistoryMessage, Platform } from "../../core/platform.ts";
import type { Logger, Now } from "../../core/ports.ts";
import type { Operation, Storage } from "../../core/storage.ts";
import type { HistoryJobs, ThreadExclusions, Threads } from "../../core/stores.ts";
import type { HistoryJob } from "../../core/threads/history-job.ts";
import { titleOf } from "../../core/threads/thread.ts";
import type { Visibility } from "../visible-audiences.ts";
import type { IndexSources } from "./index-sources.ts";
import { withoutExcluded } from "./thread-source.ts";
import type { ReadThread, SourceTurn, ThreadSource } from "./thread-source.ts";

/** What the inbox holds where the next threads of a channel are to be read. */
export interface HistoryDue {
  readonly kind: "history";
  readonly place: ChannelPlace;
  /** Names the job; that of another one is over. */
  readonly cause: string;
}

/** Puts the next step of a job into the inbox; each begins where another ended. */
export function readingHistory(job: HistoryJob, runAt: number): Operation {
  const { platform, workspace, channel } = job.place;
  const { cause } = job.asked;
  return {
    op: "queue.enqueue",
    key: joinKey("history", platform, workspace, channel),
    ids: [joinKey("history", cause, job.after ?? "", String(job.changedAt))],
    payload: { kind: "history", place: job.place, cause } satisfies HistoryDue,
    runAt,
  };
}

/** Makes the next threads of a channel findable. @throws AppError `platform_unreachable`, `storage_*` */
export type IndexHistory = (due: HistoryDue, signal: AbortSignal) => Promise<void>;

/** Threads a step. */
const pageSize = 20;
/** Messages of one thread. */
const maxMessages = 1_000;
/** Between two steps, which leaves the platform's rates to answers. */
const paceMs = 1_000;
const laterMs = 15 * 60_000;

export interface IndexHistoryDeps {
  readonly platformOf: (place: ChannelPlace) => Platform;
  readonly storage: Pick<Storage, "commit">;
  readonly stores: {
    readonly historyJobs: HistoryJobs;
    readonly threads: Pick<Threads, "getMany">;
    readonly threadExclusions: Pick<ThreadExclusions, "channel" | "people">;
  };
  readonly visible: Pick<Visibility, "audienceOf">;
  readonly indexSources: IndexSources;
  readonly log: Logger;
  readonly now: Now;
}

export function createIndexHistory(deps: IndexHistoryDeps): IndexHistory {
  const { platformOf, storage, stores, indexSources, log, now } = deps;
  const { historyJobs, threads } = stores;
  const readThread = createReadThread(deps);

  return async ({ place, cause }, signal) => {
    const { value: job, version } = await historyJobs.of(place);
    if (job?.state !== "running" || job.asked.cause !== cause) return;
    const change = (changed: Partial<HistoryJob>): HistoryJob => ({ ...job, ...changed, changedAt: now() });
    const goOn = (next: HistoryJob, runAt: number) =>
      storage.commit([historyJobs.putting(next, version), readingHistory(next, runAt)]);
    try {
      const platform = platformOf(place);
      await platform.ready(signal);
      const { value: hidden } = await stores.threadExclusions.channel(place);
      if (hidden !== undefined) {
        await storage.commit([historyJobs.putting(change({ state: "stopped" }), version)]);
        return;
      }
      const options = { limit: pageSize, ...(job.after !== undefined && { after: job.after }) };
      const page = await platform.threads(place, options, signal);
      const known = await threads.getMany(page.threads.map(({ conversation }) => conversation));
      // What Parley took part in, it remembers, and follows by itself.
      const unread = page.threads.filter((_thread, i) => known[i]?.source !== "memory");
      const sources: ThreadSource[] = [];
      for (const thread of unread) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, as the platform's rates are shared.
        const source = await readThread(thread, signal);
        if (source) sources.push(source);
      }
      await indexSources(sources, signal);
      const read = {
        threads: job.threads + sources.length,
        messages: job.messages + sources.reduce((sum, { turns }) => sum + turns.length, 0),
      };
      const { next: after } = page;
      if (after === undefined) {
        await storage.commit([historyJobs.putting(change({ ...read, state: "done" }), version)]);
        log.info({ platform: place.platform, threads: read.threads }, "the history of a channel is indexed");
      } else await goOn(change({ ...read, after }), now() + paceMs);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === "platform_refused") {
        await storage.commit([historyJobs.putting(change({ state: "refused" }), version)]);
        return;
      }
      const isOfService = error.code.startsWith("model_") || error.code === "moderation_unavailable";
      if (!isOfService && !isRefusedCall(error)) throw error;
      log.warn({ code: error.code }, "the history of a channel is indexed later");
      await goOn(change({}), now() + laterMs);
    }
  };
}

/** Reads a thread from its platform; `undefined` where nothing of it may be found. @throws AppError `platform_*` */
export function createReadThread({
  platformOf,
  stores,
  visible,
}: Pick<IndexHistoryDeps, "platformOf" | "visible"> & {
  readonly stores: { readonly threadExclusions: Pick<ThreadExclusions, "people"> };
}): ReadThread {
  return async ({ place, conversation }, signal) => {
    const [audience, newestFirst] = await Promise.all([
      visible.audienceOf(place, signal),
      platformOf(place).history(place, maxMessages, signal),
    ]);
    if (audience === undefined) return undefined;
    const turns = withoutCommands(newestFirst.toReversed().flatMap((message) => turnOf(message, place)));
    // What only Parley said, as a report, answers nobody's question.
    if (!turns.some(({ isQuestion }) => isQuestion)) return undefined;
    const [first, ...rest] = await withoutExcluded(turns, stores.threadExclusions);
    if (first === undefined) return undefined;
    const heading = newestFirst.length < maxMessages ? titleOf(first.text) : "";
    return {
      conversation,
      place,
      audience,
      source: "history",
      ...(heading && { heading }),
      turns: [first, ...rest],
    };
  };
}

/** Without what was told to Parley as a command, and its answers: nobody looks for them. */
function withoutCommands(turns: readonly SourceTurn[]): readonly SourceTurn[] {
  let answersCommand = false;
  return turns.filter(({ isQuestion, text }) => {
    if (isQuestion) answersCommand = /^\s*\/\w/.test(text);
    return !answersCommand;
  });
}

function turnOf(
  { message, author, sentAt, text, isOwn }: HistoryMessage,
  { platform, workspace }: ChannelPlace,
): readonly SourceTurn[] {
  if (text.trim() === "") return [];
  const own = { id: message, isQuestion: !isOwn, text, at: sentAt, message };
  return [isOwn ? own : { ...own, person: personKey(platform, workspace, author.id) }];
}
