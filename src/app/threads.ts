import { createAnalysis } from "../adapters/analysis/analysis.ts";
import type { Config } from "../config.ts";
import type { TokenCounter } from "../core/ports.ts";
import type { Storage } from "../core/storage.ts";
import type { Audit, HistoryJobs, Hints, ThreadExclusions, Threads } from "../core/stores.ts";
import { createCalibrationOf } from "../core/threads/calibration.ts";
import type { VectorSpace } from "../core/threads/thread.ts";
import type { PaidEmbedding } from "../handlers/paid-embedding.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";
import { createChannelHistory } from "../handlers/threads/channel-history.ts";
import { createCollectionsOf } from "../handlers/threads/collections.ts";
import { createEmbedTexts } from "../handlers/threads/embed-texts.ts";
import { createFindSimilar } from "../handlers/threads/find-similar.ts";
import { createGiveHint } from "../handlers/threads/give-hint.ts";
import { createIndexHistory, createReadThread } from "../handlers/threads/index-history.ts";
import { createIndexSources } from "../handlers/threads/index-sources.ts";
import { createIndexThreads } from "../handlers/threads/index-threads.ts";
import { keepMovingCollections } from "../handlers/threads/move-collections.ts";
import { createMapThreads } from "../handlers/threads/map-threads.ts";
import { createReadVisible } from "../handlers/threads/read-visible.ts";
import { createStillFindable } from "../handlers/threads/still-findable.ts";
import { createSearchThreads } from "../handlers/threads/search-threads.ts";
import { createStartHistory } from "../handlers/threads/start-history.ts";
import { createReadSource } from "../handlers/threads/thread-source.ts";
import type { Visibility } from "../handlers/visible-audiences.ts";
import { operator } from "./operator.ts";

/** Wires what finds earlier threads, and what makes them findable. */
export function assembleThreads(
  story: ChatMessageDeps & {
    readonly storage: Storage;
    readonly stores: {
      readonly audit: Audit;
      readonly threads: Threads;
      readonly threadExclusions: ThreadExclusions;
      readonly hints: Hints;
      readonly historyJobs: HistoryJobs;
    };
  },
  deps: {
    readonly config: Pick<Config, "threads" | "modelService">;
    readonly embedding: PaidEmbedding;
    readonly tokens: TokenCounter;
    readonly visibility: Visibility;
  },
) {
  const { embedding, tokens, visibility: visible } = deps;
  const { storage, stores, models } = story;
  const { log, now, newId } = story.ambient;
  const { index, model, dimensions } = deps.config.threads;
  const space = { model, dimensions };
  const calibrationOf = createCalibrationOf({ isOffline: deps.config.modelService.kind === "offline" });
  const embedIn = (in_: VectorSpace) =>
    createEmbedTexts({ embedding, tokens, cache: storage.cache, space: in_, newId, log });
  const stillFindable = createStillFindable(stores.threadExclusions);
  const indexSources = createIndexSources({
    storage,
    stores,
    moderate: models.moderate,
    embed: embedIn(space),
    countTokens: (text) => tokens.count(text, model),
    stillFindable,
    space,
    log,
  });
  const readSource = createReadSource({
    conversations: stores.conversations,
    exclusions: stores.threadExclusions,
    visible,
    threads: stores.threads,
    readThread: createReadThread({ ...story, visible }),
  });
  const findSimilar = createFindSimilar({
    threads: stores.threads,
    vectors: storage.vectors,
    collectionsOf: createCollectionsOf(storage.vectors),
    embedIn,
    visible,
    stillFindable,
    calibrationOf,
    now,
  });
  const readVisible = createReadVisible({
    threads: stores.threads,
    vectors: storage.vectors,
    collectionsOf: createCollectionsOf(storage.vectors),
    visible,
    stillFindable,
  });
  const analysis = createAnalysis();
  const startHistory = createStartHistory({ storage, stores, config: deps.config.threads, now });
  return {
    findSimilar,
    searchThreads: createSearchThreads({
      findSimilar,
      moderate: models.moderate,
      platformOf: story.platformOf,
      log,
    }),
    readVisible,
    mapThreads: createMapThreads({ readVisible, analysis }),
    analysis,
    startHistory,
    calibrationOf,
    history: createChannelHistory({ ...story, startHistory, operator }),
    stop:
      index === "on"
        ? keepMovingCollections({ storage, threads: stores.threads, space, now, log })
        : () => Promise.resolve(),
    handlers: {
      indexHistory: createIndexHistory({ ...story, visible, indexSources, log, now }),
      giveHint: createGiveHint({ ...story, moderate: models.moderate, findSimilar, calibrationOf }),
      indexThreads:
        index === "on"
          ? createIndexThreads({ storage, stores, readSource, indexSources, log, now })
          : () => Promise.resolve(),
    },
  };
}
