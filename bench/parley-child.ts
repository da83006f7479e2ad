import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { startApp } from "../src/app.ts";
import { readConfig } from "../src/config.ts";
import { answerQuestions, startMeasuredChild } from "./measured-child.ts";
import type { MeasuredChild } from "./measured-child.ts";

interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly commitDelayMs: number;
  /** More of `parley.yaml`. */
  readonly settings: string;
}

/** Parley in a process of its own. */
export function startParleyChild(options: Partial<ChildOptions>): Promise<MeasuredChild> {
  return startMeasuredChild(fileURLToPath(import.meta.url), options);
}

/** What is measured is how fast Parley is, not how much it lets people ask. */
const unbounded = "flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }";

async function serve({ env = {}, commitDelayMs, settings = "" }: Partial<ChildOptions>): Promise<void> {
  const silence = () => {};
  const log = { debug: silence, info: silence, warn: console.warn, error: console.error };
  const config = readConfig(
    { PORT: "0", ...env },
    { path: "parley.yaml", text: `${unbounded}\n${settings}` },
  );
  const app = await startApp(config, {
    log,
    now: Date.now,
    newId: randomUUID,
    ...(commitDelayMs !== undefined && { commitDelayMs }),
  });
  answerQuestions(app.url, () => app.stop());
}

if (import.meta.main) await serve(JSON.parse(process.argv[2] ?? "{}") as Partial<ChildOptions>);
