import { labelPeople, newConversation, turnOf } from "../../core/conversation.ts";
import type { Conversation } from "../../core/conversation.ts";
import type { Place } from "../../core/event.ts";
import { personKey } from "../../core/ids.ts";
import type { HistoryMessage, Platform } from "../../core/platform.ts";
import { summaryQuestion, summarySystem } from "../../core/thread-summary.ts";
import type { AnswerOnce, AnswerOnceDeps, AskedOnce, ReadBefore, UncountedTurn } from "./answer-once.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { createReadPlace } from "./read-place.ts";
import { refuse } from "./refuse.ts";

const maxMessages = 200;
const maxAgeDays = 30;
const maxAgeMs = maxAgeDays * 86_400_000;

/** `summarise`: what was said in a thread, or last in a channel, in short, for whoever asks and can read it. */
export function createSummarise(deps: AnswerOnceDeps, answerOnce: AnswerOnce): RunCommand<"summarise"> {
  const { words, now } = deps.ambient;
  const readPlace = createReadPlace(deps);

  return async (_given, context) => {
    const found = await readPlace(context, (platform) => readWhatWasSaid(platform, context));
    if (found === "refused") return refuse(words.threadSummary.cantRead);
    const since = now() - maxAgeMs;
    const said = found.filter(
      ({ message, sentAt, text }) => sentAt >= since && text.trim() !== "" && message !== context.message,
    );
    if (said.length === 0) return refuse(words.threadSummary.nothing(maxAgeDays));
    const asked: AskedOnce = {
      text: summaryQuestion,
      before: turnsOf(said.toReversed(), context),
      as: (persona) => ({ ...persona, system: summarySystem, examples: [] }),
      frame,
    };
    return answerOnce(asked, context);
  };

  function turnsOf(said: readonly HistoryMessage[], context: CommandContext): readonly UncountedTurn[] {
    const people = said.filter(({ isOwn }) => !isOwn).map(({ author }) => author);
    const conversation = labelPeople(newConversation(context, now()), people);
    return said.map((each) => turnFrom(each, conversation));
  }

  function frame({ turns, blocked, trimmed }: ReadBefore) {
    const { title, leftOut, olderLeftOut } = words.threadSummary;
    const since = new Date(turns[0]?.at ?? now()).toISOString().slice(0, 10);
    return {
      above: title(turns.length, since),
      below: [...(blocked > 0 ? [`*${leftOut(blocked)}*`] : []), ...(trimmed ? [`*${olderLeftOut}*`] : [])],
    };
  }
}

/** A message that stands alone is no thread and no chain of replies: then it is the channel that is meant. Newest first. */
async function readWhatWasSaid(
  platform: Platform,
  { place, signal }: CommandContext,
): Promise<readonly HistoryMessage[]> {
  const { thread, replyTo, ...channel } = place;
  const isOfOne = thread !== undefined || replyTo !== undefined;
  const together = isOfOne ? await platform.history(place, maxMessages, signal) : [];
  return together.length > 1 ? together : platform.history(channel satisfies Place, maxMessages, signal);
}

function turnFrom(
  { message, author, sentAt, text, isOwn }: HistoryMessage,
  conversation: Conversation,
): UncountedTurn {
  const { platform, workspace } = conversation.place;
  const person = personKey(platform, workspace, author.id);
  const turn = turnOf({ message, author, text, sentAt }, conversation, person);
  if (!isOwn) return turn;
  const { author: _author, ...own } = turn;
  return { ...own, role: "assistant" };
}
