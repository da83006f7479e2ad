import type { Now, PartHealth } from "../../core/ports.ts";
import type { Spending } from "../../core/spending.ts";
import { figuresOf, totalsByModel } from "../../core/spent.ts";
import type { Storage } from "../../core/storage.ts";
import type { Words } from "../../core/words/en.ts";
import type { ModelLimits } from "../model-limits.ts";
import type { RecentErrors } from "./recent-errors.ts";
import type { Seen } from "./who-views.ts";

const halfHourMs = 1_800_000;
const halfHoursADay = 48;

export type ShowLive = (seen: Seen) => Promise<object>;

/** What the page of the live state shows, for admins: parts, inbox, limits of models, requests of a day, last errors. */
export function createShowLive(deps: {
  readonly parts: () => Promise<Readonly<Record<string, PartHealth>>>;
  readonly queue: Storage["queue"];
  readonly spending: Spending;
  readonly limits: Pick<ModelLimits, "state">;
  readonly errors: RecentErrors;
  readonly version: string;
  readonly startedAt: number;
  readonly ambient: { readonly words: Words; readonly now: Now };
}): ShowLive {
  const { parts, queue, spending, limits, errors, version, startedAt, ambient } = deps;
  const { words, now } = ambient;

  return async ({ place }) => {
    const to = Math.ceil((now() + 1) / halfHourMs) * halfHourMs;
    const period = { from: to - (halfHoursADay + 1) * halfHourMs, to };
    const [healths, inbox, cells] = await Promise.all([
      parts(),
      queue.stats().catch(() => undefined),
      place ? spending.cells(place, { kind: "workspace" }, period) : [],
    ]);
    return {
      version,
      startedAt,
      now: now(),
      parts: Object.entries(healths).map(([name, health]) => ({ name, ...health })),
      inbox,
      figures: figuresOf(cells),
      models: totalsByModel(cells).map(
        ({ model, kind, calls, errors: failed, tokens, microUsd, unpriced, durationMs }) => ({
          model,
          kind: words.costs.kind(kind),
          calls,
          errorRate: calls > 0 ? failed / calls : 0,
          tokensEach: calls > 0 ? (tokens.input + tokens.output) / calls : 0,
          durationMsEach: calls > 0 ? durationMs / calls : 0,
          microUsd,
          unpriced,
        }),
      ),
      limits: limits.state(),
      errors: errors.newest(),
    };
  };
}
