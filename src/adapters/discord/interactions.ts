import { InteractionResponseType, MessageFlags, Routes } from "discord-api-types/v10";

import { completeDiscordOption } from "./read-command.ts";
import type { CompletionValues } from "../../core/command/complete.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import { toAppError } from "../../core/errors.ts";
import type { ButtonPressed, CommandGiven } from "../../core/event.ts";
import type { Logger } from "../../core/ports.ts";
import type { AnswerTo } from "./answer-to.ts";
import { readAnswerTo } from "./answer-to.ts";
import type { Api } from "./api.ts";

/** First answers: within three seconds, or the person reads that the interaction failed (developers/interactions). */
export interface Interactions {
  complete(interaction: { readonly id: string; readonly token: string; readonly data: unknown }): void;
  /** Says that a command is under way, once it is `stored`; of a button, that nothing changes for now. */
  defer(given: CommandGiven | ButtonPressed, stored: Promise<unknown>): void;
  /** A button that is none of Parley's: nothing changes. */
  pass(interaction: Pick<AnswerTo, "id" | "token">): void;
  /** Resolves when Discord has heard that it is under way, or never will. */
  deferred(id: string): Promise<void>;
}

const withinMs = 3_000;

export function createInteractions(deps: {
  readonly api: Api;
  readonly table: CommandTable;
  readonly values: () => CompletionValues;
  readonly log: Logger;
}): Interactions {
  const { api, table, values, log } = deps;
  const deferring = new Map<string, Promise<void>>();

  async function answer({ id, token }: Pick<AnswerTo, "id" | "token">, body: object): Promise<void> {
    const route = Routes.interactionCallback(id, token);
    const signal = AbortSignal.timeout(withinMs);
    try {
      const bucket = `interaction ${id}`;
      await api.request({ method: "POST", route, bucket, body, byInteraction: true }, signal);
    } catch (error) {
      log.debug({ code: toAppError(error).code }, "an interaction was not answered in time");
    }
  }

  return {
    pass(interaction) {
      void answer(interaction, { type: InteractionResponseType.DeferredMessageUpdate });
    },
    complete({ data, ...interaction }) {
      const choices = completeDiscordOption(table, data, values());
      const type = InteractionResponseType.ApplicationCommandAutocompleteResult;
      void answer(interaction, { type, data: { choices } });
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
          () => answer(answerTo, kind === "command" ? waiting : unchanged),
          () => undefined,
        )
        .finally(() => deferring.delete(id));
      deferring.set(id, said);
    },
    deferred: async (id) => deferring.get(id),
  };
}
