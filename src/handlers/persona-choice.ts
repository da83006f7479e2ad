import type { ChannelSettings } from "../core/channel-settings.ts";
import type { Place } from "../core/event.ts";
import { fitParameters } from "../core/model-parameters.ts";
import { namesFact, renderSystemMessage } from "../core/persona.ts";
import type { Persona, PersonaChoice, PersonaFacts } from "../core/persona.ts";
import type { Platform } from "../core/platform.ts";
import type { ChatParameters, Now } from "../core/ports.ts";
import type { ChatSettings } from "./chat-settings.ts";
import type { PersonaTexts } from "./recall.ts";

/** A persona as it answers in one place today. */
export interface ActivePersona extends PersonaTexts {
  readonly name: string;
  /** What people see. */
  readonly title: string;
  readonly model: string;
  readonly parameters: ChatParameters;
}

/** The persona that answers somebody in a place now, with everything that was set for it. @throws AppError `storage_*` */
export type PersonaFor = (place: Place, asking: Asking) => Promise<ActivePersona>;

export interface Asking {
  /** As people see it. */
  readonly user: string;
  readonly signal: AbortSignal;
  /** Instead of the persona that was chosen there. */
  readonly persona?: Persona;
  /** Instead of what was set for the channel. */
  readonly settings?: ChannelSettings;
}

/** What holds where neither the channel nor the persona says anything. */
export interface ModelDefaults {
  readonly default: string;
  readonly maxOutputTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
}

/**
 * What is nearer wins: the persona that was chosen in chat, then the config's for the channel, then the config's default;
 * model and parameters of the channel before the persona's own, and those before the config's. What the model refuses is
 * left out.
 */
export function createPersonaChoice(deps: {
  readonly configured: PersonaChoice;
  readonly model: ModelDefaults;
  readonly chatSettings: Pick<ChatSettings, "channel" | "chosenPersona">;
  readonly platformOf: (place: Place) => Pick<Platform, "channel" | "workspaceName">;
  readonly now: Now;
}): PersonaFor {
  const { configured, model: defaults, chatSettings, platformOf, now } = deps;

  return async (place, asking) => {
    const [settings, chosen] = await Promise.all([
      asking.settings ?? chatSettings.channel(place),
      asking.persona ?? chatSettings.chosenPersona(place),
    ]);
    const persona = chosen ?? configured.byChannel.get(place.channel) ?? configured.default;
    const model = settings.model ?? persona.model ?? defaults.default;
    const { maxOutputTokens, temperature, topP } = defaults;
    return {
      name: persona.name,
      title: persona.title,
      model,
      parameters: fitParameters(model, {
        maxTokens: maxOutputTokens,
        ...(temperature !== undefined && { temperature }),
        ...(topP !== undefined && { topP }),
        ...persona.parameters,
        ...settings.parameters,
      }),
      system: renderSystemMessage(persona, await factsFor(persona, place, asking)),
      examples: persona.examples,
    };
  };

  async function factsFor(persona: Persona, place: Place, { user, signal }: Asking): Promise<PersonaFacts> {
    const date = new Date(now()).toISOString().slice(0, 10);
    const workspace = namesFact(persona, "workspace")
      ? platformOf(place).workspaceName(place.workspace)
      : undefined;
    const channel = namesFact(persona, "channel") ? await channelName(place, signal) : undefined;
    return {
      date,
      user,
      ...(workspace !== undefined && { workspace }),
      ...(channel !== undefined && { channel }),
    };
  }

  /** A platform that doesn't answer just now is no reason to answer nobody. */
  async function channelName(place: Place, signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await platformOf(place).channel(place.workspace, place.channel, signal))?.name;
    } catch {
      return undefined;
    }
  }
}
