import type { Turn } from "../core/conversation.ts";
import type { ModelCall } from "../core/ledger.ts";
import { strictest } from "../core/moderation.ts";
import type { Verdict } from "../core/moderation.ts";
import { judgeBurst, judgeTurns } from "./judge-turns.ts";
import type { JudgedTurns, JudgingTurns } from "./judge-turns.ts";
import type { ActivePersona } from "./persona-choice.ts";
import { checkpoint } from "./story.ts";
import type { ChatMessageDeps, Story } from "./story.ts";
import { tellBlocked } from "./tell-blocked.ts";

/** What can be judged before anything more is fetched. */
export interface AskedSoFar {
  /** The questions, without their files. */
  readonly bare: readonly Turn[];
  readonly remembered: readonly Turn[];
  readonly summary: readonly Turn[];
  readonly persona: ActivePersona;
  readonly judging: JudgingTurns;
}

export interface AskedJudged extends Omit<JudgedTurns, "call"> {
  readonly calls: readonly ModelCall[];
}

/** The first verdict about what was asked: whoever wrote what is blocked needn't wait for the rest of it to be fetched. */
export function createJudgeAsked(deps: Pick<ChatMessageDeps, "storage" | "ambient">) {
  const { words, log } = deps.ambient;
  return { judgeAsked, tellAuthors };

  /** @throws AppError `moderation_unavailable`, `persona_blocked`, `platform_*`, `superseded` */
  async function judgeAsked(story: Story, asked: AskedSoFar, signal: AbortSignal): Promise<AskedJudged> {
    const { bare, remembered, summary, persona, judging } = asked;
    const judged = await judgeTurns([...bare, ...remembered, ...summary], persona, judging, signal);
    const allowed = bare.filter(({ id }) => judged.verdicts.get(id)?.decision !== "block");
    const burst = await judgeBurst(allowed, remembered, judging, signal);
    const verdicts = new Map(judged.verdicts);
    for (const [id, verdict] of burst.verdicts) {
      const own = verdicts.get(id);
      if (own) verdicts.set(id, strictest(own, [verdict]));
    }
    // Whether what moderators allowed holds is known when all of it was judged.
    const ofAsked = bare.map(({ id }, i) => (story.questions[i]?.allowed ? undefined : verdicts.get(id)));
    await tellAuthors(story, ofAsked, signal);
    return { verdicts, pinned: judged.pinned, calls: [judged.call ?? [], burst.call ?? []].flat() };
  }

  /** Once each; `verdicts` are those of the questions, in their order. */
  async function tellAuthors(
    story: Story,
    verdicts: readonly (Verdict | undefined)[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const [i, question] of story.questions.entries()) {
      const verdict = verdicts[i];
      if (verdict?.decision !== "block" || story.told.has(question.message)) continue;
      log.info({ conversation: question.conversation, categories: verdict.categories }, "message blocked");
      await story.claim.lease.check();
      await tellBlocked(question, verdict, { platform: story.platform, words, signal });
      story.told.add(question.message);
      await checkpoint(story, [], deps);
    }
  }
}
