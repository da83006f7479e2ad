import { writeReportCsv, writeReportJson } from "../../core/report/export.ts";
import type { MakeReport } from "../reports/make-report.ts";
import type { AskedReport } from "../reports/read-costs.ts";
import { readPeriod } from "../reports/read-period.ts";
import type { CostCommandDeps, CostCommands } from "./cost.ts";

/**
 * `cost report`: an admin gets what was spent in the workspace, who manages the channel what was spent there, and everybody
 * else their own; always privately, with a picture.
 */
export function createCostReport(
  deps: Pick<CostCommandDeps, "costs" | "ambient">,
  makeReport: MakeReport,
): CostCommands["cost report"] {
  return async ({ period: name = "month", by = "channel", theme = "light", as }, context) => {
    const { place, person, by: author, rights, signal } = context;
    const { period, title: dates } = readPeriod(name, deps);
    const scope: AskedReport["scope"] = rights.isAdmin
      ? { kind: "workspace" }
      : rights.isChannelManager
        ? { kind: "channel", channel: place.channel }
        : { kind: "person", person };
    const reader = { person: author.id };
    const asked = { place, scope, period, dates, by, theme, reader };
    const { text, picture, report } = await makeReport(asked, signal);
    if (as === undefined) return { text, files: [picture] };
    const numbers = {
      name: `costs-${name}.${as}`,
      mediaType: as === "csv" ? "text/csv; charset=utf-8" : "application/json",
      bytes: as === "csv" ? writeReportCsv(report) : writeReportJson(report, deps.costs.timeZone),
      altText: deps.ambient.words.report.numbersAlt,
    };
    return { text, files: [picture, numbers] };
  };
}
