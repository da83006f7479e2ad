import type { CauseId } from "../../core/ids.ts";
import { splitMarkdown } from "../../core/split.ts";
import type { Share, Shares } from "../../core/stores.ts";
import type { PressDeps } from "./find-answer.ts";
import { telling } from "./press.ts";
import type { Press } from "./press.ts";

/** Posts a private answer and its question in the channel it was asked in, in the name of whoever asked, once. */
export function createShare(deps: PressDeps & { readonly shares: Shares }): Press {
  const { platformOf, shares } = deps;
  const { words, log } = deps.ambient;
  const { share: said } = words.actions;

  return async (press, signal) => {
    const share = await shares.get(press.action.argument ?? "");
    if (share === undefined) return telling(said.expired);
    if (share.person !== press.by.id || !isSamePlace(share, press)) return telling(said.notYours);
    if (share.isShared) return telling(said.already);
    const { place, question, answer, id } = share;
    const platform = platformOf(place);
    if (!(await platform.canWrite(place, press.by.id, signal))) return telling(said.mayNotWrite);
    const { id: person, name } = press.by;
    const text = `${quoted(question)}\n\n${answer}`;
    for (const [index, part] of splitMarkdown(text, platform.limits.maxMessageChars).entries()) {
      const onBehalfOf = index === 0 && { onBehalfOf: { person, name, says: said.asked } };
      await platform.post(place, `share:${id}/${index}` as CauseId, { text: part, ...onBehalfOf }, signal);
    }
    log.info({ platform: place.platform }, "private answer shared");
    return { operations: [shares.closing(share)], told: said.done };
  };
}

function isSamePlace(share: Share, { place }: Parameters<Press>[0]): boolean {
  const { platform, workspace, channel } = share.place;
  return platform === place.platform && workspace === place.workspace && channel === place.channel;
}

function quoted(question: string): string {
  return question.replaceAll(/^/gm, "> ");
}
