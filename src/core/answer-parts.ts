import type { OutgoingAnswer, OutgoingFile } from "./platform.ts";
import { splitMarkdown } from "./split.ts";
import type { Words } from "./words/en.ts";

/** A command's answer as it is sent. */
export interface AnswerParts {
  /** One a message, each within the limit. */
  readonly texts: readonly string[];
  readonly files: readonly OutgoingFile[];
}

/** Splits an answer; one that takes more messages than it may is cut, and goes along whole as a file. */
export function splitAnswer(
  { text, files = [] }: Pick<OutgoingAnswer, "text" | "files">,
  limits: { readonly maxMessageChars: number; readonly maxMessages: number },
  { wholeAnswer }: Words["commands"],
): AnswerParts {
  const texts = splitMarkdown(text, limits.maxMessageChars);
  if (texts.length <= limits.maxMessages) return { texts, files };
  const [beginning = ""] = splitMarkdown(text, limits.maxMessageChars - wholeAnswer.note.length - 2);
  const whole: OutgoingFile = {
    name: wholeAnswer.name,
    mediaType: "text/markdown",
    bytes: new TextEncoder().encode(text),
    altText: wholeAnswer.altText,
  };
  return { texts: [`${beginning}\n\n${wholeAnswer.note}`], files: [...files, whole] };
}
