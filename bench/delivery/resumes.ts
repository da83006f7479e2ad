import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startOpenAiServer } from "../../test/support/openai-server.ts";
import { startParleyProcess } from "../../test/support/parley-process.ts";
import { platforms } from "../../test/support/platforms.ts";
import type { BenchResult } from "../result.ts";
import { median, percentile } from "../stats.ts";

const times = 15;
const answer = Array.from({ length: 400 }, (_, i) => `word${i}`).join(" ");

/** From the start of a process to the first token of a reply that the last one, killed, had begun. */
export async function measureResumes(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const title of ["Discord", "Slack over a socket"] as const) {
    const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
    await using local = await platforms[title]();
    await using openai = await startOpenAiServer({ reply: answer, pace: { chunkDelayMs: 50 } });
    const env = {
      PARLEY_DATA_DIR: dir,
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      LOG_LEVEL: "error",
      ...local.env,
    };
    let parley = await startParleyProcess(env);
    const waits: number[] = [];
    for (let time = 0; time < times; time++) {
      const { id } = await local.chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
      const place = { as: "ada", channel: "general", thread: id } as const;
      const shown = async () => (await local.chat.messages(place)).find(({ isOwn }) => isOwn)?.text;
      await local.chat.until(shown, "the beginning of the reply");
      // Some more of it, so that what was posted is written down.
      await sleep(300);
      await parley.end("SIGKILL");
      const before = await shown();
      const begun = performance.now();
      parley = await startParleyProcess(env);
      await local.chat.until(
        async () => ((await shown()) === before ? undefined : true),
        "more of the reply",
      );
      waits.push(performance.now() - begun);
      await local.chat.remove({ as: "ada", channel: "general", id });
    }
    await parley.end("SIGKILL");
    await rm(dir, { recursive: true, force: true });
    results.push({
      name: `${title}: start of the process → a killed reply goes on, median of ${times}`,
      value: median(waits),
      unit: "ms",
      target: "≤ 2,000",
      ok: median(waits) <= 2_000,
      comparedTo: "worst",
      comparedValue: percentile(waits, 100),
    });
  }
  return results;
}
