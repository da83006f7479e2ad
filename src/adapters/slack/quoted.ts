import { z } from "zod";

import { linesOf, wordsIn } from "../../core/quoted.ts";
import { readText } from "./read-text.ts";
import type { NamesInText } from "./read-text.ts";

const Text = z.string().nullish();

/** A message that was forwarded, the preview of a link, or what an app added (docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments). */
const Secondary = z.object({
  pretext: Text,
  title: Text,
  text: Text,
  fallback: Text,
  fields: z.array(z.object({ title: Text, value: Text })).nullish(),
});

/** What came with a message without being written in it, a piece each. */
export function quotedIn(attachments: readonly unknown[] | undefined, names: NamesInText): readonly string[] {
  return (attachments ?? []).flatMap((each) => {
    const { data } = Secondary.safeParse(each);
    if (data === undefined) return [];
    const { pretext, title, text, fallback, fields } = data;
    const said = linesOf(
      pretext,
      title,
      text,
      ...(fields ?? []).flatMap((field) => [field.title, field.value]),
    );
    return [readText(said === "" ? (fallback ?? "") : said, names)];
  });
}

/** The words in the blocks of an app's message, in order: texts, options and buttons, whatever the blocks are called. */
export function textInBlocks(blocks: readonly unknown[] | undefined, names: NamesInText): string {
  return readText(linesOf(...wordsIn(blocks, wordKeys)), names);
}

const wordKeys: ReadonlySet<string> = new Set(["text", "alt_text"]);
