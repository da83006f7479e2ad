import type { Place } from "../event.ts";
import type { PersonKey } from "../ids.ts";
import type { Decision } from "./policy.ts";

/** Everything that is judged, by where it comes from. */
export type InputKind =
  | "message"
  | "edit"
  | "history"
  | "picture"
  | "reply"
  | "summary"
  | "persona"
  | "command";

/** Whose words are judged, and what names them again when they are judged once more. */
export interface InputSource {
  readonly kind: InputKind;
  /** Whoever wrote it. */
  readonly person?: PersonKey;
  /** A message, a command, a persona: the same when the same is judged again. */
  readonly id: string;
}

export interface InputText extends InputSource {
  readonly text: string;
  /** It is the input behind what the same person wrote before, which was judged by itself: only a block of it counts. */
  readonly isJoined?: true;
}

/** What was flagged or blocked: everything about it but its words. */
export interface VerdictEntry extends InputSource {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly place: Place;
  /** Of the exact text, or of the picture. */
  readonly hash: string;
  readonly decision: Exclude<Decision, "allow">;
  /** Categories that led to it, with their scores from 0 to 1. */
  readonly scores: Readonly<Record<string, number>>;
}
