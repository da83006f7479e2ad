import { createDashboard } from "../adapters/http/dashboard/routes.ts";
import type { Visitor } from "../adapters/http/dashboard/routes.ts";
import { createWebSessions } from "../adapters/storage/stores/web-sessions.ts";
import type { Config } from "../config.ts";
import { createBoundedMap } from "../core/bounded-map.ts";
import { toAppError } from "../core/errors.ts";
import { joinKey } from "../core/ids.ts";
import type { LedgerEntry } from "../core/ledger.ts";
import type { Logger, Now, PartHealth } from "../core/ports.ts";
import type { Spending } from "../core/spending.ts";
import type { Storage } from "../core/storage.ts";
import { createShowCosts } from "../handlers/dashboard/show-costs.ts";
import { createShowLive } from "../handlers/dashboard/show-live.ts";
import { createShowThreads } from "../handlers/dashboard/show-threads.ts";
import type { RecentErrors } from "../handlers/dashboard/recent-errors.ts";
import { createSignIn } from "../handlers/dashboard/sign-in.ts";
import { createWhoViews } from "../handlers/dashboard/who-views.ts";
import type { WhoViews } from "../handlers/dashboard/who-views.ts";
import type { ModelLimits } from "../handlers/model-limits.ts";
import type { ReadCosts } from "../handlers/reports/read-costs.ts";
import type { CostSettings } from "../handlers/reports/read-period.ts";
import type { MapThreads } from "../handlers/threads/map-threads.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";

const attemptsAMinute = 10;
const minuteMs = 60_000;
const liveEveryMs = 2_000;
const dayMs = 86_400_000;

/** What the ledger tells the dashboard: that there is something new, and of which workspaces there are. */
export function createDashboardNews(
  storage: Pick<Storage, "commit" | "records">,
  { log, now }: { readonly log: Logger; readonly now: Now },
) {
  const sessions = createWebSessions(storage);
  const listeners = new Set<() => void>();
  const seen = createBoundedMap<true>({ maxSize: 1_000, ttlMs: dayMs, now });
  return {
    sessions,
    onChange(listener: () => void) {
      listeners.add(listener);
      // The live state has no events of its own.
      const timer = setInterval(listener, liveEveryMs).unref();
      return () => {
        listeners.delete(listener);
        clearInterval(timer);
      };
    },
    note({ platform, workspace, channel }: Pick<LedgerEntry, "platform" | "workspace" | "channel">) {
      for (const listener of listeners) listener();
      const key = joinKey(platform, workspace);
      if (seen.get(key)) return;
      seen.set(key, true);
      storage.commit([sessions.seeing({ platform, workspace, channel })]).catch((error: unknown) => {
        seen.delete(key);
        log.warn({ code: toAppError(error).code }, "a workspace was not noted; it is at the next call");
      });
    },
  };
}

/** Wires the dashboard: who comes in, and what its pages show them. */
export function assembleDashboard(
  story: Pick<ChatMessageDeps, "platformOf" | "ambient"> & {
    readonly storage: Storage;
    readonly stores: { readonly spending: Spending };
  },
  deps: {
    readonly config: Pick<Config, "admins" | "web" | "threads">;
    readonly mapThreads: MapThreads;
    readonly news: ReturnType<typeof createDashboardNews>;
    readonly readCosts: ReadCosts;
    readonly costs: CostSettings;
    readonly parts: () => Promise<Readonly<Record<string, PartHealth>>>;
    readonly limits: Pick<ModelLimits, "state">;
    readonly errors: RecentErrors;
    readonly version: string;
  },
) {
  const { platformOf, storage, stores, ambient } = story;
  const { config, news, readCosts, costs, parts, limits, errors, version } = deps;
  const { log, now } = ambient;
  const { sessions } = news;
  const signIn = createSignIn({ storage, sessions, now });
  const whoViews = createWhoViews({ platformOf, admins: config.admins, sessions, now });
  const showCosts = createShowCosts({ readCosts, costs, ambient });
  const showThreads = createShowThreads({ mapThreads: deps.mapThreads, platformOf, words: ambient.words });
  const isIndexed = config.threads.index === "on";
  const showLive = createShowLive({
    parts,
    queue: storage.queue,
    spending: stores.spending,
    limits,
    errors,
    version,
    startedAt: now(),
    ambient,
  });
  const { token: webToken, publicUrl } = config.web;
  const routes = createDashboard({
    ...(webToken !== undefined && { webToken }),
    signIn,
    visitorOf: async (viewer, workspace) => visitorOf(await whoViews(viewer, workspace)),
    pages: [
      {
        id: "costs",
        title: "Costs",
        mayOpen: () => true,
        data: async ({ viewer, workspace, query, signal }) =>
          showCosts(viewer, await whoViews(viewer, workspace), query, signal),
      },
      {
        id: "threads",
        title: "Threads",
        mayOpen: () => isIndexed,
        data: async ({ viewer, query, signal }) => showThreads(viewer, query, signal),
      },
      {
        id: "live",
        title: "Live state",
        mayOpen: ({ isAdmin }) => isAdmin,
        data: async ({ viewer, workspace }) => showLive(await whoViews(viewer, workspace)),
      },
    ],
    mayTry: async (address) => {
      const window = { limit: attemptsAMinute, windowMs: minuteMs };
      return (await storage.counters.take(joinKey("sign-in", address), 1, window)).ok;
    },
    isSecure: () => publicUrl?.startsWith("https:") ?? false,
    onChange: news.onChange,
    log,
  });
  return { routes, signIn };
}

function visitorOf({ name, isOperator, rights, workspaces }: Awaited<ReturnType<WhoViews>>): Visitor {
  return { name, isOperator, isAdmin: rights.isAdmin, workspaces };
}
