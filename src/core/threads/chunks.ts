import type { MessageId, PersonKey } from "../ids.ts";
import { hashText } from "../moderation.ts";

/** A part of a thread that is found by itself. */
export interface Chunk {
  /** The same as long as it begins with the same. */
  readonly id: string;
  readonly text: string;
  /** How the thread began, where the chunk doesn't begin with that: what stands before it when it is embedded. */
  readonly heading?: string;
  /** Of the heading and the text. */
  readonly hash: string;
  /** Whose words are in the text. */
  readonly people: readonly PersonKey[];
  /** Where it begins. */
  readonly message: MessageId;
  readonly at: number;
}

/** One message, as much of it as matters here. */
export interface ChunkTurn {
  readonly id: string;
  readonly person?: PersonKey;
  readonly text: string;
  readonly at: number;
  readonly message: MessageId;
}

export interface ChunkShape {
  /** Tokens of one chunk with its heading, at the most. */
  readonly maxTokens: number;
  /** A turn of at most so many tokens is repeated at the beginning of the next chunk: what an answer is about. */
  readonly overlapTokens: number;
}

/** As measured with `npm run bench -- retrieval`. */
export const usualShape: ChunkShape = { maxTokens: 160, overlapTokens: 64 };
/** A heading of more would leave too little for what it stands before. */
const maxHeadingTokens = 48;
/** Between turns, and between a heading and what it stands before. */
export const separator = "\n\n";
/** Of the separator, and of what two texts may have more together than alone. */
const separatorTokens = 2;

interface Piece {
  readonly turn: ChunkTurn;
  /** Of the turn, from 0 on. */
  readonly number: number;
  readonly text: string;
  readonly tokens: number;
}

/**
 * Cuts a thread: the first question with what follows it, then turn by turn, each chunk beginning with the turn before it
 * where that is short. A turn that is too long is cut at paragraphs, lines, sentences or words. Nothing is lost.
 */
export async function cutChunks(
  turns: readonly ChunkTurn[],
  count: (text: string) => Promise<number>,
  options: { readonly heading?: string | undefined; readonly shape?: ChunkShape } = {},
): Promise<readonly Chunk[]> {
  const { maxTokens: most, overlapTokens } = options.shape ?? usualShape;
  const headingTokens = options.heading ? await count(options.heading) : 0;
  const isHeaded = headingTokens > 0 && headingTokens <= maxHeadingTokens;
  const heading = isHeaded ? options.heading : undefined;
  const maxTokens = isHeaded ? most - headingTokens - separatorTokens : most;
  const cut = await Promise.all(
    turns.map(async (turn) => {
      const texts = await split(turn.text.trim().toWellFormed(), { count, maxTokens });
      return texts.map(({ text, tokens }, number): Piece => ({ turn, number, text, tokens }));
    }),
  );
  const chunks: Chunk[] = [];
  let open: Piece[] = [];
  let overlap = 0;
  for (const piece of cut.flat()) {
    if (tokensOf([...open, piece]) > maxTokens) {
      chunks.push(chunkOf(open, overlap, chunks.length > 0 ? heading : undefined));
      const last = open.at(-1);
      const repeats =
        last !== undefined && last.tokens <= overlapTokens && tokensOf([last, piece]) <= maxTokens;
      open = repeats ? [last] : [];
      overlap = open.length;
    }
    open.push(piece);
  }
  if (open.length > 0) chunks.push(chunkOf(open, overlap, chunks.length > 0 ? heading : undefined));
  return chunks;
}

function tokensOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { tokens }) => sum + tokens + separatorTokens, 0);
}

function chunkOf(pieces: readonly Piece[], overlap: number, heading: string | undefined): Chunk {
  // What is repeated doesn't name it: it stands in the chunk before.
  const first = pieces[overlap] ?? pieces[0];
  if (first === undefined) throw new Error("a chunk has at least one piece");
  const text = pieces.map((piece) => piece.text).join(separator);
  return {
    id: chunkIdOf(first.turn.id, first.number),
    text,
    ...(heading && { heading }),
    hash: hashText(heading ? heading + separator + text : text),
    people: [...new Set(pieces.flatMap(({ turn }) => turn.person ?? []))],
    message: first.turn.message,
    at: first.turn.at,
  };
}

/** The name of the chunk that begins with that piece of a turn, the first being 0. */
export function chunkIdOf(turn: string, piece: number): string {
  return `${turn}.${piece}`;
}

interface Counted {
  readonly text: string;
  readonly tokens: number;
}

/** From coarse to fine; each keeps what it cuts at with the part before it. */
const borders = [/(?<=\n\s*\n)/, /(?<=\n)/, /(?<=[.!?。！？]\s*)(?=\S)/u, /(?<=\s)/];
const charsInHalf = 2;

/** A text in parts that fit, as few as a greedy cut gives. */
async function split(
  text: string,
  by: { readonly count: (text: string) => Promise<number>; readonly maxTokens: number },
  level = 0,
): Promise<readonly Counted[]> {
  if (text === "") return [];
  const { count, maxTokens } = by;
  const tokens = await count(text);
  if (tokens + separatorTokens <= maxTokens) return [{ text, tokens }];
  const border = borders[level];
  const parts = border ? text.split(border) : halves(text);
  if (parts.length === 1) return split(text, by, level + 1);
  const counted: Counted[] = [];
  for (const part of parts) {
    // oxlint-disable-next-line no-await-in-loop -- long texts are counted bit by bit.
    for (const piece of await split(part, by, border ? level + 1 : level)) {
      const last = counted.at(-1);
      if (last && last.tokens + piece.tokens + separatorTokens <= maxTokens)
        counted[counted.length - 1] = { text: last.text + piece.text, tokens: last.tokens + piece.tokens };
      else counted.push(piece);
    }
  }
  return counted;
}

/** Between two characters, never within one. */
function halves(text: string): readonly string[] {
  const characters = [...text];
  const middle = Math.ceil(characters.length / charsInHalf);
  return [characters.slice(0, middle).join(""), characters.slice(middle).join("")].filter(Boolean);
}
