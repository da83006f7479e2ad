import { InteractionResponseType, MessageFlags, Routes } from "discord-api-types/v10";

import { completeDiscordOption } from "./read-command.ts";
import type { CompletionValues } from "../../core/command/complete.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import type { WorkspacePlace } from "../../core/channel-settings.ts";
import { toAppError } from "../../core/errors.ts";
import type { ButtonPressed, CommandGiven } from "../../core/event.ts";
import type { WorkspaceId } from "../../core/ids.ts";
import type { Forms } from "../../core/command/forms.ts";
import type { Logger } from "../../core/ports.ts";
import type { AnswerTo } from "./answer-to.ts";
import { readAnswerTo } from "./answer-to.ts";
import type { Api } from "./api.ts";
import { renderModal } from "./form.ts";
import type { CommandInteraction } from "./schema.ts";
import { directWorkspace } from "./spot.ts";

/** First answers: within three seconds, or the person reads that the interaction failed (developers/interactions). */
export interface Interactions {
  complete(interaction: Autocomplete): void;
  /** Opens the form of a command that has one; false where there is none, or Discord didn't take it. Never rejects. */
  openForm(command: CommandGiven): Promise<boolean>;
  /** Says that a command is under way, once it is `stored`; of a button, that nothing changes for now. */
  defer(given: CommandGiven | ButtonPressed, stored: Promise<unknown>): void;
  /** A button that is none of Parley's: nothing changes. */
  pass(interaction: Pick<AnswerTo, "id" | "token">): void;
  /** Resolves when Discord has heard that it is under way, or never will. */
  deferred(id: string): Promise<void>;
}

type Autocomplete = Pick<CommandInteraction, "id" | "token" | "guild_id" | "data">;

const withinMs = 3_000;

export function createInteractions(deps: {
  readonly api: Api;
  readonly table: CommandTable;
  readonly forms: Pick<Forms, "formFor">;
  readonly values: (workspace: WorkspacePlace) => Promise<CompletionValues>;
  readonly log: Logger;
}): Interactions {
  const { api, table, forms, values, log } = deps;
  const deferring = new Map<string, Promise<void>>();

  async function answer({ id, token }: Pick<AnswerTo, "id" | "token">, body: object): Promise<boolean> {
    const route = Routes.interactionCallback(id, token);
    const signal = AbortSignal.timeout(withinMs);
    try {
      const bucket = `interaction ${id}`;
      await api.request({ method: "POST", route, bucket, body, byInteraction: true }, signal);
      return true;
    } catch (error) {
      log.debug({ code: toAppError(error).code }, "an interaction was not answered in time");
      return false;
    }
  }

  async function complete({ id, token, guild_id: guild, data }: Autocomplete): Promise<void> {
    const workspace = (guild ?? directWorkspace) as WorkspaceId;
    const choices = completeDiscordOption(table, data, await values({ platform: "discord", workspace }));
    const type = InteractionResponseType.ApplicationCommandAutocompleteResult;
    await answer({ id, token }, { type, data: { choices } });
  }

  return {
    pass(interaction) {
      void answer(interaction, { type: InteractionResponseType.DeferredMessageUpdate });
    },
    complete(interaction) {
      complete(interaction).catch((error: unknown) => {
        log.warn({ code: toAppError(error).code }, "nothing could be offered while a command is written");
      });
    },
    async openForm(command) {
      const form = command.answerTo === undefined ? undefined : await forms.formFor(command);
      if (form === undefined || command.answerTo === undefined) return false;
      const type = InteractionResponseType.Modal;
      return answer(readAnswerTo(command.answerTo), { type, data: renderModal(form) });
    },
    defer({ kind, answerTo: written }, stored) {
      if (written === undefined) return;
      const answerTo = readAnswerTo(written);
      const { id, isPrivate } = answerTo;
      const waiting = {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: { flags: isPrivate ? MessageFlags.Ephemeral : 0 },
      };
      const unchanged = { type: InteractionResponseType.DeferredMessageUpdate };
      const said = stored
        .then(
          async () => void (await answer(answerTo, kind === "command" ? waiting : unchanged)),
          () => undefined,
        )
        .finally(() => deferring.delete(id));
      deferring.set(id, said);
    },
    deferred: async (id) => deferring.get(id),
  };
}
