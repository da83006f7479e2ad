import { refuse } from "./refuse.ts";
import type { ThreadCommandDeps, ThreadCommands } from "./threads.ts";

/** `threads index`: what was said in a channel before is made findable because whoever manages it says so; all there read it. */
export function createThreadsIndex(deps: ThreadCommandDeps): ThreadCommands["threads index"] {
  const { storage, stores, config, startHistory } = deps;
  const { historyJobs } = stores;
  const { now } = deps.ambient;
  const said = deps.ambient.words.threads.history;

  return async ({ action = "status" }, { place, channelKind, person, id }) => {
    if (channelKind === "direct") return refuse(said.direct);
    if (config.index === "off" || config.history === "off") return refuse(said.off);
    if (action === "start") {
      const begun = await startHistory(place, { by: person, at: now(), cause: id });
      switch (begun.kind) {
        case "started":
          return { text: said.started };
        case "running":
          return { text: said.progress(begun.job), isPrivate: true };
        default:
          return refuse(said[begun.kind]);
      }
    }
    const { value: job, version } = await historyJobs.of(place);
    switch (action) {
      case "stop": {
        if (job?.state !== "running") return { text: said.notRunning, isPrivate: true };
        await storage.commit([historyJobs.putting({ ...job, state: "stopped", changedAt: now() }, version)]);
        return { text: said.stopped(job.threads) };
      }
      case "status":
        return { text: job ? said.progress(job) : said.never, isPrivate: true };
      default:
        return action satisfies never;
    }
  };
}
