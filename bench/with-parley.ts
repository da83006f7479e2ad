import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { OpenAiServerProcess } from "../test/support/openai-server-process.ts";
import type { MeasuredChild } from "./measured-child.ts";
import { startParleyChild } from "./parley-child.ts";

/** Runs Parley on an empty store beside a platform (its variables) and a model service until `use` is done. */
export async function withParley<Result>(
  platform: Readonly<Record<string, string>>,
  openai: OpenAiServerProcess,
  use: (child: MeasuredChild) => Promise<Result>,
): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const child = await startParleyChild({
    env: {
      PARLEY_DATA_DIR: dir,
      PARLEY_PLAYGROUND: "off",
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      ...platform,
    },
  });
  try {
    while (!(await fetch(`${child.url}/readyz`)).ok) await sleep(20);
    return await use(child);
  } finally {
    await child.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
