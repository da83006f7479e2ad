import type { ChatRequest } from "./requests.ts";
import { textOf } from "./transcript.ts";

/** As a model calls it that looks something up. */
export interface SearchCall {
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

const tool = "search_threads";
const asksForEarlier =
  /\b(?:other|past|earlier|previous) threads?\b|\b(?:has|have|did|was|were)\s+(?:this|that|it|anyone|anybody|someone|somebody)\b.*\b(?:before|earlier|already)\b|\b(?:search|look through|find)\b.*\bthreads?\b/i;
/** What such a question says beside what it is about. */
const aboutAsking =
  /@parley\b,?|\b(?:has|have|did|was|were)\s+(?:this|that|it|anyone|anybody|someone|somebody)\b|\b(?:been )?(?:asked|discussed|answered|decided|said|talked)\b|\b(?:about|before|earlier|already)\b|\?/gi;
const maxQueryChars = 300;

/** Looks earlier threads up where somebody asks what was said before, once, and where that is offered. */
export function searchFor({ messages, tools }: ChatRequest): SearchCall | undefined {
  const last = messages.at(-1);
  const isOffered = tools?.some((each) => each.function.name === tool) ?? false;
  if (!isOffered || last?.role !== "user") return undefined;
  const text = textOf(last).replace(/^[^:\n]{1,40}:\s/, "");
  if (!asksForEarlier.test(text)) return undefined;
  const query = text.replaceAll(aboutAsking, " ").replaceAll(/\s+/g, " ").trim().slice(0, maxQueryChars);
  return { id: "call_search", name: tool, arguments: JSON.stringify({ query }) };
}

const found = /^Thread \d+, (\d{4}-\d\d-\d\d), similarity [\d.-]+(?:, link: (\S+))?\n> (.*)$/gm;

/** What was found, with links; nothing where nothing was looked up just before. */
export function citeFound({ messages }: Pick<ChatRequest, "messages">): string | undefined {
  const last = messages.at(-1);
  if (last?.role !== "tool") return undefined;
  const cited = [...textOf(last).matchAll(found)].map(([, day, link, title = ""]) => {
    const name = title.replaceAll(/[\\[\]()<>*_`~|]/g, (mark) => `\\${mark}`);
    return `- ${link === undefined ? name : `[${name}](${link})`} · ${day}`;
  });
  if (cited.length === 0) return "I looked through earlier threads: nothing like this was said there.";
  return ["This came up before:", ...cited].join("\n");
}
