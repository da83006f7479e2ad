import type { CallKind } from "../ledger.ts";
import type { Forecast } from "../report/forecast.ts";
import type { Anomaly } from "../report/anomalies.ts";
import type { Recommendation } from "../report/recommend.ts";
import { costsInEnglish } from "./en-costs.ts";
import { writeUsd } from "./money.ts";

const { count } = costsInEnglish;

/** What a report of costs says. Names that people or services chose come in already quoted, except for the picture. */
export const reportInEnglish = {
  title: {
    workspace: (period: string) => `What Parley cost here ${period}`,
    channel: (period: string) => `What Parley cost in this channel ${period}`,
    person: (period: string) => `What Parley cost for you ${period}`,
  },
  headline: (microUsd: number, calls: number, answers: number, tokens: number, unpriced: number) =>
    `**${writeUsd(microUsd)}**${unpriced > 0 ? " and what isn't known" : ""} for ${things(answers, "answer")}, ${things(calls, "call")} and ${count(tokens)} tokens`,
  change: (change: number) => `${writeChange(change)} against the time before`,
  each: (microUsd: number) => `An answer costs ${writeUsd(microUsd)}, with everything around it`,
  saved: (microUsd: number) => `The service's cache saved ${writeUsd(microUsd)}`,
  errors: (errors: number, calls: number) =>
    `${things(errors, "call")} of ${count(calls)} failed (${percent(errors / Math.max(calls, 1))})`,
  forecast: ({ microUsd, low, high }: Forecast) =>
    `The month is likely to end at ${writeUsd(microUsd)} (${writeUsd(low)} to ${writeUsd(high)})`,
  anomaly: ({ date, microUsd, usual }: Anomaly) =>
    `${date} cost ${writeUsd(microUsd)}; a usual day costs ${writeUsd(usual)}`,
  recommendation: (advice: Recommendation, quote: (name: string) => string): string => {
    switch (advice.kind) {
      case "setPrices":
        return `Nobody knows what ${list(advice.models.map(quote))} costs: put it under \`prices\` in \`parley.yaml\`, then \`/parley cost reprice\`.`;
      case "setBudget":
        return "Nothing bounds what may be spent: `/parley budget set` does.";
      case "cheaperModel":
        return `With ${quote(advice.to)} in place of ${quote(advice.from)}, ${writeUsd(advice.savedMicroUsd)} less would have been spent.`;
      case "useCache":
        return `Prompts are long (${count(Math.round(advice.inputTokensEach))} tokens) and only ${percent(advice.cachedShare)} of them come from the service's cache: what stays the same belongs at the beginning, in the persona.`;
      case "lookAtErrors":
        return `${percent(advice.errorRate)} of the answers fail: \`/parley status\` and the log say why.`;
      default:
        return advice satisfies never;
    }
  },
  noted: "**Worth a look**",
  topTitle: {
    channel: "Channels",
    person: "People",
    persona: "Personas",
  },
  topHead: {
    channel: ["channel", "calls", "cost"],
    person: ["person", "calls", "cost"],
    persona: ["persona", "calls", "cost"],
  },
  /** Of what the reader may not know by name, in one line. */
  hidden: {
    channel: "channels that not everybody here can read",
    person: "people",
    persona: "others",
  },
  numbersAlt: "The numbers of the report",
  retires: (model: string, day: string, days: number) =>
    days < 0
      ? `The model service ended ${model} on ${day}: choose another with \`/parley chat model\`.`
      : `The model service ends ${model} on ${day}, in ${things(days, "day")}: choose another with \`/parley chat model\`.`,
  retirement: (model: string, day: string, days: number) =>
    `**${model} ends in ${things(days, "day")}**\n\nThe model service will end ${model} on ${day}, and Parley answers with it here. Choose another one in time: \`/parley chat model <name>\` for a channel, \`/parley persona edit <name>\` for a persona, or \`model\` in \`parley.yaml\` for all.`,
  unknownName: "somebody who is gone",

  chart: {
    title: (microUsd: number) => writeUsd(microUsd),
    subtitle: (dates: string, change: number | undefined) =>
      change === undefined ? dates : `${dates} · ${writeChange(change)}`,
    headings: { days: "By day and model", shares: "What for" },
    nothing: "Nothing was spent.",
    others: "others",
    day: (date: string) =>
      new Date(date).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }),
    kind: (kind: CallKind) => costsInEnglish.kind(kind),
    share: (microUsd: number, of: number) =>
      microUsd === 0 ? "free" : `${writeUsd(microUsd)} · ${percent(microUsd / Math.max(of, 1))}`,
    alt: (
      title: string,
      headline: string,
      models: readonly string[],
      dearest: { readonly date: string; readonly microUsd: number } | undefined,
    ) =>
      [
        `${title}: ${headline.replaceAll("*", "")}.`,
        models.length > 0 && `By model: ${list(models)}.`,
        dearest && `The dearest day was ${dearest.date} with ${writeUsd(dearest.microUsd)}.`,
      ]
        .filter(Boolean)
        .join(" "),
    model: (name: string, microUsd: number) => `${name} ${writeUsd(microUsd)}`,
  },
};

function things(amount: number, what: string): string {
  return `${count(amount)} ${what}${amount === 1 ? "" : "s"}`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value.toFixed(value < 10 && value > 0 ? 1 : 0)} %`;
}

function writeChange(change: number): string {
  if (Math.abs(change) < 0.005) return "as much as the time before";
  const size = Math.abs(change);
  const amount = size >= 10 ? `${Math.round(size)} times` : percent(size);
  return change > 0 ? `▲ ${amount}` : `▼ ${amount}`;
}

function list(items: readonly string[]): string {
  return new Intl.ListFormat("en").format(items);
}
