import { AppError } from "../core/errors.ts";
import { identityOf } from "../core/event.ts";
import type { MessageCreated } from "../core/event.ts";
import type { CauseId } from "../core/ids.ts";
import type { Claim } from "../core/storage.ts";
import type { ChatMessageDeps, Story, StoryState } from "./story.ts";

/**
 * Takes up the story of a claim where it was left. An entry that was tried before may have posted what nobody wrote
 * down: that is looked up first. @throws AppError `platform_*`
 */
export async function openStory(
  claim: Claim,
  platformOf: ChatMessageDeps["platformOf"],
  signal: AbortSignal,
): Promise<Story> {
  const [first, ...more] = claim.entries.map((entry) => entry.payload as MessageCreated);
  if (first === undefined) throw new AppError("internal", "a claim without entries");
  const last = more.at(-1) ?? first;
  const platform = platformOf(last.place);
  await platform.ready(signal);
  const cause = `reply:${identityOf(first)}` as CauseId;
  const state = claim.state as StoryState | undefined;
  const resumed = claim.entries.some((entry) => entry.attempt > 1);
  const found = resumed ? await platform.findPosted(last.place, cause, signal) : [];
  const posted = [...new Set([...(state?.posted ?? []), ...found])];
  return {
    claim,
    platform,
    questions: [first, ...more],
    last,
    cause,
    reply: platform.openReply(last.place, { cause, asker: last.author.id, posted }),
    posted,
    told: new Set(state?.told),
    ending: state?.ending,
  };
}
