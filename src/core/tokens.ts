import type { TokenCounter, ToolDefinition } from "./ports.ts";
import { createEncoding } from "./tokens/encoding.ts";
import type { Encoding } from "./tokens/encoding.ts";
import { encodingNameOf } from "./tokens/models.ts";
import type { EncodingName } from "./tokens/models.ts";
import { createSlices } from "./tokens/slices.ts";
import type { Slices } from "./tokens/slices.ts";
import { cl100kPattern, o200kPattern } from "./tokens/split.ts";
import { buildVocabulary } from "./tokens/vocabulary.ts";

/** What a chat request costs beside its texts. Source: OpenAI's cookbook; `countDrift` shows where it no longer holds. */
export const tokensPerMessage = 3;
/** Every reply begins with `<|start|>assistant<|message|>`. */
export const tokensToPrimeReply = 3;

/**
 * What the definitions of tools cost in a prompt: what stands around each, its name and description, and those of its
 * parameters. Source: OpenAI's cookbook on counting tokens of tool calls, for gpt-4o.
 */
export async function countTools(
  tools: readonly ToolDefinition[],
  count: (text: string) => Promise<number>,
): Promise<number> {
  if (tools.length === 0) return 0;
  const counts = await Promise.all(
    tools.map(async ({ name, description, parameters }) => {
      const properties = Object.entries((parameters["properties"] ?? {}) as Record<string, ToolProperty>);
      const texts = [
        `${name}:${description.replace(/\.$/, "")}`,
        ...properties.map(([key, each]) => `${key}:${each.type}:${each.description.replace(/\.$/, "")}`),
      ];
      const own = await Promise.all(texts.map(count));
      return own.reduce(
        (sum, each) => sum + each,
        tokensAFunction + tokensAProperty * (1 + properties.length),
      );
    }),
  );
  return counts.reduce((sum, each) => sum + each, tokensAfterTools);
}

interface ToolProperty {
  readonly type: string;
  readonly description: string;
}

const tokensAFunction = 7;
const tokensAProperty = 3;
const tokensAfterTools = 12;

/** How far a count was off what the service reported, as a fraction of that: 0.02 is 2 % too many, 0 unknown. */
export function countDrift(counted: number, reported: number): number {
  return reported > 0 ? (counted - reported) / reported : 0;
}

/** Of one turn of the event loop. */
const sliceMs = 5;

/**
 * Resolves when o200k_base is ready; cl100k_base is loaded when a model first wants it. Counts are js-tiktoken's, in
 * O(n log n) for any text. The text of a special token counts as plain text.
 */
export async function createTokenCounter(): Promise<TokenCounter> {
  const slices = createSlices(sliceMs);
  const ready = new Map<EncodingName, Encoding>();
  const loading = new Map<EncodingName, Promise<Encoding>>();

  function load(name: EncodingName): Promise<Encoding> {
    const begun = loading.get(name) ?? loadEncoding(name, slices);
    loading.set(name, begun);
    return begun;
  }

  async function encodingFor(model: string): Promise<Encoding> {
    const name = encodingNameOf(model);
    const encoding = ready.get(name) ?? (await load(name));
    ready.set(name, encoding);
    return encoding;
  }

  await encodingFor("o200k_base");

  return {
    async count(text, model) {
      return slices.run((await encodingFor(model)).count(text));
    },

    async truncate(text, model, maxTokens) {
      const prefix = await slices.run((await encodingFor(model)).longestPrefix(text, maxTokens));
      return { text: text.slice(0, prefix.end), tokens: prefix.tokens };
    },

    encodingOf: encodingNameOf,
  };
}

async function loadEncoding(name: EncodingName, slices: Slices): Promise<Encoding> {
  switch (name) {
    case "o200k_base": {
      const { default: ranks } = await import("js-tiktoken/ranks/o200k_base");
      return createEncoding(await slices.run(buildVocabulary(ranks)), o200kPattern);
    }
    case "cl100k_base": {
      const { default: ranks } = await import("js-tiktoken/ranks/cl100k_base");
      return createEncoding(await slices.run(buildVocabulary(ranks)), cl100kPattern);
    }
  }
}
