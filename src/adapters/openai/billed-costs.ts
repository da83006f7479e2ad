import type { OpenAI } from "openai";
import { z } from "zod";

import type { BilledCosts, BilledDay } from "../../core/ports.ts";
import { modelError, translateError } from "./errors.ts";

/** The costs endpoint takes 180 at most (platform.openai.com/docs/api-reference/usage/costs). */
const daysAPage = 180;
const maxPages = 10;
const timeoutMs = 20_000;

const page = z.object({
  data: z.array(
    z.object({
      start_time: z.number(),
      results: z.array(
        z.object({
          // Some services send a decimal as text.
          amount: z.object({ value: z.coerce.number(), currency: z.string().nullish() }).nullish(),
          line_item: z.string().nullish(),
        }),
      ),
    }),
  ),
  has_more: z.boolean().nullish(),
  next_page: z.string().nullish(),
});

/** What OpenAI billed the organization, or of it one project; `client` has the admin key. */
export function createBilledCosts(
  client: OpenAI,
  { project }: { readonly project?: string | undefined } = {},
): BilledCosts {
  return {
    async days({ from, to }, signal) {
      const days: BilledDay[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < maxPages; pages++) {
        // oxlint-disable-next-line no-await-in-loop -- each page says where the next one begins.
        const { data, has_more: isMore, next_page: next } = await ask(from, to, after, signal);
        days.push(...data.map(readDay));
        if (!isMore || !next) return days;
        after = next;
      }
      throw modelError("model_malformed", {});
    },
  };

  async function ask(from: number, to: number, after: string | undefined, signal: AbortSignal) {
    const query = {
      start_time: Math.floor(from / 1_000),
      end_time: Math.ceil(to / 1_000),
      bucket_width: "1d" as const,
      group_by: ["line_item" as const],
      limit: daysAPage,
      ...(project !== undefined && { project_ids: [project] }),
      ...(after !== undefined && { page: after }),
    };
    try {
      const answer = await client.admin.organization.usage.costs(query, { signal, timeout: timeoutMs });
      const read = page.safeParse(answer);
      if (!read.success) throw modelError("model_malformed", {});
      return read.data;
    } catch (thrown) {
      throw translateError(thrown, { model: "", begun: false });
    }
  }
}

function readDay({ start_time: startSeconds, results }: z.output<typeof page>["data"][number]): BilledDay {
  return {
    date: new Date(startSeconds * 1_000).toISOString().slice(0, 10),
    items: results.flatMap(({ amount, line_item: lineItem }) =>
      amount && (amount.currency ?? "usd").toLowerCase() === "usd"
        ? [{ lineItem: lineItem ?? "", microUsd: Math.round(amount.value * 1e6) }]
        : [],
    ),
  };
}
