import type { Json } from "./workspace.ts";

const token = /<(@|#|!subteam\^|!)?([^<>|]+)(?:\|([^<>]*))?>/g;

/** The `rich_text` block that Slack makes of a text in its own markup (reference/block-kit/blocks/rich-text-block). */
export function richTextOf(text: string, blockId: string): Json {
  const elements: Json[] = [];
  let at = 0;
  const add = (plain: string) => {
    if (plain !== "") elements.push({ type: "text", text: unescapeText(plain) });
  };
  for (const match of text.matchAll(token)) {
    const [whole, kind, value = "", label] = match;
    add(text.slice(at, match.index));
    at = match.index + whole.length;
    switch (kind) {
      case "@":
        elements.push({ type: "user", user_id: value });
        break;
      case "#":
        elements.push({ type: "channel", channel_id: value });
        break;
      case "!subteam^":
        elements.push({ type: "usergroup", usergroup_id: value });
        break;
      case "!":
        elements.push({ type: "broadcast", range: value });
        break;
      default:
        elements.push({ type: "link", url: value, ...(label !== undefined && { text: label }) });
    }
  }
  add(text.slice(at));
  return { type: "rich_text", block_id: blockId, elements: [{ type: "rich_text_section", elements }] };
}

/** docs.slack.dev/messaging/formatting-message-text, Escaping text. */
function unescapeText(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
