import { dateAt } from "../../core/period.ts";
import type { OutgoingFile } from "../../core/platform.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { CostChart } from "../../core/report/chart.ts";
import type { CostReport } from "../../core/report/report.ts";
import { writeTable } from "../write-table.ts";
import type { AskedReport, ReadCosts, ReadReport, ReportDeps, TopSpender } from "./read-costs.ts";

export interface MadeReport {
  /** Markdown. */
  readonly text: string;
  readonly picture: OutgoingFile;
  /** Nothing was left out that an admin may read. */
  readonly isComplete: boolean;
  readonly report: CostReport;
}

/** A report with a picture, as its reader may know it. @throws AppError `storage_*`, `aborted`, `internal` where it can't be drawn */
export type MakeReport = (asked: AskedReport, signal: AbortSignal) => Promise<MadeReport>;

const maxNameChars = 30;

export function createMakeReport(deps: ReportDeps, readCosts: ReadCosts): MakeReport {
  const { charts } = deps.reports;
  const { ambient, costs } = deps;
  const words = ambient.words.report;

  return async (asked, signal) => {
    const { dates, theme, by } = asked;
    const read = await readCosts(asked, signal);
    const { title, report, top } = read;
    const parts = [`**${title}**`, ...writeReport(read), ...writeTop(by, top)];
    const bytes = await charts.drawCosts(chartOf(report, theme, dates), signal);
    return {
      text: parts.filter(Boolean).join("\n\n"),
      picture: {
        name: `costs-${dateAt(ambient.now(), costs.timeZone)}.png`,
        mediaType: "image/png",
        bytes,
        altText: altOf(report, title),
      },
      isComplete: top.every(({ name }) => name !== undefined),
      report,
    };
  };

  function headlineOf({ total, answers, figures }: CostReport): string {
    return words.headline(total.microUsd, figures.requests, answers.count, figures.tokens, total.unpriced);
  }

  function writeReport({ report, retiring }: ReadReport): readonly (string | false)[] {
    const { total, change, answers, forecast, anomalies, recommendations, figures } = report;
    const lines = [
      headlineOf(report),
      change !== undefined && words.change(change),
      answers.count > 0 && words.each(answers.microUsdEach),
      total.savedMicroUsd > 0 && words.saved(total.savedMicroUsd),
      total.errors > 0 && words.errors(total.errors, figures.requests),
      forecast && words.forecast(forecast),
    ].filter((line) => typeof line === "string");
    const noted = [
      ...retiring.map(({ model, day, days }) => words.retires(quoteText(model), day, days)),
      ...anomalies.map(words.anomaly),
      ...recommendations.map((advice) => words.recommendation(advice, quoteText)),
    ];
    return [
      lines.map((line) => `- ${line}`).join("\n"),
      noted.length > 0 && `${words.noted}\n${noted.map((line) => `- ${line}`).join("\n")}`,
      costs.isOffline && ambient.words.costs.offline,
    ];
  }

  function writeTop(by: AskedReport["by"], top: readonly TopSpender[]): readonly string[] {
    if (top.length === 0) return [];
    const row = (name: string, calls: number, microUsd: number) => [
      name,
      ambient.words.costs.count(calls),
      ambient.words.costs.usd(microUsd),
    ];
    const rows = top.flatMap(({ name, calls, microUsd }) =>
      name === undefined ? [] : [row(quoteText(name), calls, microUsd)],
    );
    const hidden = top.filter(({ name }) => name === undefined);
    if (hidden.length > 0) {
      const sum = (of: "calls" | "microUsd") => hidden.reduce((total, each) => total + each[of], 0);
      rows.push(row(words.hidden[by], sum("calls"), sum("microUsd")));
    }
    return [`**${words.topTitle[by]}**`, writeTable(words.topHead[by], rows)];
  }

  function chartOf(report: CostReport, theme: CostChart["theme"], dates: string): CostChart {
    const { total, change, models, days, kinds } = report;
    const said = words.chart;
    return {
      theme,
      title: said.title(total.microUsd),
      subtitle: said.subtitle(dates, change),
      models: models.map(({ model }) => (model === undefined ? said.others : shorten(model))),
      days: days.map(({ date, byModel }) => ({ label: said.day(date), byModel })),
      shares: kinds.map(({ kind, microUsd }) => ({
        label: said.kind(kind),
        microUsd,
        value: said.share(microUsd, total.microUsd),
      })),
      headings: said.headings,
      nothing: said.nothing,
    };
  }

  function altOf(report: CostReport, title: string): string {
    const said = words.chart;
    const models = report.models.map(({ model, microUsd }) =>
      said.model(model === undefined ? said.others : shorten(model), microUsd),
    );
    const [dearest] = report.days.toSorted((a, b) => b.microUsd - a.microUsd);
    const isAny = dearest !== undefined && dearest.microUsd > 0;
    return said.alt(title, headlineOf(report), models, isAny ? dearest : undefined);
  }
}

/** A legend has two names in a row. */
function shorten(name: string): string {
  const characters = [...name];
  return characters.length <= maxNameChars ? name : `${characters.slice(0, maxNameChars - 1).join("")}…`;
}
