import type { Turn } from "../core/conversation.ts";
import { promptText } from "../core/conversation.ts";
import { AppError } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import type { ModelCall } from "../core/ledger.ts";
import type { Verdict } from "../core/moderation.ts";
import type { InputKind, InputText } from "../core/moderation/input.ts";
import type { ChatMessage } from "../core/ports.ts";
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
}

/**
 * Judges everything that a prompt would hold and nobody has judged yet, in one call: the new turns, replies of the
 * model's own, and the persona. @throws AppError `moderation_unavailable`, `persona_blocked`
 */
export async function judgeTurns(
  turns: readonly UncountedTurn[],
  persona: PersonaTexts & { readonly name: string },
  { moderate, place, kindOf }: JudgingTurns,
  signal: AbortSignal,
): Promise<JudgedTurns> {
  const fresh = turns.filter((turn) => turn.verdict === undefined);
  const personaTexts = [
    persona.system,
    ...persona.examples.flatMap(({ question, answer }) => [question, answer]),
  ];
  const said = fresh.map((turn) => inputOf(turn, turn.role === "assistant" ? "reply" : kindOf(turn)));
  const own = personaTexts.map((text) => ({ text, kind: "persona" as const, id: persona.name }));
  const { verdicts, call } = await moderate([...said, ...own], place, signal);
  const judged = personaTexts.map((text, i): JudgedText => ({
    text,
    verdict: verdictAt(verdicts, fresh.length + i),
  }));
  const [system, ...examples] = judged;
  const pinned = system && pinnedMessages({ system, examples: pairs(examples) });
  if (pinned === undefined) throw new AppError("persona_blocked", "moderation blocks the persona");
  return {
    verdicts: new Map(fresh.map((turn, i) => [turn.id, verdictAt(verdicts, i)])),
    pinned,
    ...(call && { call }),
  };
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
