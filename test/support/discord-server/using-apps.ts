import type { APIMessage } from "discord-api-types/v10";
import { PermissionFlagsBits } from "discord-api-types/v10";

import { refusal } from "./discord-error.ts";
import { interactionTypes } from "./interactions.ts";
import type { Interaction, Interactions } from "./interactions.ts";
import { messagePayload } from "./message-payloads.ts";
import { fillIn } from "./modal-body.ts";
import { may } from "./permissions.ts";
import type { RegisteredCommands } from "./routes-interactions.ts";
import type { Service } from "./service.ts";
import { viewOf } from "./view.ts";
import type { MessageView } from "./view.ts";
import { need } from "./world.ts";

/** A value that a person filled in; groups and subcommands hold others. */
export interface OptionDraft {
  readonly name: string;
  /** 1 subcommand, 2 group, 3 string, 4 integer … (developers/interactions/application-commands). */
  readonly type: number;
  readonly value?: string | number | boolean;
  readonly options?: readonly OptionDraft[];
  /** The one being typed, in an autocomplete. */
  readonly focused?: boolean;
}

export interface SlashDraft {
  readonly as: string;
  readonly channel: string;
  readonly command: string;
  readonly options?: readonly OptionDraft[];
}

export interface InteractionView {
  readonly id: string;
  readonly type: number;
  readonly as: string;
  readonly channel: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly response: Interaction["response"];
  readonly original: MessageView | undefined;
  readonly followUps: readonly MessageView[];
}

/** Commands, buttons and modals as people use them; each answers the interaction's id. */
export interface UsingApps {
  press(act: {
    readonly as: string;
    readonly message: string;
    readonly customId: string;
    /** What was chosen, for a select. */
    readonly values?: readonly string[];
  }): string;
  slash(draft: SlashDraft): string;
  autocomplete(draft: SlashDraft): string;
  /** Chooses one of the app's entries in the menu of a message. */
  useOnMessage(act: { readonly as: string; readonly message: string; readonly name: string }): string;
  /** Fills in the modal that an interaction was answered with, by the inputs' custom ids. What isn't named stays as it is. */
  submitModal(act: {
    readonly interaction: string;
    readonly values: Readonly<Record<string, string>>;
  }): string;
  interactions(): readonly InteractionView[];
  /** The commands as they stand; without a guild the global ones. */
  commands(guild?: string): readonly object[];
}

export function createUsingApps(
  service: Service,
  interactions: Interactions,
  registered: RegisteredCommands,
): UsingApps {
  const { world } = service;

  function runCommand(type: number, { as, channel: id, command: name, options = [] }: SlashDraft): string {
    const channel = need(world.channels, id, "channel");
    const known = [...(registered.get(channel.guildId ?? "") ?? []), ...(registered.get("global") ?? [])];
    const command = known.find((candidate) => candidate.name === name && (candidate.type ?? 1) === 1);
    if (!command) throw new Error(`no command is called ${name}`);
    const needed = command.default_member_permissions;
    const isDm = channel.guildId === undefined;
    // "0" is for administrators, who have every permission (developers/interactions/application-commands).
    const bits = needed === "0" ? PermissionFlagsBits.Administrator : BigInt(needed ?? 0);
    if (!isDm && !may(world, as, channel, bits)) throw refusal("missingPermissions");
    const data = { id: command.id, name, type: 1, options, ...(!isDm && { guild_id: channel.guildId }) };
    return interactions.begin({ type, as, channel, data, commandName: name }).id;
  }

  function viewInteraction(interaction: Interaction): InteractionView {
    const { id, type, userId, channel, at, response, original, followUps } = interaction;
    const stands = original?.deletedAt === undefined;
    return {
      id,
      type,
      as: userId,
      channel: channel.id,
      at,
      response,
      original: original && stands ? viewOf(world, original) : undefined,
      followUps: followUps.filter(({ deletedAt }) => deletedAt === undefined).map((m) => viewOf(world, m)),
    };
  }

  return {
    press({ as, message: id, customId, values }) {
      const message = need(world.messageById, id, "message");
      if (message.deletedAt !== undefined) throw refusal("unknownMessage");
      if (message.seenBy !== undefined && message.seenBy !== as) throw refusal("missingAccess");
      const component = findComponent(message.payload, customId);
      if (!component || component.disabled) throw new Error(`${customId} can't be pressed on ${id}`);
      const data = { custom_id: customId, component_type: component.type, ...(values && { values }) };
      const { channel } = message;
      return interactions.begin({ type: interactionTypes.component, as, channel, data, message }).id;
    },
    useOnMessage({ as, message: id, name }) {
      const message = need(world.messageById, id, "message");
      const command = (registered.get("global") ?? []).find((each) => each.name === name && each.type === 3);
      if (!command) throw new Error(`no message command is called ${name}`);
      const { channel } = message;
      const resolved = { messages: { [id]: messagePayload(world, message) } };
      const data = { id: command.id, name, type: 3, target_id: id, resolved };
      const type = interactionTypes.command;
      return interactions.begin({ type, as, channel, data, commandName: name }).id;
    },
    slash: (draft) => runCommand(interactionTypes.command, draft),
    autocomplete: (draft) => runCommand(interactionTypes.autocomplete, draft),
    submitModal({ interaction: id, values }) {
      const opener = interactions.list().find((interaction) => interaction.id === id);
      const modal = opener?.response?.data as { custom_id?: string; components?: object[] } | undefined;
      if (!opener || opener.response?.type !== 9) throw new Error(`${id} opened no modal`);
      const components = fillIn(modal?.components ?? [], values);
      const { userId: as, channel, message } = opener;
      const data = { custom_id: modal?.custom_id, components };
      return interactions.begin({
        type: interactionTypes.modal,
        as,
        channel,
        data,
        ...(message && { message }),
      }).id;
    },
    interactions: () => interactions.list().map(viewInteraction),
    commands: (guild = "global") => registered.get(guild) ?? [],
  };
}

interface PressableComponent {
  readonly type: number;
  readonly custom_id?: string;
  readonly disabled?: boolean;
}

function findComponent(payload: APIMessage, customId: string): PressableComponent | undefined {
  const rows = (payload.components ?? []) as readonly {
    readonly components?: readonly PressableComponent[];
  }[];
  return rows.flatMap((row) => row.components ?? []).find((child) => child.custom_id === customId);
}
