import { defaultSetting } from "../../core/command/shape.ts";
import type { Place } from "../../core/event.ts";
import { alwaysBlocked, isLooser, rulesInForce } from "../../core/moderation/policy.ts";
import type { CategoryRule, CategoryRules } from "../../core/moderation/policy.ts";
import type { WordList } from "../../core/moderation/word-list.ts";
import type { Platform } from "../../core/platform.ts";
import type { Now } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { ModerationRules, VerdictLog } from "../../core/stores.ts";
import type { Words } from "../../core/words/en.ts";
import type { ChatSettings } from "../chat-settings.ts";
import { createWritePolicy } from "../write-policy.ts";
import type { CommandAnswer, CommandContext, CommandHandlers } from "./command.ts";
import { createModerationLog } from "./moderation-log.ts";
import { refuse } from "./refuse.ts";
import { retryOvertaken } from "./retry-overtaken.ts";

export interface ModerationCommandDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit">;
  readonly stores: { readonly moderationRules: ModerationRules; readonly verdicts: VerdictLog };
  readonly settings: { readonly chatSettings: Pick<ChatSettings, "moderation" | "changed"> };
  /** Of the config. */
  readonly moderation: { readonly words: WordList; readonly logKeptMs: number };
  readonly ambient: { readonly words: Words; readonly now: Now };
}

export type ModerationCommands = Pick<
  CommandHandlers,
  "moderation policy" | "moderation set" | "moderation log"
>;

/** What reaches a model in a place, and what was kept from it. */
export function createModerationCommands(deps: ModerationCommandDeps): ModerationCommands {
  const { storage, stores, moderation } = deps;
  const { moderationRules } = stores;
  const { chatSettings } = deps.settings;
  const { now } = deps.ambient;
  const words = deps.ambient.words.moderation;
  const writePolicy = createWritePolicy({
    chatSettings,
    listed: moderation.words,
    words: deps.ambient.words,
  });

  return {
    "moderation policy": async (_given, { place }) => ({ text: await writePolicy(place) }),

    async "moderation set"(given, context) {
      const { category, action, threshold, for: reach = "channel" } = given;
      if (category === alwaysBlocked) return refuse(words.always(category));
      if (threshold !== undefined && action !== "flag" && action !== "block")
        return refuse(words.noThreshold);
      if (reach === "workspace" && !context.rights.isAdmin) return refuse(words.adminsSetAll);
      const rule =
        action === defaultSetting ? undefined : { action, ...(threshold !== undefined && { threshold }) };
      const refusal = await mayNotLoosen(category, rule, context);
      if (refusal) return refusal;
      await change(reach, category, rule, context);
      const text = rule
        ? words.set(category, rule.action, threshold, reach)
        : words.takenBack(category, reach);
      return { text };
    },

    "moderation log": createModerationLog(deps),
  };

  /** Who isn't an admin may make a channel stricter than what is around it, and go back to that. */
  async function mayNotLoosen(
    category: keyof CategoryRules,
    rule: CategoryRule | undefined,
    { place, rights }: CommandContext,
  ): Promise<CommandAnswer | undefined> {
    if (rights.isAdmin || rule === undefined) return undefined;
    const layers = await chatSettings.moderation(place);
    const around = rulesInForce({ ...layers, channel: {} }).find((each) => each.category === category);
    return around && isLooser(rule, around) ? refuse(words.onlyStricter(category, around.action)) : undefined;
  }

  function change(
    reach: "channel" | "workspace",
    category: keyof CategoryRules,
    rule: CategoryRule | undefined,
    { place, person, id }: CommandContext,
  ): Promise<void> {
    const { platform, workspace, channel } = place;
    const scope = { platform, workspace, ...(reach === "channel" && { channel }) };
    return retryOvertaken(async () => {
      const { value, version } = await moderationRules.get(scope);
      const { [category]: _before, ...rest } = value;
      const rules = rule ? { ...rest, [category]: rule } : rest;
      const by = { by: person, at: now(), cause: id };
      await storage.commit([moderationRules.putting(scope, rules, version, by)]);
      await chatSettings.changed();
    });
  }
}
