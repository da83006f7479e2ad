import { Tiktoken } from "js-tiktoken/lite";

import type { ChatBody } from "./chat-body.ts";
import { badRequest, unknownModel } from "./refusal.ts";

export interface ServedModel {
  readonly contextTokens: number;
  /** Takes a temperature and tools only with `reasoning_effort: none`, as GPT-6 does over chat completions. */
  readonly reasons?: boolean;
  readonly dimensions?: number;
  /** When it ends, as far as that was announced. */
  readonly shutdownDate?: string;
}

export const servedModels: Readonly<Record<string, ServedModel>> = {
  "gpt-6-luna": { contextTokens: 400_000, reasons: true },
  "gpt-4o-mini": { contextTokens: 128_000 },
  "gpt-4": { contextTokens: 8_192 },
  "gpt-3.5-turbo": { contextTokens: 16_385, shutdownDate: "2027-01-14" },
  "text-embedding-3-small": { contextTokens: 8_192, dimensions: 1_536 },
  "text-embedding-3-large": { contextTokens: 8_192, dimensions: 3_072 },
  "omni-moderation-latest": { contextTokens: 1_000_000 },
};

export function findModel(models: Readonly<Record<string, ServedModel>>, name: string): ServedModel {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model === undefined) throw unknownModel(name);
  return model;
}

/**
 * Tokens of texts with the overhead of so many messages. `exact` is js-tiktoken's count; `cheap` estimates, and counts
 * only where the bytes (a bound for tokens) don't settle that the texts fit.
 */
export async function countPrompt(
  texts: readonly string[],
  messages: number,
  room: number,
  mode: "exact" | "cheap",
): Promise<number> {
  const overhead = messages * 3 + 3;
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (mode === "cheap" && bytes + overhead <= room) return Math.ceil(bytes / 4) + overhead;
  const encoder = await loadEncoder();
  return texts.reduce((sum, text) => sum + countExactly(encoder, text), overhead);
}

/** The texts of tools in a prompt, and the tokens around them. Source: OpenAI's cookbook, as of gpt-4o. */
export function describeTools(tools: NonNullable<ChatBody["tools"]>): {
  readonly texts: readonly string[];
  readonly overhead: number;
} {
  if (tools.length === 0) return { texts: [], overhead: 0 };
  const described = tools.map(({ function: { name, description = "", parameters } }) => {
    const properties = Object.entries((parameters?.["properties"] ?? {}) as Record<string, Property>);
    const said = (text: string) => (text.endsWith(".") ? text.slice(0, -1) : text);
    return {
      texts: [
        `${name}:${said(description)}`,
        ...properties.map(([key, each]) => `${key}:${each.type}:${said(each.description)}`),
      ],
      overhead: 7 + (properties.length > 0 ? 3 : 0) + 3 * properties.length,
    };
  });
  const overhead = described.reduce((sum, each) => sum + each.overhead, 12);
  return { texts: described.flatMap(({ texts }) => texts), overhead };
}

interface Property {
  readonly type: string;
  readonly description: string;
}

export function refuseOverflow(prompt: number, reply: number, room: number): void {
  if (prompt + reply <= room) return;
  throw badRequest(
    `This model's maximum context length is ${room} tokens. However, you requested ${prompt + reply} tokens (${prompt} in the messages, ${reply} in the completion).`,
    "messages",
    "context_length_exceeded",
  );
}

let encoder: Promise<Tiktoken> | undefined;

function loadEncoder(): Promise<Tiktoken> {
  encoder ??= import("js-tiktoken/ranks/o200k_base").then(({ default: ranks }) => new Tiktoken(ranks));
  return encoder;
}

/** js-tiktoken is quadratic on runs without a break, so that long ones are cut, each cut costing a token at most. */
function countExactly(tiktoken: Tiktoken, text: string): number {
  let cuts = 0;
  const broken = text.replaceAll(/(\S{400}|\s{400})(?=\S|\s)/g, (run) => {
    cuts++;
    return `${run}\u0000`;
  });
  return broken.split("\u0000").reduce((sum, piece) => sum + tiktoken.encode(piece, [], []).length, -cuts);
}
