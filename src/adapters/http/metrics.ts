import { Hono } from "hono";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import type { Metrics } from "../../core/ports.ts";
import { createCallMetrics } from "./call-metrics.ts";
import type { QueueStats } from "../../core/storage.ts";

/** From a tenth of a second to the patience of most people. */
const secondsBuckets = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];

/** Counts for Prometheus, and the route that it reads: `GET /metrics`. The inbox is asked at each reading. */
export function createMetrics(inbox: () => Promise<QueueStats>): {
  readonly metrics: Metrics;
  readonly routes: Hono;
} {
  const registry = new Registry();
  const registers = [registry];
  // Processor, memory, garbage collection and the delay of the event loop.
  collectDefaultMetrics({ register: registry, prefix: "parley_" });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `parley_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({
      name: `parley_${name}`,
      help,
      labelNames: ["platform"] as const,
      buckets: secondsBuckets,
      registers,
    });

  const events = counter("events_total", "Events that platforms handed in.", ["platform", "kind", "outcome"]);
  const replies = counter("replies_total", "Questions that came to an end, by how.", ["platform", "outcome"]);
  const commands = counter("commands_total", "Commands that came to an end, by how.", [
    "platform",
    "outcome",
  ]);
  const resumed = counter("replies_resumed_total", "Replies of an earlier attempt taken up again.", [
    "platform",
  ]);
  const missed = counter("missed_events_total", "Messages written while Parley was away.", [
    "platform",
    "outcome",
  ]);
  const waits = counter("rate_limit_wait_seconds_total", "Waiting for the rates of platforms.", [
    "platform",
    "method",
  ]);
  const verdicts = counter("verdicts_total", "What was judged.", ["kind", "decision", "scores"]);
  const moderation = new Histogram({
    name: "parley_moderation_seconds",
    help: "Calls of moderation, with their repetitions.",
    labelNames: ["outcome"] as const,
    buckets: secondsBuckets,
    registers,
  });
  const refused = counter("model_calls_refused_total", "Calls that were not made for their cost, by why.", [
    "platform",
    "why",
  ]);
  const modelWaits = counter("model_wait_seconds_total", "Waiting for the rates of models.", ["model"]);
  const firstToken = histogram("first_token_seconds", "From a stored question to the first of its answer.");
  const lastToken = histogram("last_token_seconds", "From a stored question to the last of its answer.");
  const depth = new Gauge({
    name: "parley_inbox_entries",
    help: "What the inbox holds.",
    labelNames: ["state"] as const,
    registers,
  });
  const age = new Gauge({
    name: "parley_inbox_oldest_age_seconds",
    help: "How long the oldest due entry has been waiting.",
    registers,
    async collect() {
      const { waiting, claimed, setAside, oldestAgeMs } = await inbox();
      depth.set({ state: "waiting" }, waiting);
      depth.set({ state: "claimed" }, claimed);
      depth.set({ state: "set_aside" }, setAside);
      this.set(oldestAgeMs / 1000);
    },
  });
  age.set(0);

  const routes = new Hono();
  routes.get("/metrics", async (c) =>
    c.body(await registry.metrics(), 200, { "content-type": registry.contentType }),
  );

  return {
    routes,
    metrics: {
      ...createCallMetrics(counter),
      eventTaken: (platform, kind, outcome) => events.inc({ platform, kind, outcome }),
      storyEnded: (platform, outcome) => replies.inc({ platform, outcome: snakeCase(outcome) }),
      commandEnded: (platform, outcome) => commands.inc({ platform, outcome }),
      storyResumed: (platform) => resumed.inc({ platform }),
      firstTokenAfter: (platform, seconds) => firstToken.observe({ platform }, seconds),
      lastTokenAfter: (platform, seconds) => lastToken.observe({ platform }, seconds),
      missed: (platform, outcome, count) => missed.inc({ platform, outcome: snakeCase(outcome) }, count),
      judged: (kind, decision, isKnown) =>
        verdicts.inc({ kind, decision, scores: isKnown ? "known" : "asked" }),
      moderationAnswered: (outcome, seconds) => moderation.observe({ outcome }, seconds),
      callRefused: (platform, why) => refused.inc({ platform, why }),
      modelWaited: (model, seconds) => modelWaits.inc({ model }, seconds),
      rateLimitWaited: (platform, method, seconds) => waits.inc({ platform, method }, seconds),
    },
  };
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
