import { Refusal, badRequest } from "./refusal.ts";

/** What was billed on a day of UTC, by line item, in dollars. */
export interface BilledDay {
  readonly date: string;
  readonly items: Readonly<Record<string, number>>;
}

const daySeconds = 86_400;

/** docs: platform.openai.com/docs/api-reference/usage/costs. @throws Refusal */
export function answerCosts(
  query: URLSearchParams,
  key: string,
  adminKey: string,
  bill: readonly BilledDay[],
): object {
  if (key !== adminKey) {
    const message = "You have insufficient permissions for this operation. Missing scopes: api.usage.read.";
    throw new Refusal(403, { message, code: "missing_scope" });
  }
  const start = Number(query.get("start_time"));
  const end = Number(query.get("end_time") ?? Infinity);
  const limit = Number(query.get("limit") ?? 7);
  if (!Number.isInteger(start) || start <= 0) throw badRequest("Missing required parameter.", "start_time");
  if (end <= start) throw badRequest("end_time must be after start_time.", "end_time");
  if (!Number.isInteger(limit) || limit < 1 || limit > 180) throw badRequest("Must be 1 to 180.", "limit");
  if ((query.get("bucket_width") ?? "1d") !== "1d") throw badRequest("Only 1d is supported.", "bucket_width");
  const isByItem = query.getAll("group_by[]").includes("line_item") || query.get("group_by") === "line_item";
  const first = Math.floor(start / daySeconds) * daySeconds;
  const from = first + Number((query.get("page") ?? "page_0").slice("page_".length)) * daySeconds;
  const days = Array.from({ length: limit }, (_, i) => from + i * daySeconds).filter((at) => at < end);
  const next = (days.at(-1) ?? from) + daySeconds;
  const hasMore = next < end;
  return {
    object: "page",
    data: days.map((at) => ({
      object: "bucket",
      start_time: at,
      end_time: at + daySeconds,
      results: resultsOf(bill, at, isByItem),
    })),
    has_more: hasMore,
    next_page: hasMore ? `page_${(next - first) / daySeconds}` : null,
  };
}

function resultsOf(bill: readonly BilledDay[], at: number, isByItem: boolean): readonly object[] {
  const date = new Date(at * 1_000).toISOString().slice(0, 10);
  const items = Object.entries(bill.find((day) => day.date === date)?.items ?? {});
  const result = (value: number, lineItem: string | null) => ({
    object: "organization.costs.result",
    amount: { value, currency: "usd" },
    line_item: lineItem,
    project_id: null,
    organization_id: "org-test",
  });
  if (isByItem) return items.map(([lineItem, value]) => result(value, lineItem));
  return items.length > 0
    ? [
        result(
          items.reduce((sum, [, value]) => sum + value, 0),
          null,
        ),
      ]
    : [];
}
