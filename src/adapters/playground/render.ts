import { lexer, type MarkedToken, type Token, type Tokens } from "marked";
import remend from "remend";

import { members } from "./workspace.ts";

/** Above this a message is shown as it stands: it also bounds what hostile Markdown can cost (about 0.1 s). */
const maxMarkdownChars = 12_000;

/** Markdown → one piece of safe HTML a top-level block. Nothing in it loads by itself. */
export function renderBlocks(text: string): readonly string[] {
  const source = unifyNewlines(text);
  if (source.length > maxMarkdownChars) return [plain(source)];
  try {
    return lex(source).flatMap(block);
  } catch {
    // marked nests one call a level: thousands of `>` overflow the stack.
    return [plain(source)];
  }
}

export interface GrowingRender {
  /** `blocks` replace everything from index `from` on. */
  update(text: string): { readonly from: number; readonly blocks: readonly string[] };
  /** All blocks as of the last update. */
  readonly blocks: readonly string[];
}

/**
 * Renders a text that grows at its end: blocks that can no longer change are kept, and only the open end is lexed again,
 * with its unfinished marks closed.
 */
export function createGrowingRender(): GrowingRender {
  let settled: string[] = [];
  let settledText = "";
  let open: readonly string[] = [];
  return {
    update(text) {
      const source = unifyNewlines(text);
      let from = settled.length;
      if (!source.startsWith(settledText)) {
        settled = [];
        settledText = "";
        from = 0;
      }
      const tail = source.slice(settledText.length);
      try {
        const tokens = lex(tail);
        const last = tokens.findLastIndex((token) => token.type !== "space");
        const closed = tokens.slice(0, Math.max(0, last));
        const closedText = closed.map((token) => token.raw).join("");
        // Only where the lexer gave the text back to the letter can it be cut there.
        if (closedText !== "" && tail.startsWith(closedText)) {
          settled = [...settled, ...closed.flatMap(block)];
          settledText += closedText;
        }
        open = lex(remend(source.slice(settledText.length), { linkMode: "text-only", katex: false })).flatMap(
          block,
        );
      } catch {
        open = [plain(source.slice(settledText.length))];
      }
      return { from, blocks: [...settled.slice(from), ...open] };
    },
    get blocks() {
      return [...settled, ...open];
    },
  };
}

const lex = (source: string): Token[] => lexer(source, { gfm: true, breaks: true });

const unifyNewlines = (text: string): string => text.replaceAll(/\r\n?/g, "\n");

const plain = (text: string): string => `<p class="plain">${escapeHtml(text)}</p>`;

const block = (token: Token): readonly string[] => {
  const html = render(token);
  return html === "" ? [] : [html];
};

const renderAll = (tokens: readonly Token[]): string => tokens.map(render).join("");

function render(anyToken: Token): string {
  const token = anyToken as MarkedToken;
  switch (token.type) {
    case "space":
    case "def":
    case "checkbox":
      return "";
    case "heading": {
      // The page's own headings come first; a message begins below them.
      const tag = `h${Math.min(6, token.depth + 2)}`;
      return `<${tag}>${renderAll(token.tokens)}</${tag}>`;
    }
    case "paragraph":
      return `<p>${renderAll(token.tokens)}</p>`;
    case "text":
      return token.tokens ? renderAll(token.tokens) : words(token.text);
    case "escape":
      return escapeHtml(token.text);
    case "strong":
      return `<strong>${renderAll(token.tokens)}</strong>`;
    case "em":
      return `<em>${renderAll(token.tokens)}</em>`;
    case "del":
      return `<del>${renderAll(token.tokens)}</del>`;
    case "codespan":
      return `<code>${escapeHtml(token.text)}</code>`;
    case "br":
      return "<br>";
    case "hr":
      return "<hr>";
    case "link":
      return link(token.href, token.tokens.map(withoutLink).join(""));
    case "image":
      // A picture that loads by itself tells its server who reads, and lets a model smuggle out what it knows.
      return link(token.href, picture(token));
    case "code":
      return codeBlock(token);
    case "blockquote":
      return `<blockquote>${renderAll(token.tokens)}</blockquote>`;
    case "list":
      return list(token);
    case "table":
      return table(token);
    case "list_item":
    case "html":
      return escapeHtml(token.raw);
    default:
      // Whatever marked may learn: shown as it was written.
      return escapeHtml((token satisfies never as Token).raw);
  }
}

function codeBlock(token: Tokens.Code): string {
  const language = /^[\w+#.-]{1,24}/.exec(token.lang ?? "")?.[0] ?? "";
  const label = language === "" ? "" : `<figcaption>${escapeHtml(language)}</figcaption>`;
  return `<figure class="code">${label}<pre tabindex="0"><code>${escapeHtml(token.text)}</code></pre></figure>`;
}

function list(token: Tokens.List): string {
  const start = token.ordered && token.start !== "" && token.start !== 1 ? ` start="${token.start}"` : "";
  const items = token.items.map((item) => {
    const content = renderAll(item.tokens);
    if (!item.task) return `<li>${content}</li>`;
    const done = item.checked === true;
    return `<li class="task"><span class="box${done ? " done" : ""}" role="img" aria-label="${done ? "Done" : "To do"}"></span><div>${content}</div></li>`;
  });
  const tag = token.ordered ? "ol" : "ul";
  return `<${tag}${start}>${items.join("")}</${tag}>`;
}

function table(token: Tokens.Table): string {
  const head = token.header.map((column) => cell("th", column)).join("");
  const rows = token.rows
    .map((row) => `<tr>${row.map((column) => cell("td", column)).join("")}</tr>`)
    .join("");
  return `<div class="table" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function cell(tag: "th" | "td", { tokens, align }: Tokens.TableCell): string {
  return `<${tag}${align ? ` class="${align}"` : ""}>${renderAll(tokens)}</${tag}>`;
}

/** A picture inside a link is shown by its name: links do not nest. */
const withoutLink = (token: Token): string =>
  token.type === "image" ? picture(token as Tokens.Image) : render(token);

const picture = (token: Tokens.Image): string =>
  `<span class="picture">${escapeHtml(token.text || "Picture")}</span>`;

const safeProtocols = new Set(["http:", "https:", "mailto:"]);

/** A link that leads elsewhere than to the web or a mail address is shown as text. */
function link(href: string, content: string): string {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (!url || !safeProtocols.has(url.protocol)) return content;
  return `<a href="${escapeHtml(url.href)}" target="_blank" rel="noopener noreferrer">${content}</a>`;
}

const names = members.map((member) => member.name).toSorted((a, b) => b.length - a.length);
const namePattern = new RegExp(`(?<![\\p{L}\\p{N}_.])@(?:${names.join("|")})(?![\\p{L}\\p{N}_-])`, "giu");

/** Running text: entities that were written out stay entities, names stand out. */
function words(text: string): string {
  const safe = escapeHtml(text).replaceAll(/&amp;(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/gi, "&$1;");
  return safe.replaceAll(namePattern, (name) => `<span class="mention">${name}</span>`);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
