import { z } from "zod";

import { linesOf, wordsIn } from "../../core/quoted.ts";

const Text = z.string().nullish();

/** developers/resources/message, Embed Object */
export const EmbedPayload = z.object({
  title: Text,
  description: Text,
  author: z.object({ name: Text }).nullish(),
  fields: z.array(z.object({ name: Text, value: Text })).nullish(),
  footer: z.object({ text: Text }).nullish(),
});

/** developers/resources/poll */
export const PollPayload = z.object({
  question: z.object({ text: Text }),
  answers: z.array(z.object({ poll_media: z.object({ text: Text }) })).default([]),
});

export function textOfEmbed({
  author,
  title,
  description,
  fields,
  footer,
}: z.infer<typeof EmbedPayload>): string {
  const inFields = (fields ?? []).flatMap(({ name, value }) => [name, value]);
  return linesOf(author?.name, title, description, ...inFields, footer?.text);
}

export function textOfPoll({ question, answers }: z.infer<typeof PollPayload>): string {
  return linesOf(question.text, ...answers.map(({ poll_media: { text } }) => text && `- ${text}`));
}

/** The words on an app's components, in order: texts, and what stands on buttons and in menus. */
export function textInComponents(components: readonly unknown[]): string {
  return linesOf(...wordsIn(components, wordKeys));
}

const wordKeys: ReadonlySet<string> = new Set(["content", "label", "placeholder", "description"]);
