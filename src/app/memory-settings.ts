import type { Config } from "../config.ts";
import { searchThreadsTool } from "../core/threads/search-tool.ts";
import type { ChatMessageDeps } from "../handlers/story.ts";

const hourMs = 3_600_000;

/** What the config says about what Parley takes in of before, and what becomes of what no longer fits. */
export function memorySettings({
  context,
  model,
  threads,
}: Pick<Config, "context" | "model" | "threads">): Pick<
  ChatMessageDeps["settings"],
  "limits" | "earlier" | "summary"
> {
  const { import: earlier, trim, summary } = context;
  return {
    limits: {
      maxTokens: context.maxTokens,
      contextTokens: model.contextTokens,
      tools: threads.index === "on" && threads.search === "on" ? [searchThreadsTool] : [],
    },
    earlier: { maxTokens: earlier.maxTokens, maxAgeMs: earlier.maxAgeHours * hourMs },
    summary: {
      isOn: trim === "summarise",
      maxTokens: summary.maxTokens,
      ...(summary.model !== undefined && { model: summary.model }),
    },
  };
}
