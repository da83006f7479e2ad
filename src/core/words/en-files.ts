import type { UnreadReason } from "../attachment.ts";
import { harmlessFileName } from "../attachment-text.ts";
import { quoteText } from "../quote-text.ts";

const reasons: Readonly<Record<UnreadReason | "unseen" | "withCommand", string>> = {
  unknownKind: "I read text, PDFs and pictures, and it is none of these",
  empty: "it is empty",
  noText: "I found no text in it; a scan can be sent as a picture",
  broken: "it is damaged",
  encrypted: "it is locked with a password",
  tooLarge: "it has more than 10 MB",
  tooManyPixels: "it has more than 40 million pixels",
  tooMuchWork: "reading it took too long",
  tooMany: "there were too many files",
  notFetched: "I could not fetch it; please send it again",
  unseen: "the model here doesn't see pictures",
  withCommand: "files given with this command are not read",
};

/** Names files that an answer doesn't know, each with its reason. Names are their authors' choice. */
export function unreadFiles(
  files: readonly { readonly name: string; readonly reason: keyof typeof reasons }[],
): string {
  const each = files.map(({ name, reason }) => `${quoteText(harmlessFileName(name))} (${reasons[reason]})`);
  return `I have not read ${each.join(", ")}.`;
}
