import { buttonFor } from "./action.ts";
import type { ActionName } from "./action.ts";
import type { Author, ChannelKind, Place } from "./event.ts";
import type { CauseId, ConversationKey, MessageId } from "./ids.ts";
import type { Button } from "./platform.ts";
import type { Words } from "./words/en.ts";

/** An answer as it stands on the platform, for whoever presses something under it or changes what it answers. */
export interface Answer {
  /** Also the id of its turn. */
  readonly cause: CauseId;
  readonly conversation: ConversationKey;
  /** Where it was asked for. */
  readonly place: Place;
  readonly channelKind: ChannelKind;
  /** What it answers, oldest first. */
  readonly questions: readonly AnsweredQuestion[];
  /** The author of the last question. */
  readonly asker: Author;
  /** When the last question was sent, by the platform's clock; orders the answers of a conversation. */
  readonly askedAt: number;
  readonly messages: readonly MessageId[];
  /** All that is read in its messages. */
  readonly text: string;
  /** `failed`: why there is no answer is read in its place. */
  readonly kind: "whole" | "cut" | "failed";
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** A question in the revision in which it was answered. */
export interface AnsweredQuestion {
  readonly id: MessageId;
  readonly revision: number;
}

const offered: Readonly<Record<Answer["kind"], readonly ActionName[]>> = {
  whole: ["regenerate", "good", "bad"],
  cut: ["continue", "regenerate", "good", "bad"],
  failed: ["regenerate"],
};

/** The buttons under a finished answer. */
export function buttonsUnder({ kind }: Pick<Answer, "kind">, words: Words): readonly Button[] {
  return offered[kind].map((name) => buttonFor({ name }, words));
}
