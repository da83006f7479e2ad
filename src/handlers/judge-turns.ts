import type { Turn } from "../core/conversation.ts";
import { promptText } from "../core/conversation.ts";
import { AppError } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import type { ModelCall } from "../core/ledger.ts";
import { strictest } from "../core/moderation.ts";
import type { Verdict } from "../core/moderation.ts";
import type { InputKind, InputText } from "../core/moderation/input.ts";
import type { ChatMessage } from "../core/ports.ts";
import { withRecentTurns } from "../core/moderation/recent-messages.ts";
import { pinnedMessages } from "../core/prompt.ts";
import type { JudgedText } from "../core/prompt.ts";
import type { Moderate } from "./moderate.ts";
import type { PersonaTexts } from "./recall.ts";

type UncountedTurn = Omit<Turn, "tokens" | "encoding">;

export interface JudgedTurns {
  /** Verdicts by turn id, for the turns that had none. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly pinned: readonly ChatMessage[];
  readonly call?: ModelCall;
}

export interface JudgingTurns {
  readonly moderate: Moderate;
  readonly place: Place;
  /** Where the words of people come from. */
  readonly kindOf: (turn: Pick<Turn, "id">) => InputKind;
  /** A turn together with what its author said before it, to be judged along. */
  readonly joinedWith?: ((turn: UncountedTurn) => readonly string[]) | undefined;
}

/**
 * Judges everything that a prompt would hold and nobody has judged yet, in one call: the new turns, replies of the
 * model's own, and the persona. @throws AppError `moderation_unavailable`, `persona_blocked`
 */
export async function judgeTurns(
  turns: readonly UncountedTurn[],
  persona: PersonaTexts & { readonly name: string },
  judging: JudgingTurns,
  signal: AbortSignal,
): Promise<JudgedTurns> {
  const personaTexts = [
    persona.system,
    ...persona.examples.flatMap(({ question, answer }) => [question, answer]),
  ];
  const own = personaTexts.map((text) => ({ text, kind: "persona" as const, id: persona.name }));
  const { verdicts, beside, ...judgement } = await judgeBeside(turns, own, judging, signal);
  const judged = personaTexts.map((text, i): JudgedText => ({ text, verdict: verdictAt(beside, i) }));
  const [system, ...examples] = judged;
  const pinned = system && pinnedMessages({ system, examples: pairs(examples) });
  if (pinned === undefined) throw new AppError("persona_blocked", "moderation blocks the persona");
  return { verdicts, pinned, ...judgement };
}

/** Judges turns that nobody has judged yet, in one call; in none where there are none. @throws AppError `moderation_unavailable` */
export async function judgeMore(
  turns: readonly UncountedTurn[],
  judging: JudgingTurns,
  signal: AbortSignal,
): Promise<Omit<JudgedTurns, "pinned">> {
  if (turns.length === 0) return { verdicts: new Map() };
  const { beside: _none, ...judged } = await judgeBeside(turns, [], judging, signal);
  return judged;
}

/**
 * Judges messages that came at once, and were let in each by itself, together with those of the same person among them:
 * what is blocked so, by turn id. One call where somebody wrote more than one, else none. @throws AppError `moderation_unavailable`
 */
export async function judgeBurst(
  turns: readonly Turn[],
  before: readonly Turn[],
  { moderate, place, kindOf }: JudgingTurns,
  signal: AbortSignal,
): Promise<Omit<JudgedTurns, "pinned">> {
  const inputs = turns.flatMap((turn) => {
    const known = withRecentTurns(turn, before);
    const joined = withRecentTurns(turn, [...turns, ...before]).filter((text) => !known.includes(text));
    return joined.map((text) => ({ ...inputOf(turn, kindOf(turn)), text, isJoined: true as const }));
  });
  if (inputs.length === 0) return { verdicts: new Map() };
  const { verdicts, call } = await moderate(inputs, place, signal);
  const blocked = verdicts.flatMap((verdict, i): [string, Verdict][] =>
    verdict.decision === "block" ? [[inputs[i]?.id ?? "", verdict]] : [],
  );
  return { verdicts: new Map(blocked), ...(call && { call }) };
}

/** A turn that is blocked together with what its author said before it is blocked. */
async function judgeBeside(
  turns: readonly UncountedTurn[],
  others: readonly InputText[],
  { moderate, place, kindOf, joinedWith }: JudgingTurns,
  signal: AbortSignal,
): Promise<Omit<JudgedTurns, "pinned"> & { readonly beside: readonly Verdict[] }> {
  const fresh = turns.filter((turn) => turn.verdict === undefined);
  const inputs = fresh.map((turn): readonly InputText[] => {
    if (turn.role === "assistant") return [inputOf(turn, "reply")];
    const own = inputOf(turn, kindOf(turn));
    const joined = joinedWith?.(turn) ?? [];
    return [own, ...joined.map((text) => ({ ...own, text, isJoined: true as const }))];
  });
  const { verdicts, call } = await moderate([...inputs.flat(), ...others], place, signal);
  const byTurn = new Map<string, Verdict>();
  let at = 0;
  for (const [i, { id }] of fresh.entries()) {
    const count = inputs[i]?.length ?? 0;
    const blocked = verdicts.slice(at + 1, at + count).filter(({ decision }) => decision === "block");
    byTurn.set(id, strictest(verdictAt(verdicts, at), blocked));
    at += count;
  }
  return { verdicts: byTurn, beside: verdicts.slice(at), ...(call && { call }) };
}

/** A turn as it enters a prompt, for moderation to judge. */
export function inputOf(turn: UncountedTurn, kind: InputKind): InputText {
  const { id, author } = turn;
  return { text: promptText(turn), kind, id, ...(author && { person: author.person }) };
}

function verdictAt(verdicts: readonly Verdict[], i: number): Verdict {
  const verdict = verdicts[i];
  if (verdict === undefined)
    throw new AppError("internal", "moderation answered fewer texts than it was asked about");
  return verdict;
}

function pairs(texts: readonly JudgedText[]): { question: JudgedText; answer: JudgedText }[] {
  return texts.flatMap((question, i) => {
    const answer = texts[i + 1];
    return i % 2 === 0 && answer !== undefined ? [{ question, answer }] : [];
  });
}
