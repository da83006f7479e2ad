import { buttonFor } from "../../core/action.ts";
import { labelPeople, newConversation } from "../../core/conversation.ts";
import { personKey } from "../../core/ids.ts";
import type { MessageId } from "../../core/ids.ts";
import type { Shares } from "../../core/stores.ts";
import { quoteForModel } from "../../core/thread-summary.ts";
import type { AnswerOnce, AnswerOnceDeps, UncountedTurn } from "./answer-once.ts";
import type { CommandAnswer, CommandContext, RunCommand } from "./command.ts";
import { createReadPlace } from "./read-place.ts";
import { refuse } from "./refuse.ts";

/**
 * `ask`: one answer of the persona of that place, to a question that stands alone or is about one message. Nothing of it
 * is remembered but, for a day, what whoever asked may share.
 */
export function createAsk(
  deps: AnswerOnceDeps & { readonly stores: { readonly shares: Shares } },
  answerOnce: AnswerOnce,
): RunCommand<"ask"> {
  const { storage, stores, settings } = deps;
  const { words, now, newId } = deps.ambient;
  const readPlace = createReadPlace(deps);

  return async ({ text }, context) => {
    const { about } = context;
    const quoted = about === undefined ? undefined : await quote(about, context);
    if (quoted && "text" in quoted) return quoted;
    const before = quoted ? { before: [quoted.turn], needsAll: true } : {};
    const answer = await answerOnce({ text, ...before, mayUseTools: true }, context);
    return answer.isPrivate ? answer : offerToShare(text, answer, context);
  };

  async function offerToShare(
    question: string,
    answer: CommandAnswer,
    { place, by, channelKind }: CommandContext,
  ): Promise<CommandAnswer> {
    if (channelKind === "direct" || settings.buttons === "off") return answer;
    const share = { id: newId(), place, person: by.id, question, answer: answer.text };
    await storage.commit(stores.shares.keeping({ ...share, isShared: false, at: now() }));
    return { ...answer, buttons: [buttonFor({ name: "share", argument: share.id }, words)] };
  }

  async function quote(
    about: MessageId,
    context: CommandContext,
  ): Promise<CommandAnswer | { readonly turn: UncountedTurn }> {
    const { place, signal } = context;
    const read = await readPlace(context, (platform) => platform.message(place, about, signal));
    if (read === "refused" || read === undefined) return refuse(words.threadSummary.gone);
    if (read.text.trim() === "") return refuse(words.threadSummary.empty);
    const { author, sentAt, isOwn } = read;
    const { labels } = labelPeople(newConversation(context, now()), [author]);
    const label = isOwn ? "Parley" : (labels[author.id] ?? "");
    return {
      turn: {
        id: `about:${about}`,
        role: "user",
        author: { person: personKey(place.platform, place.workspace, author.id), id: author.id, label: "" },
        text: quoteForModel(label, read.text),
        messages: [about],
        at: sentAt,
        revision: sentAt,
      },
    };
  }
}
