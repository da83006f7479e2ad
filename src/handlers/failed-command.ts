import type { AppError } from "../core/errors.ts";
import { splitMarkdown } from "../core/split.ts";
import type { CauseId } from "../core/ids.ts";
import type { Words } from "../core/words/en.ts";
import { causeOf, commandOf, finishCommand, keptEnding } from "./end-command.ts";
import type { EndCommand, EndCommandDeps } from "./end-command.ts";
import { sentenceFor } from "./explain.ts";
import type { Explain } from "./explain.ts";
import type { HandleFailure } from "./failed-message.ts";
import type { HeldClaim } from "./lease.ts";

/** What people get when a command failed: they alone, and each time, as a command is always answered. */
export function createHandleFailedCommand(
  deps: EndCommandDeps & {
    readonly ambient: { readonly words: Words; readonly explain: Explain };
  },
  end: EndCommand,
): HandleFailure {
  const { platformOf } = deps;
  const { words, explain } = deps.ambient;
  const failed = { outcome: "failed", privacy: "private" } as const;

  return {
    async explain(claim, error, setAside, signal) {
      const text = explanationOf(claim, error);
      await end(claim, { ...failed, text, ...(setAside && { setAside: error.code }) }, [], signal);
    },

    // The platform shows that a command is at work.
    async tellDelayed() {},

    async notify(claim, error, signal) {
      await end(claim, { ...failed, text: sentenceFor(error, words) }, [], signal);
    },

    async answerElsewhere(claim, error, signal) {
      const command = commandOf(claim);
      const { place, by } = command;
      const platform = platformOf(place);
      await platform.ready(signal);
      const kept = keptEnding(claim);
      const text = `${words.elsewhere}\n\n${kept?.text ?? explanationOf(claim, error)}`;
      for (const [index, part] of splitMarkdown(text, platform.limits.maxMessageChars).entries()) {
        const cause = `elsewhere:${causeOf(command)}/${index}` as CauseId;
        await claim.lease.check();
        await platform.sendDirect(place.workspace, by.id, cause, part, signal);
      }
      await finishCommand(claim, kept ?? failed, deps);
    },
  };

  function explanationOf(claim: HeldClaim, error: AppError): string {
    const { conversation, reading } = commandOf(claim);
    const name = reading.kind === "command" ? reading.command.name : undefined;
    return explain(error, { conversation, kind: "command", command: name });
  }
}
