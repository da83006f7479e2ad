import { createMetrics } from "./adapters/http/metrics.ts";
import { createWebServer } from "./adapters/http/server.ts";
import { assembleBudgets } from "./app/budgets.ts";
import { assembleCommands } from "./app/commands.ts";
import { createCompletionValues } from "./app/completion-values.ts";
import { assembleDashboard, createDashboardNews } from "./app/dashboard.ts";
import { healthOf, inboxHealth } from "./app/health.ts";
import { memorySettings } from "./app/memory-settings.ts";
import { createModels } from "./app/models.ts";
import { openResources } from "./app/resources.ts";
import type { OpeningDeps } from "./app/resources.ts";
import { createPlatformOf, fetchingWhatFails, loadPlatforms } from "./app/platforms.ts";
import { assembleReplies } from "./app/replies.ts";
import { keepRetention } from "./app/retention.ts";
import { assembleReports } from "./app/reports.ts";
import { assembleReviews } from "./app/reviews.ts";
import { createStores } from "./app/stores.ts";
import { assembleThreads } from "./app/threads.ts";
import { readVersion } from "./app/version.ts";
import type { Config } from "./config.ts";
import type { Place } from "./core/event.ts";
import type { Platform } from "./core/platform.ts";
import type { Logger, NewId } from "./core/ports.ts";
import { en } from "./core/words/en.ts";
import { createChatSettings } from "./handlers/chat-settings.ts";
import { createCatchUp } from "./handlers/catch-up.ts";
import { createHandleChatMessage } from "./handlers/chat-message.ts";
import { offeredCommands } from "./handlers/commands/offered.ts";
import { createRecentErrors } from "./handlers/dashboard/recent-errors.ts";
import { createDispatch } from "./handlers/dispatch.ts";
import { createEndStory } from "./handlers/end-story.ts";
import { createExplain } from "./handlers/explain.ts";
import { createHandleFailedMessage } from "./handlers/failed-message.ts";
import { createHandleOverwritten } from "./handlers/mend-reply.ts";
import { createFindAdmins } from "./handlers/find-admins.ts";
import { createFoldSummary } from "./handlers/fold-summary.ts";
import { createJudgeReply } from "./handlers/judge-reply.ts";
import { createKnownPersonas } from "./handlers/known-personas.ts";
import { createForms } from "./handlers/open-forms.ts";
import { createNoteCalls } from "./handlers/note-calls.ts";
import { createPauses } from "./handlers/pauses.ts";
import { createPersonaChoice } from "./handlers/persona-choice.ts";
import { createReadAttachments } from "./handlers/read-attachments.ts";
import { createWatchModels } from "./handlers/reports/tell-retirement.ts";
import { createHandleStopRequested } from "./handlers/stop-requested.ts";
import { createMayAnswer } from "./handlers/taking-part.ts";
import type { ChannelHistory } from "./handlers/threads/channel-history.ts";
import { createVisibility } from "./handlers/visible-audiences.ts";

export { describeApps } from "./app/describe.ts";
export { exportPersonaFiles, importPersonaFile } from "./app/operator-personas.ts";
export { indexChannels } from "./app/operator-threads.ts";
export { backupStorage, checkStorage, restoreStorage } from "./adapters/storage/embedded/maintenance.ts";

export interface App {
  /** Stops intake, lets replies end within the drain time, hands the others back, and releases everything in reverse. */
  stop(): Promise<void>;
  /** Where the web server listens. */
  readonly url: string;
  /** What an operator should see beside the log. */
  readonly banner?: string;
  readonly history: ChannelHistory;
}

export interface AppDeps extends OpeningDeps {
  readonly newId: NewId;
  /** How long an instance that stands still keeps what it had taken on; half a minute when left out. */
  readonly leaseMs?: number;
}

const usualLeaseMs = 30_000;

/** Builds the whole program of a config and starts it. What was started before a failure is released. @throws AppError */
export async function startApp(config: Config, deps: AppDeps): Promise<App> {
  const releases: (() => Promise<void>)[] = [];
  try {
    return await assemble(config, deps, releases);
  } catch (error) {
    await releaseAll(releases, deps.log);
    throw error;
  }
}

