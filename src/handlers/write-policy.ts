import type { Place } from "../core/event.ts";
import { rulesInForce } from "../core/moderation/policy.ts";
import type { WordList } from "../core/moderation/word-list.ts";
import type { Words } from "../core/words/en.ts";
import type { ChatSettings } from "./chat-settings.ts";
import { writeTable } from "./write-table.ts";

/** The policy of a place as a table for people. @throws AppError `storage_*` */
export type WritePolicy = (place: Place) => Promise<string>;

export function createWritePolicy(deps: {
  readonly chatSettings: Pick<ChatSettings, "moderation">;
  readonly listed: WordList;
  readonly words: Words;
}): WritePolicy {
  const { chatSettings, listed } = deps;
  const words = deps.words.moderation.policy;
  return async (place) => {
    const rows = rulesInForce(await chatSettings.moderation(place)).map(
      ({ category, action, threshold, origin }) => [
        category,
        words.action(action),
        action === "allow" ? "" : (threshold?.toString() ?? words.flagged),
        words.origin(origin),
      ],
    );
    const { block, flag } = listed;
    const parts = [
      `**${words.title}**`,
      writeTable(words.head, rows),
      block.length + flag.length > 0 && words.words(block.length, flag.length),
      words.change,
    ];
    return parts.filter(Boolean).join("\n\n");
  };
}
