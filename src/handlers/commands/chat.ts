import { changeParameters, parameterOf } from "../../core/command/groups/chat.ts";
import { defaultSetting } from "../../core/command/shape.ts";
import { AppError } from "../../core/errors.ts";
import { reasoningOf } from "../../core/model-parameters.ts";
import type { Platform } from "../../core/platform.ts";
import type { ModelList, Now, TokenCounter } from "../../core/ports.ts";
import type { Place } from "../../core/event.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Storage } from "../../core/storage.ts";
import type { ChannelSettingsStore, Conversations, Ledger, Summaries } from "../../core/stores.ts";
import type { Words } from "../../core/words/en.ts";
import type { ChatSettings } from "../chat-settings.ts";
import type { ActivePersona, PersonaFor } from "../persona-choice.ts";
import type { SummarySettings } from "../fold-summary.ts";
import { createTurnBudget } from "../recall.ts";
import type { ContextLimits } from "../recall.ts";
import { createChangeChannel } from "./change-channel.ts";
import { createChatMemoryCommands } from "./chat-memory.ts";
import { checkModel } from "./check-model.ts";
import type { CommandHandlers } from "./command.ts";
import { refuse } from "./refuse.ts";

export interface ChatCommandDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit">;
  readonly stores: {
    readonly conversations: Conversations;
    readonly summaries: Summaries;
    readonly ledger: Pick<Ledger, "spentOn">;
    readonly channelSettings: ChannelSettingsStore;
  };
  readonly models: { readonly list: ModelList; readonly tokens: TokenCounter };
  readonly settings: {
    readonly personaFor: PersonaFor;
    readonly chatSettings: Pick<ChatSettings, "channel" | "changed" | "mode">;
    readonly limits: ContextLimits;
    readonly summary: SummarySettings;
  };
  readonly ambient: { readonly words: Words; readonly now: Now };
}

export type ChatCommands = Pick<
  CommandHandlers,
  "chat info" | "chat reset" | "chat export" | "chat mode" | "chat model" | "chat set"
>;

/** What is said about a conversation, and what is set for its channel. */
export function createChatCommands(deps: ChatCommandDeps): ChatCommands {
  const { models, settings } = deps;
  const { personaFor, chatSettings } = settings;
  const { words, now } = deps.ambient;
  const { channelSettings } = deps.stores;
  const changeChannel = createChangeChannel({ storage: deps.storage, channelSettings, chatSettings, now });
  const turnBudget = createTurnBudget(models.tokens, settings.limits);

  return {
    ...createChatMemoryCommands(deps),

    async "chat mode"({ mode }, context) {
      if (context.channelKind === "direct") return refuse(words.chat.directMode);
      return changeChannel(context, async (before) => ({
        settings: { ...before, mode },
        answer: { text: words.chat.mode(mode) },
      }));
    },

    async "chat model"({ name }, context) {
      const asking = { user: context.by.name, signal: context.signal };
      const isDefault = name.toLowerCase() === defaultSetting;
      const check = isDefault ? undefined : await checkModel(name, models.list, words);
      if (check?.kind === "unknown") return refuse(check.text);
      return changeChannel(context, async ({ model: _before, ...rest }) => {
        const next = isDefault ? rest : { ...rest, model: name };
        const active = await personaFor(context.place, { ...asking, settings: next });
        if (!(await leavesRoom(active)))
          return { answer: refuse(words.chat.noRoom(quoteText(active.model))) };
        const shown = quoteText(active.model);
        const left = namesOf(next.parameters).filter(
          (key) => active.parameters[parameterOf[key]] === undefined,
        );
        const text = [
          isDefault ? words.chat.modelDefault(shown) : words.chat.model(shown),
          check?.text,
          left.length > 0 && words.chat.leftAside(left, shown),
        ];
        return { settings: next, answer: { text: text.filter(Boolean).join(" ") } };
      });
    },

    async "chat set"(given, context) {
      const { parameter, value } = given;
      const asking = { user: context.by.name, signal: context.signal };
      return changeChannel(context, async (before) => {
        const next = { ...before, parameters: changeParameters(before.parameters, given) };
        const [now, active] = await Promise.all([
          personaFor(context.place, { ...asking, settings: before }),
          personaFor(context.place, { ...asking, settings: next }),
        ]);
        const shown = quoteText(active.model);
        const isDefault = value === defaultSetting;
        if (!isDefault && active.parameters[parameterOf[parameter]] === undefined)
          return {
            answer: refuse(words.chat.refusedParameter(parameter, shown, reasoningOf(active.model))),
          };
        if (!(await leavesRoom(active))) return { answer: refuse(words.chat.noRoom(shown)) };
        const left = namesOf(now.parameters).filter(
          (key) => key !== parameter && active.parameters[parameterOf[key]] === undefined,
        );
        const text = [
          isDefault ? words.chat.setDefault(parameter) : words.chat.set(parameter, quoteValue(value)),
          left.length > 0 && words.chat.leftAside(left, shown),
        ];
        return { settings: next, answer: { text: text.filter(Boolean).join(" ") } };
      });
    },
  };

  async function leavesRoom(persona: ActivePersona): Promise<boolean> {
    try {
      await turnBudget(persona);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "context_overflow") return false;
      throw error;
    }
  }
}

type SettingName = keyof typeof parameterOf;

/** What of this is set, as people write it. */
function namesOf(parameters: Partial<ActivePersona["parameters"]>): readonly SettingName[] {
  const names = Object.keys(parameterOf) as readonly SettingName[];
  return names.filter((name) => parameters[parameterOf[name]] !== undefined);
}

function quoteValue(value: number | string | readonly string[]): string {
  const values = typeof value === "object" ? value : [String(value)];
  return values.map(quoteText).join(", ");
}
