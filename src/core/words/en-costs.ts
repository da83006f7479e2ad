import type { CallKind } from "../ledger.ts";
import type { PeriodName } from "../period.ts";
import { writeUsd } from "./money.ts";

/** What the commands of the group `cost` say. Names that people or services chose come in already quoted. */
export const costsInEnglish = {
  usd: writeUsd,
  unknown: "unknown",

  title: {
    me: (period: string) => `What Parley did for you ${period}`,
    channel: (period: string) => `What Parley did in this channel ${period}`,
  },
  period: (name: PeriodName, dates: string) => `${periods[name]} (${dates})`,
  /** The last day is a part of it. */
  dates: (first: string, last: string, zone: string) =>
    first === last ? `${first}, ${zone}` : `${first} to ${last}, ${zone}`,
  nothing: "No model was asked.",
  cost: (microUsd: number, unpriced: number) =>
    `Cost: **${writeUsd(microUsd)}**${unpriced > 0 ? ", and what isn't known" : ""}`,
  calls: (calls: number, errors: number, estimated: number) =>
    [
      `Calls: ${count(calls)}`,
      errors > 0 && `${count(errors)} of them failed`,
      estimated > 0 && `${count(estimated)} counted here, as the service did not say`,
    ]
      .filter(Boolean)
      .join(", "),
  tokens: (input: number, cached: number, output: number) =>
    `Tokens: ${count(input)} read${cached > 0 ? ` (${count(cached)} of them cached)` : ""}, ${count(output)} written`,
  saved: (microUsd: number) => `Saved by the service's cache: ${writeUsd(microUsd)}`,
  unpriced: (calls: number, models: readonly string[]) =>
    `⚠️ The price of ${list(models)} isn't known: ${count(calls)} ${calls === 1 ? "call is" : "calls are"} in no sum. An admin can put it under \`prices\` in \`parley.yaml\`, then \`/parley cost reprice\`.`,
  offline: "*The offline model costs nothing: this is what the model would cost that it stands in for.*",
  head: ["model", "for", "calls", "tokens read", "written", "cost"],
  kind: (kind: CallKind) => kinds[kind] ?? kind,
  count,

  exported: (entries: number, period: string, whose: "all" | "own") =>
    `Here ${entries === 1 ? "is the 1 call" : `are the ${count(entries)} calls`} ${whose === "all" ? "of everybody here" : "that were made for you"} ${period}.`,
  exportCut: "There are more than a file may hold here: these are the newest.",
  nothingToExport: (period: string) => `There is nothing to export: no model was asked ${period}.`,
  exportAlt: "Calls of models with their costs",

  reprice: {
    none: (days: number) =>
      `All calls of the last ${count(days)} days already have the prices that hold for them.`,
    done: (calls: number, days: number, before: number, after: number) =>
      `${count(calls)} ${calls === 1 ? "call" : "calls"} of the last ${count(days)} days got another price: together ${writeUsd(after)} and no longer ${writeUsd(before)}. All sums are corrected.`,
    known: (calls: number) => `Of ${count(calls)} of them the price was not known before.`,
    stillUnknown: (calls: number, models: readonly string[]) =>
      `Of ${count(calls)} ${calls === 1 ? "call" : "calls"} it still isn't known: ${list(models)}. It goes under \`prices\` in \`parley.yaml\`.`,
  },

  /** For whoever looks after Parley. */
  lately: {
    title: "**Models in the last 24 hours here**",
    requests: (requests: number, tokens: number, microUsd: number, unpriced: number) =>
      `- ${count(requests)} requests, ${count(tokens)} tokens, ${writeUsd(microUsd)}${unpriced > 0 ? ` and ${count(unpriced)} of unknown price` : ""}`,
    errorRate: (share: number) => `- error rate ${(share * 100).toFixed(1)} %`,
    averages: (tokens: number, microUsd: number, ms: number) =>
      `- a request on average: ${count(Math.round(tokens))} tokens, ${writeUsd(microUsd)}, ${(ms / 1_000).toFixed(1)} s`,
    none: "- no requests",
  },
};

const periods: Readonly<Record<PeriodName, string>> = {
  today: "today",
  yesterday: "yesterday",
  week: "this week",
  "last-week": "last week",
  month: "this month",
  "last-month": "last month",
  year: "this year",
  "last-year": "last year",
};

const kinds: Readonly<Record<CallKind, string>> = {
  chat: "answers",
  moderation: "moderation",
  embedding: "search",
  summary: "summaries",
  title: "titles",
  "fine-tune": "fine-tuning",
};

function count(value: number): string {
  return value.toLocaleString("en");
}

function list(items: readonly string[]): string {
  return new Intl.ListFormat("en").format(items);
}
