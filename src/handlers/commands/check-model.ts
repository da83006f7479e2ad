import { nearestName } from "../../core/nearest.ts";
import type { ModelList } from "../../core/ports.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Words } from "../../core/words/en.ts";

export type ModelCheck =
  /** `text`: what is to be known about it. */
  | { readonly kind: "known"; readonly text?: string }
  | { readonly kind: "unknown" | "unchecked"; readonly text: string };

/** Whether the service has a model. A service that can't be asked refuses nothing. */
export async function checkModel(model: string, list: ModelList, words: Words): Promise<ModelCheck> {
  const names = await list.names().catch((): readonly string[] => []);
  // An empty list says nothing: some compatible servers have none.
  if (names.length === 0) return { kind: "unchecked", text: words.chat.modelUnchecked };
  if (names.includes(model)) {
    const day = await list.retirementOf(model).catch(() => undefined);
    return { kind: "known", ...(day !== undefined && { text: words.chat.modelRetires(day) }) };
  }
  const nearest = nearestName(model, names);
  const text = words.chat.modelUnknown(quoteText(model), nearest && quoteText(nearest));
  return { kind: "unknown", text };
}
