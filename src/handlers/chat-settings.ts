import type { ChannelMode, DefaultModes } from "../core/channel-mode.ts";
import type { ChannelPlace, ChannelSettings, WorkspacePlace } from "../core/channel-settings.ts";
import type { Place } from "../core/event.ts";
import { joinKey } from "../core/ids.ts";
import type { CategoryRules, PolicyLayers } from "../core/moderation/policy.ts";
import type { Persona } from "../core/persona.ts";
import type { Now } from "../core/ports.ts";
import type { Signals } from "../core/storage.ts";
import type { ChannelSettingsStore, ModerationRules, PersonaBindings } from "../core/stores.ts";
import type { KnownPersonas } from "./known-personas.ts";
import { createMemory } from "./memory.ts";

/** What was set in chat, remembered, because every message asks for it. */
export interface ChatSettings {
  channel(channel: ChannelPlace): Promise<ChannelSettings>;
  /** The channel's own mode, or that of its platform. */
  mode(channel: ChannelPlace): Promise<ChannelMode>;
  /** The persona that was chosen for a place or for what is around it; the nearest that there still is. */
  chosenPersona(place: Place): Promise<Persona | undefined>;
  /** What may reach a model there, by where each rule was made. */
  moderation(channel: ChannelPlace): Promise<PolicyLayers>;
  personaNames(workspace: WorkspacePlace): Promise<readonly string[]>;
  /** To be called when something was stored: every instance reads anew. */
  changed(): Promise<void>;
  stop(): Promise<void>;
}

const topic = "chat-settings";

export async function createChatSettings(deps: {
  readonly channelSettings: ChannelSettingsStore;
  readonly bindings: PersonaBindings;
  readonly known: KnownPersonas;
  readonly signals: Signals;
  readonly modes: DefaultModes;
  readonly moderationRules: ModerationRules;
  /** The rules of the config. */
  readonly rules: CategoryRules;
  readonly now: Now;
}): Promise<ChatSettings> {
  const { channelSettings, bindings, known, signals, modes, moderationRules, rules, now } = deps;
  const channels = createMemory<ChannelSettings>(now);
  const personas = createMemory<Persona | undefined>(now);
  const names = createMemory<readonly string[]>(now);
  const policies = createMemory<PolicyLayers>(now);
  const forget = () => {
    for (const memory of [channels, personas, names, policies]) memory.forget();
  };
  const unsubscribe = await signals.subscribe(topic, forget);

  const settingsOf = (channel: ChannelPlace) =>
    channels.recall(joinKey(channel.platform, channel.workspace, channel.channel), async () => {
      const { value } = await channelSettings.get(channel);
      return value;
    });

  return {
    channel: settingsOf,

    mode: async (channel) => (await settingsOf(channel)).mode ?? modes[channel.platform],

    chosenPersona: (place) => personas.recall(keyOf(place), () => choosePersona(place)),

    personaNames: (workspace) =>
      names.recall(joinKey(workspace.platform, workspace.workspace), async () =>
        (await known.all(workspace)).map(({ persona }) => persona.name),
      ),

    moderation: ({ platform, workspace, channel }) =>
      policies.recall(joinKey(platform, workspace, channel), async () => {
        const [ofWorkspace, ofChannel] = await Promise.all([
          moderationRules.get({ platform, workspace }),
          moderationRules.get({ platform, workspace, channel }),
        ]);
        return { config: rules, workspace: ofWorkspace.value, channel: ofChannel.value };
      }),

    async changed() {
      // At once here, whenever the signal comes round.
      forget();
      await signals.publish(topic, {});
    },

    stop: unsubscribe,
  };

  async function choosePersona(place: Place): Promise<Persona | undefined> {
    const holding = await bindings.holding(place);
    const found = await Promise.all(holding.map(({ persona }) => known.find(place, persona)));
    return found.find((each) => each !== undefined)?.persona;
  }
}

function keyOf({ platform, workspace, category, channel, thread }: Place): string {
  return joinKey(platform, workspace, category ?? "", channel, thread ?? "");
}
