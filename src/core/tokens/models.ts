export type EncodingName = "o200k_base" | "cl100k_base";

/**
 * By the model's name, that of a fine-tuned model's base (`ft:gpt-3.5-turbo-0125:team::id`), or what stands behind a
 * router's prefix (`openai/gpt-4`). Names that nobody knows are taken for new ones: o200k_base.
 */
export function encodingNameOf(model: string): EncodingName {
  const untuned = model.startsWith("ft:") ? (model.split(":")[1] ?? "") : model;
  const name = untuned.slice(untuned.lastIndexOf("/") + 1).toLowerCase();
  return cl100kNames.test(name) ? "cl100k_base" : "o200k_base";
}

/** `gpt-4-turbo` and `gpt-4-0613`, not `gpt-4o` nor `gpt-4.1`; `gpt-35` is Azure's spelling. Source: tiktoken's model.py. */
const cl100kNames = /^(?:gpt-4(?:$|-)|gpt-3\.?5|text-embedding-(?:3-|ada-002)|(?:davinci|babbage)-002)/;
