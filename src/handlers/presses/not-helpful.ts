import type { Hints } from "../../core/stores.ts";
import type { Ambient } from "../story.ts";
import { telling } from "./press.ts";
import type { Press } from "./press.ts";

/** A hint of an earlier thread didn't help: the next ones come from nearer threads only. Each is counted once. */
export function createNotHelpful(deps: {
  readonly hints: Hints;
  readonly ambient: Pick<Ambient, "words">;
}): Press {
  const { hints } = deps;
  const { actions, threads } = deps.ambient.words;
  return async (press) => {
    const hint = await hints.get(press.action.argument ?? "");
    if (hint === undefined) return telling(threads.hint.gone);
    const { platform, workspace } = hint.place;
    const isTheirs =
      hint.person === press.by.id && platform === press.place.platform && workspace === press.place.workspace;
    if (!isTheirs) return telling(actions.notYours);
    return { operations: [hints.notHelpful(hint)], told: threads.hint.noted };
  };
}
