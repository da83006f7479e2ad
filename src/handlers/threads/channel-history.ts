import type { ChannelPlace } from "../../core/channel-settings.ts";
import { AppError } from "../../core/errors.ts";
import { joinKey, personKey } from "../../core/ids.ts";
import type { CauseId, PersonId } from "../../core/ids.ts";
import type { Storage } from "../../core/storage.ts";
import type { Audit, HistoryJobs } from "../../core/stores.ts";
import type { HistoryJob } from "../../core/threads/history-job.ts";
import type { ChatMessageDeps } from "../story.ts";
import type { StartHistory } from "./start-history.ts";

/** What an operator, who is nobody on a platform, does with what was said in channels before. */
export interface ChannelHistory {
  /**
   * Begins to make it findable, as `threads index start` does, and tells the channel; goes on with what was begun.
   * @throws AppError `config_invalid` where that can't be, saying why; `platform_*`, `storage_*`
   */
  begin(place: ChannelPlace, signal: AbortSignal): Promise<HistoryJob>;
  of(place: ChannelPlace): Promise<HistoryJob | undefined>;
}

export function createChannelHistory(
  deps: Pick<ChatMessageDeps, "platformOf" | "ambient"> & {
    readonly storage: Pick<Storage, "commit">;
    readonly stores: { readonly historyJobs: HistoryJobs; readonly audit: Audit };
    readonly startHistory: StartHistory;
    /** Stands where a person's id would. */
    readonly operator: PersonId;
  },
): ChannelHistory {
  const { platformOf, stores, startHistory, operator } = deps;
  const { words, now, newId } = deps.ambient;
  const said = words.threads.history;

  return {
    async begin(place, signal) {
      const platform = platformOf(place);
      await platform.ready(signal);
      const facts = await platform.channel(place.workspace, place.channel, signal);
      if (facts === undefined) throw new AppError("config_invalid", said.unknown(nameOf(place)));
      if (facts.kind === "direct") throw new AppError("config_invalid", said.direct);
      const asked = {
        by: personKey(place.platform, place.workspace, operator),
        at: now(),
        cause: newId(),
      };
      const audited = stores.audit.adding({
        id: asked.cause,
        at: asked.at,
        place,
        by: operator,
        command: "parley threads index",
        outcome: "ran",
      });
      const begun = await startHistory(place, asked, [audited]);
      if (!("job" in begun)) throw new AppError("config_invalid", `${nameOf(place)}: ${said[begun.kind]}`);
      const { job } = begun;
      // A channel that was told is not told again: the cause of a message is posted once.
      const cause = joinKey("history", job.asked.cause) as CauseId;
      const isOperators = job.asked.by === asked.by;
      if (isOperators && (await platform.findPosted(place, cause, signal)).length === 0)
        await platform.post(place, cause, { text: said.started }, signal);
      return job;
    },

    of: async (place) => (await stores.historyJobs.of(place)).value,
  };
}

function nameOf({ platform, workspace, channel }: ChannelPlace): string {
  return `${platform}/${workspace}/${channel}`;
}
