import type { Config } from "../config.ts";
import type { Charts, ModelList } from "../core/ports.ts";
import type { PriceOf } from "../core/pricing.ts";
import type { Spending } from "../core/spending.ts";
import type { Schedules } from "../core/stores.ts";
import type { FindAdmins } from "../handlers/find-admins.ts";
import { createMakeReport } from "../handlers/reports/make-report.ts";
import { createReadCosts } from "../handlers/reports/read-costs.ts";
import type { ReportDeps } from "../handlers/reports/read-costs.ts";
import { createPostReport } from "../handlers/reports/post-report.ts";
import { createTellRetirement } from "../handlers/reports/tell-retirement.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";

/** Wires reports of costs: those that are asked for, those that are posted, and what models that end soon are said. */
export function assembleReports(
  story: ChatMessageDeps & {
    readonly stores: { readonly spending: Spending; readonly schedules: Schedules };
  },
  deps: {
    readonly config: Pick<Config, "timeZone" | "modelService">;
    readonly charts: Charts;
    readonly priceOf: PriceOf;
    readonly hasBudget: ReportDeps["reports"]["hasBudget"];
    readonly models: ModelList;
    readonly findAdmins: FindAdmins;
  },
) {
  const { config, charts, priceOf, hasBudget, models, findAdmins } = deps;
  const { schedules } = story.stores;
  const costs = { timeZone: config.timeZone, isOffline: config.modelService.kind === "offline" };
  const { retirementOf } = models;
  const reports = { charts, priceOf, hasBudget, retirementOf };
  const readCosts = createReadCosts({ ...story, costs, reports });
  const makeReport = createMakeReport({ ...story, costs, reports }, readCosts);
  return {
    costs,
    makeReport,
    readCosts,
    handlers: {
      postReport: createPostReport({ ...story, makeReport, costs }),
      tellRetirement: createTellRetirement({ ...story, models, schedules, findAdmins }),
    },
  };
}
