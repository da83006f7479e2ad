import type { Answer } from "../../core/answer.ts";
import type { ButtonPressed } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import { findShown } from "../find-shown.ts";
import type { ChatMessageDeps } from "../story.ts";
import { telling } from "./press.ts";
import type { PressOutcome } from "./press.ts";

export type PressDeps = Pick<ChatMessageDeps, "platformOf" | "storage" | "stores" | "ambient"> & {
  /** People who are admins by the config, beside those of the platforms. */
  readonly admins: readonly string[];
};

export type Found = { readonly answer: Answer } | { readonly refused: PressOutcome };

/** The answer that a press is about, as whoever may read it may know it. */
export async function findAnswer(
  { place, action, message }: ButtonPressed,
  { stores, ambient }: PressDeps,
  signal: AbortSignal,
): Promise<Found> {
  const about = (action.argument ?? message) as MessageId;
  const answer = await findShown(place, about, stores.answers, signal);
  return answer ? { answer } : { refused: telling(ambient.words.actions.unknownAnswer) };
}

/** The same, for the one who asked and those who manage the channel. @throws AppError `platform_*` */
export async function findOwnAnswer(
  press: ButtonPressed,
  deps: PressDeps,
  signal: AbortSignal,
): Promise<Found> {
  const found = await findAnswer(press, deps, signal);
  if ("refused" in found) return found;
  const { asker, place } = found.answer;
  const { id } = press.by;
  if (id === asker.id || deps.admins.includes(id)) return found;
  const { isAdmin, isChannelManager } = await deps.platformOf(place).rights(place, id, signal);
  return isAdmin || isChannelManager ? found : { refused: telling(deps.ambient.words.actions.notYours) };
}

/** The same, where nothing was answered in that conversation since. @throws AppError `platform_*` */
export async function findNewestAnswer(
  press: ButtonPressed,
  deps: PressDeps,
  signal: AbortSignal,
): Promise<Found> {
  const found = await findOwnAnswer(press, deps, signal);
  if ("refused" in found) return found;
  const newest = await deps.stores.answers.newest(found.answer.conversation);
  const isNewest = newest?.cause === found.answer.cause;
  return isNewest ? found : { refused: telling(deps.ambient.words.actions.notNewest) };
}
