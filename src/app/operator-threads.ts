import { setTimeout as sleep } from "node:timers/promises";

import type { Config } from "../config.ts";
import type { ChannelPlace } from "../core/channel-settings.ts";
import { AppError } from "../core/errors.ts";
import type { ChannelId, WorkspaceId } from "../core/ids.ts";
import type { HistoryJob } from "../core/threads/history-job.ts";
import { en } from "../core/words/en.ts";
import type { ChannelHistory } from "../handlers/threads/channel-history.ts";

/** Between two looks at how far it is. */
const pollMs = 500;

/**
 * Makes what was said in channels before findable, and says how far it is, until it is done. Aborted, it goes on with the
 * next start of Parley. Answers whether all of them could be read.
 * @param channels such as `slack/T0123/C0123`
 * @throws AppError `config_invalid` for a channel that can't be indexed, `platform_*`, `storage_*`
 */
export async function indexChannels(
  config: Pick<Config, "slack" | "discord" | "playground">,
  history: ChannelHistory,
  channels: readonly string[],
  { say, signal }: { readonly say: (text: string) => void; readonly signal: AbortSignal },
): Promise<boolean> {
  const places = channels.map((named) => readChannel(named, config));
  for (const place of places) {
    // oxlint-disable-next-line no-await-in-loop -- in the order in which they were named.
    await history.begin(place, signal);
  }
  const ends = await Promise.all(places.map((place) => follow(history, place, { say, signal })));
  return ends.every((state) => state === "done");
}

async function follow(
  history: ChannelHistory,
  place: ChannelPlace,
  { say, signal }: { readonly say: (text: string) => void; readonly signal: AbortSignal },
): Promise<HistoryJob["state"] | undefined> {
  let told: number | undefined;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other.
    const job = await history.of(place);
    if (job && (job.state !== "running" || job.threads !== told)) tell(say, job);
    if (job?.state !== "running") return job?.state;
    told = job.threads;
    try {
      // oxlint-disable-next-line no-await-in-loop
      await sleep(pollMs, undefined, { signal });
    } catch {
      return job.state;
    }
  }
}

function tell(say: (text: string) => void, job: HistoryJob): void {
  const { platform, workspace, channel } = job.place;
  say(`${platform}/${workspace}/${channel}: ${en.threads.history.progress(job)}`);
}

function readChannel(named: string, config: Parameters<typeof indexChannels>[0]): ChannelPlace {
  const [, platform, workspace, channel] =
    /^(slack|discord|playground)\/([\w-]+)\/([\w-]+)$/.exec(named) ?? [];
  if (platform !== "slack" && platform !== "discord" && platform !== "playground") {
    const known =
      "slack/<team id>/<channel id>, discord/<server id>/<channel id> or playground/playground/<name>";
    throw new AppError("config_invalid", `“${named}” names no channel: write ${known}.`);
  }
  if (!config[platform])
    throw new AppError("config_invalid", `“${named}” is of a platform that isn't set up here.`);
  return { platform, workspace: workspace as WorkspaceId, channel: channel as ChannelId };
}
