import { toAppError } from "../../core/errors.ts";
import type { CommandGiven } from "../../core/event.ts";
import type { Forms } from "../../core/command/forms.ts";
import type { Logger } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { renderView } from "./form.ts";

/** A trigger is good for three seconds, and some of them went by (docs.slack.dev/interactivity). */
const withinMs = 1_500;

/**
 * Opens the form of a command that has one. Answers false where there is none, or where Slack didn't take it in time: the
 * command is to be handed in then.
 */
export function createOpenForm(deps: {
  readonly api: Api;
  readonly forms: Pick<Forms, "formFor">;
  readonly log: Logger;
}): (command: CommandGiven) => Promise<boolean> {
  const { api, forms, log } = deps;
  return async (command) => {
    const form = await forms.formFor(command);
    if (form === undefined) return false;
    const args = { trigger_id: command.command, view: renderView(form, command.place) };
    try {
      const signal = AbortSignal.timeout(withinMs);
      await api.call("views.open", { ...args }, { repeatable: false, optional: true, signal });
      return true;
    } catch (error) {
      const { code, facts } = toAppError(error);
      log.info({ code, facts }, "a form could not be opened");
      return false;
    }
  };
}
