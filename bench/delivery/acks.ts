import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startOpenAiServerProcess } from "../../test/support/openai-server-process.ts";
import { startSlackServerProcess } from "../../test/support/slack-server-process.ts";
import type { SlackServerProcess } from "../../test/support/slack-server-process.ts";
import type { MeasuredChild } from "../measured-child.ts";
import { startParleyChild } from "../parley-child.ts";
import type { BenchResult } from "../result.ts";
import { median, percentile } from "../stats.ts";
import { startAckFloor } from "./ack-floor-child.ts";

const burst = 500;
const rounds = 5;
/** The server that says what it saw has other things to do. */
const readEveryMs = 1_500;

/** How soon Slack's requests are answered when they come all at once: at Parley each event is on disk by then. */
export async function measureAcks(): Promise<readonly BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const openai = await startOpenAiServerProcess({ reply: "ok" });
  const slack = await startSlackServerProcess({ mode: "http", subscriptions: ["message.channels"] });
  const floor = await startAckFloor(slack);
  const parley = await startParleyChild({
    env: {
      PARLEY_DATA_DIR: dir,
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
    },
  });
  while (!(await fetch(`${parley.url}/readyz`)).ok) await sleep(10);
  const waits = { parley: [] as number[], floor: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    waits.floor.push(percentile(await ackBurst(slack, floor), 99));
    waits.parley.push(percentile(await ackBurst(slack, parley), 99));
  }
  await Promise.all([parley.stop(), floor.stop()]);
  await Promise.all([openai.close(), slack.close()]);
  await rm(dir, { recursive: true, force: true });
  const p99 = median(waits.parley);
  return [
    {
      name: `Slack over HTTP, ${burst} events at once: request → 200, p99, median of ${rounds} bursts`,
      value: p99,
      unit: "ms",
      target: "≤ 200",
      ok: p99 <= 200,
      comparedTo: "Bolt that keeps nothing",
      comparedValue: median(waits.floor),
    },
  ];
}

/** From each first request to its answer, in milliseconds. */
async function ackBurst(slack: SlackServerProcess, to: MeasuredChild): Promise<readonly number[]> {
  await slack.call("connectTo", `${to.url}/slack/events`);
  const { users, channels, bot } = slack;
  const before = (await slack.read("deliveries")).length;
  const text = `<@${bot.userId}> question`;
  const saying = Array.from({ length: burst }, () =>
    slack.call("say", { as: users.ada, channel: channels.general, text }),
  );
  await Promise.all(saying);
  for (;;) {
    await sleep(readEveryMs);
    const sent = (await slack.read("deliveries")).slice(before, before + burst);
    const acked = sent.filter(({ ackedAt }) => ackedAt !== undefined);
    if (acked.length === burst)
      return acked.map(({ attempts, ackedAt = 0 }) => ackedAt - (attempts[0]?.at ?? 0));
  }
}
