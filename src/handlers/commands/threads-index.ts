import type { Change } from "../../core/channel-settings.ts";
import type { HistoryJob } from "../../core/threads/history-job.ts";
import { readingHistory } from "../threads/index-history.ts";
import type { CommandContext } from "./command.ts";
import { refuse } from "./refuse.ts";
import type { ThreadCommandDeps, ThreadCommands } from "./threads.ts";

/** `threads index`: what was said in a channel before is made findable because whoever manages it says so; all there read it. */
export function createThreadsIndex(deps: ThreadCommandDeps): ThreadCommands["threads index"] {
  const { storage, stores } = deps;
  const { historyJobs, threadExclusions } = stores;
  const { now } = deps.ambient;
  const said = deps.ambient.words.threads.history;

  return async ({ action = "status" }, context) => {
    const { place, channelKind } = context;
    if (channelKind === "direct") return refuse(said.direct);
    if (deps.config.index === "off" || deps.config.history === "off") return refuse(said.off);
    const { value: job, version } = await historyJobs.of(place);
    switch (action) {
      case "start":
        return start(context, job, version);
      case "stop": {
        if (job?.state !== "running") return { text: said.notRunning, isPrivate: true };
        await storage.commit([historyJobs.putting({ ...job, state: "stopped", changedAt: now() }, version)]);
        return { text: said.stopped(job.threads) };
      }
      case "status":
        return {
          text: job ? said.progress(job.state, job.threads, job.messages) : said.never,
          isPrivate: true,
        };
      default:
        return action satisfies never;
    }
  };

  async function start({ place, person, id }: CommandContext, job: HistoryJob | undefined, version: number) {
    // Run again after a crash, it was begun already.
    if (job?.asked.cause === id) return { text: said.started };
    const { value: hidden } = await threadExclusions.channel(place);
    if (hidden !== undefined) return refuse(said.hidden);
    if (job?.state === "running")
      return { text: said.progress(job.state, job.threads, job.messages), isPrivate: true as const };
    const { platform, workspace, channel } = place;
    const asked: Change = { by: person, at: now(), cause: id };
    const next: HistoryJob = {
      place: { platform, workspace, channel },
      asked,
      state: "running",
      threads: 0,
      messages: 0,
      changedAt: now(),
    };
    await storage.commit([historyJobs.putting(next, version), readingHistory(next, now())]);
    return { text: said.started };
  }
}
