import { createAttachmentReader } from "../adapters/attachments/reader.ts";
import { createCharts } from "../adapters/charts/charts.ts";
import { openEmbeddedStorage } from "../adapters/storage/embedded/storage.ts";
import { followTurns } from "../adapters/storage/stores/follow-turns.ts";
import type { Config } from "../config.ts";
import type { Logger, Now } from "../core/ports.ts";
import type { PriceOf } from "../core/pricing.ts";
import type { Storage } from "../core/storage.ts";
import { createTokenCounter } from "../core/tokens.ts";
import { indexing } from "../handlers/threads/index-due.ts";
import { connectModelService } from "./model-service.ts";
import { loadPriceOf } from "./prices.ts";

export interface OpeningDeps {
  readonly log: Logger;
  readonly now: Now;
  /** Delays every commit: a slow disk for measurements. */
  readonly commitDelayMs?: number;
  /** Stands in for the store that belongs to the config. */
  readonly openStorage?: () => Promise<Storage>;
  /** What calls cost; the list that comes with Parley and the config's own prices where it is left out. */
  readonly priceOf?: PriceOf;
}

/**
 * Opens, side by side, what holds files, threads or connections. Each is released when another fails to open: what stays
 * open keeps the process alive. @throws AppError
 */
export async function openResources(config: Config, deps: OpeningDeps, releases: (() => Promise<void>)[]) {
  const { log, now, commitDelayMs } = deps;
  const counting = createTokenCounter();
  const opening =
    deps.openStorage?.() ??
    openEmbeddedStorage({
      dir: config.dataDir,
      now,
      log,
      ...(commitDelayMs !== undefined && { commitDelayMs }),
    });
  const connecting = connectModelService(config.modelService, counting);
  releases.push(() =>
    opening.then(
      (storage) => storage.close(),
      () => undefined,
    ),
  );
  releases.push(async () => (await connecting).close());
  const pricing = deps.priceOf ?? loadPriceOf(config);
  const [opened, tokens, service, priceOf] = await Promise.all([opening, counting, connecting, pricing]);
  const storage =
    config.threads.index === "on" ? followTurns(opened, (changed) => indexing(changed, now())) : opened;
  const reader = createAttachmentReader();
  releases.push(() => reader.close());
  const charts = createCharts();
  releases.push(() => charts.close());
  return { storage, tokens, service, priceOf, reader, charts };
}
