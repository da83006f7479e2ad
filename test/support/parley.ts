import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { startApp } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { PriceOf } from "../../src/core/pricing.ts";
import type { Storage } from "../../src/core/storage.ts";
import { createMemoryLog } from "./log.ts";
import type { LogLine } from "./log.ts";
import { createPlaygroundClient } from "./playground-client.ts";
import type { PlaygroundClient } from "./playground-client.ts";
import { startOpenAiServer } from "./openai-server.ts";
import type { OpenAiServer } from "./openai-server.ts";

/** The whole program in this process, over a real store in a folder of its own, with a local model service. */
export interface TestParley {
  readonly openai: OpenAiServer;
  readonly client: PlaygroundClient;
  readonly url: string;
  readonly dataDir: string;
  readonly log: readonly LogLine[];
  /** What the program keeps. */
  readonly storage: Storage;
  /** Stops the program and starts it again on the same folder, with a clock that is ahead. */
  restart(options?: { readonly aheadMs?: number }): Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestParleyOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Fills the data folder before the start. */
  readonly seed?: (dataDir: string) => Promise<void>;
  /** What calls cost; unknown when left out. */
  readonly priceOf?: PriceOf;
}

/** `yaml` is the text of a `parley.yaml`. */
export async function startParley(
  yaml = "",
  { env = {}, seed, priceOf }: TestParleyOptions = {},
): Promise<TestParley> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-test-"));
  const key = env["OPENAI_API_KEY"];
  const openai = await startOpenAiServer(key === undefined ? {} : { apiKey: key });
  await seed?.(dataDir);
  const log = createMemoryLog();
  const config = readConfig(
    {
      PORT: "0",
      PARLEY_DATA_DIR: dataDir,
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      ...env,
    },
    { path: "parley.yaml", text: yaml },
  );
  let storage: Storage | undefined;
  let clockAheadMs = 0;
  const now = () => Date.now() + clockAheadMs;
  const openStorage = async () => (storage = await openEmbeddedStorage({ dir: dataDir, now, log }));
  const begin = () =>
    startApp(config, { log, now, newId: randomUUID, openStorage, ...(priceOf && { priceOf }) });
  let app: App | undefined = await begin();
  let client = createPlaygroundClient(app.url);
  let url = app.url;

  const stop = async () => {
    const running = app;
    app = undefined;
    await running?.stop();
  };
  return {
    openai,
    get client() {
      return client;
    },
    get url() {
      return url;
    },
    dataDir,
    log: log.lines,
    get storage() {
      if (!storage) throw new Error("Parley never started");
      return storage;
    },
    async restart({ aheadMs = 0 } = {}) {
      await stop();
      clockAheadMs = aheadMs;
      app = await begin();
      url = app.url;
      client = createPlaygroundClient(url);
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await openai.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
