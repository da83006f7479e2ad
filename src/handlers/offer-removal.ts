import { buttonFor } from "../core/action.ts";
import type { MessageDeleted, MessageEdited } from "../core/event.ts";
import { redrawAnswer } from "./redraw-answer.ts";
import type { ChatMessageDeps } from "./story.ts";

/**
 * Offers to take away the answer to a message that is gone: to the asker alone where the platform has messages that one
 * person sees, else by a button on the answer itself. Nothing where another question is answered with it, or none was.
 * @throws AppError `platform_*`
 */
export type OfferRemoval = (
  event: Pick<MessageDeleted | MessageEdited, "place" | "message">,
  signal: AbortSignal,
) => Promise<void>;

export function createOfferRemoval(
  deps: Pick<ChatMessageDeps, "platformOf" | "stores" | "settings" | "ambient">,
): OfferRemoval {
  const { platformOf, settings } = deps;
  const { answers, conversations } = deps.stores;
  const { words } = deps.ambient;

  return async ({ place, message }, signal) => {
    const answer = await answers.toQuestion(place, message);
    if (answer === undefined || settings.buttons === "off") return;
    const { conversation, questions, messages, channelKind, asker } = answer;
    const turns = await Promise.all(questions.map(({ id }) => conversations.turn(conversation, id)));
    const [shown] = messages;
    if (shown === undefined || turns.some((turn) => turn !== undefined)) return;
    const platform = platformOf(answer.place);
    if (!platform.abilities.buttons) return;
    await platform.ready(signal);
    const button = buttonFor({ name: "removeAnswer", argument: shown }, words);
    if (platform.abilities.privateNotice === "ephemeral" && channelKind !== "direct") {
      const { offerRemoval } = words.actions;
      const told = await platform.notify(answer.place, asker.id, offerRemoval, signal, [button]);
      if (told !== "none") return;
    }
    const check = async (): Promise<void> => undefined;
    await redrawAnswer(answer, [button], platform, { signal, check });
  };
}
