import type { MessageCreated, MessageEdited } from "../core/event.ts";
import { identityOf } from "../core/event.ts";
import type { CauseId } from "../core/ids.ts";
import type { Verdict } from "../core/moderation.ts";
import type { Platform } from "../core/platform.ts";
import type { Words } from "../core/words/en.ts";

/** Tells the author that a message was blocked: what for in private, and where there is no privacy only that it was. */
export async function tellBlocked(
  event: MessageCreated | MessageEdited,
  verdict: Verdict,
  deps: { readonly platform: Platform; readonly words: Words; readonly signal: AbortSignal },
): Promise<void> {
  const { platform, words, signal } = deps;
  const told = await platform.notify(event.place, event.author.id, explainBlocked(verdict, words), signal);
  if (told !== "none") return;
  await platform.post(
    event.place,
    `blocked:${identityOf(event)}` as CauseId,
    { text: words.blockedInPublic },
    signal,
  );
}

/** For the author alone. */
export function explainBlocked({ categories }: Pick<Verdict, "categories">, words: Words): string {
  if (categories.some((category) => category.startsWith("self-harm"))) return words.supportive;
  const topics = categories.map((category) => words.topics[category] ?? words.otherTopic);
  return words.blocked([...new Set(topics)]);
}
