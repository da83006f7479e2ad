import { createBoundedMap } from "../../core/bounded-map.ts";
import { toAppError } from "../../core/errors.ts";
import { joinKey } from "../../core/ids.ts";
import type { CauseId } from "../../core/ids.ts";
import type { LedgerEntry } from "../../core/ledger.ts";
import type { Logger, ModelList, Now } from "../../core/ports.ts";
import { quoteText } from "../../core/quote-text.ts";
import { daysUntil, retirementMark } from "../../core/retirement.ts";
import type { Storage } from "../../core/storage.ts";
import type { Schedules } from "../../core/stores.ts";
import type { FindAdmins } from "../find-admins.ts";
import type { ChatMessageDeps } from "../story.ts";
import type { ReportPlace } from "./read-costs.ts";

/** What the inbox holds where a model that is in use may end soon. */
export interface RetirementDue {
  readonly kind: "retirement";
  readonly place: ReportPlace;
  readonly model: string;
}

/** Tells the admins of a workspace 60, 30 and 7 days before the service ends a model that answers there, once each. */
export type TellRetirement = (due: RetirementDue, signal: AbortSignal) => Promise<void>;

const dayMs = 86_400_000;
const maxMakers = 20;

/** Looks once a day and workspace at each model that answers. */
export function createWatchModels(deps: {
  readonly storage: Pick<Storage, "commit">;
  readonly log: Logger;
  readonly now: Now;
}): (entry: Pick<LedgerEntry, "kind" | "platform" | "workspace" | "channel" | "model">) => void {
  const { storage, log, now } = deps;
  const lookedAt = createBoundedMap<true>({ maxSize: 10_000, ttlMs: dayMs, now });

  return ({ kind, platform, workspace, channel, model }) => {
    if (kind !== "chat") return;
    const id = joinKey("retirement", platform, workspace, model, String(Math.floor(now() / dayMs)));
    if (lookedAt.get(id)) return;
    lookedAt.set(id, true);
    const payload: RetirementDue = { kind: "retirement", place: { platform, workspace, channel }, model };
    storage
      .commit([{ op: "queue.enqueue", key: joinKey("retirement", platform, workspace), ids: [id], payload }])
      .catch((error: unknown) =>
        log.warn({ code: toAppError(error).code }, "a model's last day was not looked up; it is tomorrow"),
      );
  };
}

export function createTellRetirement(
  deps: Pick<ChatMessageDeps, "platformOf" | "ambient"> & {
    readonly models: Pick<ModelList, "retirementOf">;
    readonly schedules: Schedules;
    readonly findAdmins: FindAdmins;
  },
): TellRetirement {
  const { platformOf, models, schedules, findAdmins } = deps;
  const { words, log, now } = deps.ambient;

  return async ({ place, model }, signal) => {
    const day = await models.retirementOf(model);
    const days = day === undefined ? Infinity : daysUntil(day, now());
    const mark = retirementMark(days);
    if (day === undefined || mark === undefined) return;
    const platform = platformOf(place);
    await platform.ready(signal);
    const makers = (await schedules.all(place, maxMakers)).map(({ by }) => by);
    const text = words.report.retirement(quoteText(model), day, days);
    for (const person of await findAdmins(place, makers, signal)) {
      const cause = joinKey("retirement", place.workspace, model, day, String(mark)) as CauseId;
      try {
        // oxlint-disable-next-line no-await-in-loop -- few, and a platform's rate is shared.
        await platform.sendDirect(place.workspace, person, cause, text, signal);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.code !== "platform_refused") throw error;
        log.info(
          { platform: place.platform, code: error.code },
          "an admin could not be told of a model's end",
        );
      }
    }
  };
}