async function assemble(config: Config, deps: AppDeps, releases: (() => Promise<void>)[]): Promise<App> {
  const { log, now, newId, leaseMs = usualLeaseMs } = deps;
  const { supportText: supportive = en.supportive, provider } = config.moderation;
  const words = { ...en, supportive };
  const catchUpMs = config.catchUp.maxAgeMinutes * 60_000;

  const { storage, tokens, service, priceOf, reader, charts } = await openResources(config, deps, releases);

  const { metrics, routes: metricsRoutes } = createMetrics(() => storage.queue.stats());
  const noteCall = createNoteCalls({ log, metrics, now });
  const watchModels = createWatchModels({ storage, log, now });
  const news = createDashboardNews(storage, { log, now });
  const stores = createStores(storage, {
    now,
    verdictsKeptMs: config.moderation.logKeptMs,
    priceOf,
    note: (entry) => {
      noteCall(entry);
      watchModels(entry);
      news.note(entry);
    },
  });
  const budgets = await assembleBudgets(config, {
    storage,
    stores,
    priceOf,
    ambient: { log, metrics, now },
  });
  releases.push(() => budgets.stop());
  const { personas: configured, model } = config;
  const known = createKnownPersonas({ configured, saved: stores.savedPersonas });
  const { signals } = storage;
  const { rules } = config.moderation;
  const chatSettings = await createChatSettings({
    ...stores,
    known,
    signals,
    modes: config.modes,
    rules,
    now,
  });
  releases.push(() => chatSettings.stop());
  const pauses = await createPauses({ pauses: stores.pauses, signals, now });
  releases.push(() => pauses.stop());
  const { verdicts } = stores;
  const { list, billed, embedding, connectChat, ...models } = createModels(config, service, {
    storage,
    verdicts,
    chatSettings,
    metrics,
    log,
    now,
    newId,
  });
  const platforms = new Map<string, Platform>();
  const platformOf = createPlatformOf(platforms);
  const { admins } = config;
  let ownUrl = `http://localhost:${config.web.port}`;
  const address = () => config.web.publicUrl ?? ownUrl;
  const loaded = await loadPlatforms(config, {
    address,
    storage,
    metrics,
    now,
    newId,
    log,
    table: offeredCommands,
    completionValues: createCompletionValues(config, { chatSettings, models: list }),
    forms: createForms({ platformOf, stores, reserved: configured.byName, admins, words, log }),
    ...(service.banner !== undefined && { banner: service.banner }),
  });
  for (const { platform } of loaded) platforms.set(platform.name, platform);
  const visibility = await createVisibility({ platformOf, signals, now, log });
  releases.push(() => visibility.stop());
  for (const { platform } of loaded)
    platform.watchAccess((change) => visibility.changed(platform.name, change));

  const errors = createRecentErrors(now);
  const explain = errors.noting(createExplain({ words, newId, log }));
  const ambient = { words, explain, log, metrics, now, newId };
  const settings = {
    personaFor: createPersonaChoice({ configured, model, chatSettings, platformOf, now }),
    flood: config.flood,
    buttons: config.reply.buttons,
    reviews: config.moderation.reviews,
    replies: config.moderation.replies,
    hints: config.threads.index === "on" ? config.threads.hints : "off",
    ...memorySettings(config),
    // The playground has a banner for it.
    footerFor: ({ platform }: Place) =>
      service.banner !== undefined && platform !== "playground" ? words.offlineNote : undefined,
  };
  const story = {
    platformOf,
    storage,
    stores,
    models: { ...models, chat: budgets.paid(connectChat), tokens },
    readAttachments: createReadAttachments({ reader, log }),
    settings,
    ambient,
  };
  const end = createEndStory(story);
  const parts = async () => ({
    storage: await storage.health(),
    inbox: await inboxHealth(storage),
    ...(provider === "off" && { moderation: { ok: true, detail: words.moderation.off } }),
    ...healthOf(platforms),
  });
  const { reportReview, presses } = assembleReviews(story, { config, chatSettings, pauses });
  const findAdmins = createFindAdmins({ platformOf, admins });
  const reports = assembleReports(story, {
    config,
    charts,
    priceOf,
    hasBudget: budgets.hasAny,
    models: list,
    findAdmins,
  });
  const threads = assembleThreads(story, {
    config,
    embedding: budgets.paidEmbedding(embedding),
    tokens,
    visibility,
  });
  releases.push(() => threads.stop());
  const version = await readVersion();
  const dashboard = assembleDashboard(story, {
    config,
    mapThreads: threads.mapThreads,
    news,
    readCosts: reports.readCosts,
    costs: reports.costs,
    parts,
    limits: budgets.limits,
    errors,
    version,
  });
  const commands = assembleCommands(story, {
    parts,
    admins,
    models: list,
    configured,
    known,
    chatSettings,
    moderation: config.moderation,
    pauses,
    costs: reports.costs,
    makeReport: reports.makeReport,
    dashboard: { signIn: dashboard.signIn, address },
    version,
    billed,
    threads: { ...threads, charts, config: config.threads },
    budgets: budgets.commands,
  });
  const dispatch = createDispatch({
    queue: storage.queue,
    participation: stores.participation,
    mayAnswer: createMayAnswer({ ...stores, chatSettings, pauses }),
    handlers: {
      ...commands,
      chatMessage: createHandleChatMessage({ ...story, searchThreads: threads.searchThreads }, end),
      failedMessage: createHandleFailedMessage(story, end),
      ...assembleReplies(story, { admins, reviews: presses, pauses }),
      reportReview,
      foldSummary: createFoldSummary(story),
      judgeReply: createJudgeReply(story),
      warnBudgets: budgets.warning({ ...story, findAdmins }),
      ...reports.handlers,
      ...threads.handlers,
      overwritten: createHandleOverwritten(story),
      stopRequested: createHandleStopRequested({ signals: storage.signals, stops: stores.stops }),
    },
    settings: {
      burst: config.burst,
      concurrency: config.concurrency,
      bots: config.bots,
      leaseMs,
      standInMs: catchUpMs,
      unjudgedMs: config.moderation.retryMs,
    },
    ambient,
  });

  const catchUp = createCatchUp({
    conversations: stores.conversations,
    presence: stores.presence,
    intake: dispatch.intake,
    maxAgeMs: catchUpMs,
    ambient,
  });

  const web = createWebServer({
    host: config.web.host,
    port: config.web.port,
    ...(config.web.token !== undefined && { webToken: config.web.token }),
    log,
    parts,
    ...(config.web.publicUrl !== undefined && { publicUrl: config.web.publicUrl }),
    signedIn: [dashboard.routes],
    routes: [metricsRoutes, ...loaded.flatMap(({ routes }) => routes ?? [])],
    webhooks: loaded.flatMap(({ webhooks }) => webhooks ?? []),
  });

  releases.push(() => web.stop());
  await catchUp.start([...platforms.values()]);
  for (const platform of platforms.values()) releases.push(() => platform.stop());
  await Promise.all(
    [...platforms.values()].map((platform) => {
      const fetchMissed = () => catchUp.run(platform);
      return platform.start(fetchingWhatFails(dispatch.intake, fetchMissed), fetchMissed);
    }),
  );
  dispatch.start();
  releases.push(async () => {
    await Promise.all([catchUp.stop(), ...[...platforms.values()].map((platform) => platform.stopIntake())]);
    await dispatch.stop(config.shutdown.drainMs);
  });
  releases.push(keepRetention(stores, ambient));
  const { url } = await web.start();
  ownUrl = url;
  log.info(
    {
      url,
      dataDir: config.dataDir,
      platforms: [...platforms.keys()],
      modelService: config.modelService.kind,
    },
    "started",
  );

  return {
    url,
    ...(service.banner !== undefined && { banner: service.banner }),
    history: threads.history,
    async stop() {
      log.info({ drainMs: config.shutdown.drainMs }, "stopping");
      await releaseAll(releases, log);
      log.info({}, "stopped");
    },
  };
}

/** In reverse order; one that fails doesn't keep the others from being released. */
async function releaseAll(releases: (() => Promise<void>)[], log: Logger): Promise<void> {
  for (let release = releases.pop(); release !== undefined; release = releases.pop()) {
    await release().catch((error: unknown) => {
      log.error({ error: error instanceof Error ? error.name : "unknown" }, "a part did not stop cleanly");
    });
  }
}
