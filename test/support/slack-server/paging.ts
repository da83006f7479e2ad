import type { Arguments } from "./arguments.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Json } from "./workspace.ts";

export interface PageLimits {
  readonly usual: number;
  readonly most: number;
}

/** One page by `limit` and `cursor` (docs.slack.dev/apis/web-api/pagination). @throws SlackRefusal */
export function page<T>(
  all: readonly T[],
  args: Arguments,
  limits: PageLimits,
): { readonly items: readonly T[]; readonly hasMore: boolean; readonly metadata: Json } {
  const limit = args.count("limit") ?? limits.usual;
  if (limit < 1 || limit > limits.most) throw new SlackRefusal("invalid_limit");
  const start = readCursor(args.text("cursor"));
  const next = start + limit;
  const hasMore = next < all.length;
  return {
    items: all.slice(start, next),
    hasMore,
    metadata: { next_cursor: hasMore ? Buffer.from(`next:${next}`).toString("base64") : "" },
  };
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined || cursor === "") return 0;
  const start = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  if (start === undefined) throw new SlackRefusal("invalid_cursor");
  return Number(start);
}
