import { Marked } from "marked";

export interface Readable {
  /** White space as single spaces. */
  readonly text: string;
  /** What stands in blocks of code. */
  readonly code: string;
  readonly links: readonly string[];
  readonly images: readonly string[];
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// Chat programs show HTML as it was typed.
const marked = new Marked({ gfm: true, breaks: true, renderer: { html: ({ text }) => escapeHtml(text) } });

/** What is read where Markdown is shown. */
export function readMarkdown(markdown: string): Readable {
  try {
    return readHtml(marked.parse(markdown, { async: false }));
  } catch (error) {
    // marked nests one call a level; people have long stopped reading.
    if (!(error instanceof RangeError)) throw error;
    return { text: markdown, code: "", links: [], images: [] };
  }
}

/** What is read of HTML as a renderer of Markdown writes it. */
export function readHtml(html: string): Readable {
  const attributes = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, value]) => decode(value ?? ""));
  return {
    text: plain(html),
    code: [...html.matchAll(/<pre[\s>][\s\S]*?<\/pre>/g)].map(([block]) => plain(block)).join(" "),
    links: attributes(/<a\s[^>]*?href="([^"]*)"/g),
    images: attributes(/<(?:img|iframe|video|audio|object|embed)\s[^>]*?src="([^"]*)"/g),
  };
}

function plain(html: string): string {
  const inline = /<\/?(?:a|b|code|del|em|i|img|input|s|span|strong|u)(?:\s[^>]*)?>/g;
  return decode(html.replaceAll(inline, "").replaceAll(/<[^>]*>/g, " "))
    .replaceAll(/\s+/g, " ")
    .trim();
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

function decode(text: string): string {
  return text.replaceAll(
    /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi,
    (whole, decimal, hex, name: string | undefined) => {
      if (decimal) return String.fromCodePoint(Number(decimal));
      if (hex) return String.fromCodePoint(Number.parseInt(String(hex), 16));
      return entities[name ?? ""] ?? whole;
    },
  );
}
