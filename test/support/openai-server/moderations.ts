import { z } from "zod";

import { parseBody } from "./chat-body.ts";
import { firstPixel, imagePart } from "./image-url.ts";
import type { ImagePart } from "./image-url.ts";

/** One picture a request. */
const pictures = z.tuple([imagePart]);

export const moderationBody = z.strictObject({
  model: z.string().optional(),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(32), pictures]),
});

const categories = [
  "harassment",
  "harassment/threatening",
  "hate",
  "hate/threatening",
  "illicit",
  "illicit/violent",
  "self-harm",
  "self-harm/intent",
  "self-harm/instructions",
  "sexual",
  "sexual/minors",
  "violence",
  "violence/graphic",
];

/** Which word sets off which category. */
export type BlockWords = Readonly<Record<string, string>>;

/** One result an input: a category is flagged when one of its words is in the text. */
export function moderate(
  value: unknown,
  blockWords: BlockWords,
  nullable: boolean,
): { inputs: string[]; results: object[] } {
  const { input } = parseBody(moderationBody, value);
  const inputs = (typeof input === "string" ? [input] : input).map(describe);
  return { inputs, results: inputs.map((text) => judge(text.toLowerCase(), blockWords, nullable)) };
}

/** A picture is judged by its colour: `picture of red`. */
function describe(input: string | ImagePart): string {
  if (typeof input === "string") return input;
  const [red = 0, green = 0, blue = 0] = firstPixel(input);
  if (red > 200 && green < 80 && blue < 80) return "picture of red";
  return blue > 200 && red < 80 && green < 80 ? "picture of blue" : "picture";
}

function judge(text: string, blockWords: BlockWords, nullable: boolean): object {
  const hits = new Set(
    Object.entries(blockWords).flatMap(([word, category]) =>
      text.includes(word.toLowerCase()) ? [category] : [],
    ),
  );
  const isNull = (category: string) => nullable && category.startsWith("illicit");
  const table = <T>(value: (category: string) => T) =>
    Object.fromEntries(categories.map((name) => [name, value(name)]));
  return {
    flagged: hits.size > 0,
    categories: table((name) => (isNull(name) ? null : hits.has(name))),
    category_scores: table((name) => (isNull(name) ? null : hits.has(name) ? 0.97 : 0.0001)),
    category_applied_input_types: table(() => ["text"]),
  };
}
