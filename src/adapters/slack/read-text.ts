import { mentionWithId } from "../../core/mentions.ts";

/** Names for the ids in a text. */
export interface NamesInText {
  readonly botUserId: string;
  userName(id: string): string | undefined;
  channelName(id: string): string | undefined;
}

/**
 * Slack's markup as plain Markdown: people and channels by name, links as links, Slack's three entities as the characters
 * they stand for, and the bot's own mention left out (docs.slack.dev/messaging/formatting-message-text). In a command people
 * and channels keep their ids beside their names: `<@U1|Ada>`.
 */
export function readText(text: string, names: NamesInText, keep: "names" | "ids" = "names"): string {
  const own = new RegExp(
    `^\\s*<@${names.botUserId}(?:\\|[^<>]*)?>[ \\t]*[:,]?[ \\t]*|<@${names.botUserId}(?:\\|[^<>]*)?>`,
    "g",
  );
  return text
    .replaceAll(own, (_mention, at: number) => (at === 0 ? "" : "@Parley"))
    .replaceAll(/<([^<>\n]*)>/g, (whole, inner: string) => readMarkup(inner, names, keep) ?? whole)
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}

function readMarkup(inner: string, names: NamesInText, keep: "names" | "ids"): string | undefined {
  const [target, label] = splitOnce(inner, "|");
  const id = target.slice(1);
  switch (target[0]) {
    case "@":
      return named("@", id, label || names.userName(id) || id);
    case "#":
      return named("#", id, names.channelName(id) || label || id);
    case "!":
      return readSpecial(id, label);
    default:
      break;
  }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const address = target.replace(/^mailto:/, "");
  return label === undefined || label === address || label === target ? address : `[${label}](${target})`;

  function named(mark: "@" | "#", of: string, name: string): string {
    return keep === "ids" ? mentionWithId(mark, of, name) : `${mark}${name}`;
  }
}

/** `<!here>`, `<!subteam^S1|@group>`, `<!date^…|fallback>` */
function readSpecial(id: string, label: string | undefined): string {
  const [kind = ""] = id.split("^");
  if (kind === "subteam") return label ? `@${label.replace(/^@/, "")}` : "@group";
  return kind === "date" ? (label ?? "") : `@${label ?? kind}`;
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Ids of the people that a text mentions; at most so many are looked up. */
export function mentionedUsers(text: string, limit: number): readonly string[] {
  return idsIn(text, /<@([A-Z0-9]{1,64})(?:\|[^<>]*)?>/g, limit);
}

/** Ids of the channels that a text names without saying what they are called. */
export function namelessChannels(text: string, limit: number): readonly string[] {
  return idsIn(text, /<#([A-Z0-9]{1,64})\|?>/g, limit);
}

function idsIn(text: string, pattern: RegExp, limit: number): readonly string[] {
  const found = new Set<string>();
  for (const [, id = ""] of text.matchAll(pattern)) {
    if (found.size >= limit) break;
    found.add(id);
  }
  return [...found];
}
