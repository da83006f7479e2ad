import type { Place } from "../event.ts";
import { joinKey } from "../ids.ts";
import type { AudienceKey, ConversationKey, MessageId, PersonKey } from "../ids.ts";

/** A conversation that can be found, as it was when it was indexed last. */
export interface ThreadEntry {
  readonly conversation: ConversationKey;
  readonly place: Place;
  /** Who may see it (core/visibility.ts). */
  readonly audience: AudienceKey;
  /** How it began, in a line. */
  readonly title: string;
  /** Where people find its beginning. */
  readonly first: MessageId;
  readonly begunAt: number;
  readonly lastAt: number;
  readonly people: readonly PersonKey[];
  readonly turns: number;
  /** What stands of it in the collection. */
  readonly chunks: readonly IndexedChunk[];
  /** Where its vectors stand. */
  readonly collection: string;
  /** What it was read from: what Parley remembers, or what the platform keeps. */
  readonly source: "memory" | "history";
}

export interface IndexedChunk {
  readonly id: string;
  /** Of the text that was embedded. */
  readonly hash: string;
}

/** What is kept with a vector. */
export interface ChunkNote {
  /** The beginning of the chunk. */
  readonly excerpt: string;
  /** Where it stands. */
  readonly message: MessageId;
  readonly at: number;
}

/** Vectors of one space can be compared. */
export interface VectorSpace {
  readonly model: string;
  readonly dimensions: number;
}

/** The vectors of a workspace in one space; what another model or length made stands elsewhere. */
export function collectionOf(
  { platform, workspace }: Pick<Place, "platform" | "workspace">,
  { model, dimensions }: VectorSpace,
): string {
  return joinKey("threads", platform, workspace, model, String(dimensions));
}

/** In which space the vectors of a collection stand. */
export function spaceIn(collection: string): VectorSpace {
  const [, , , model = "", dimensions = ""] = collection.split("/").map(decodeURIComponent);
  return { model, dimensions: Number(dimensions) };
}

const maxTitleChars = 80;

/** The first line that says something, without what a mention or a quotation leaves. */
export function titleOf(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^[\s>#*-]+/, "").trim());
  const line = lines.find((each) => /[\p{L}\p{N}]/u.test(each)) ?? "";
  const characters = [...line];
  return characters.length <= maxTitleChars
    ? line
    : `${characters
        .slice(0, maxTitleChars - 1)
        .join("")
        .trimEnd()}…`;
}
