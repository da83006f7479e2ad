import { mentionWithId } from "../../core/mentions.ts";
import type { MessagePayload } from "./schema.ts";

/** Names for the ids in a text. */
export interface NamesInText {
  readonly botId: string;
  channelName(channel: string): string | undefined;
  roleName(guild: string, role: string): string | undefined;
  isOwnRole(guild: string, role: string): boolean;
}

/**
 * Code, in which Discord resolves nothing, or one of the tokens that clients show as something else
 * (developers/reference, Message Formatting).
 */
const pattern =
  /```[\s\S]*?```|``[\s\S]*?``|`[^`]*`|<(?:@!?(?<user>\d+)|@&(?<role>\d+)|#(?<channel>\d+)|a?:(?<emoji>\w+):\d+|t:(?<time>-?\d+)(?::\w)?|(?<command>\/[^:>]+):\d+)>\s?/g;

/**
 * A message's text with names in place of ids: `@Ada`, `#general`, `:wave:`, `/help`. Parley's own mention
 * is left out where the text begins with it. In a command people and channels keep their ids beside their names: `<@1|Ada>`.
 */
export function readText(
  message: Pick<MessagePayload, "content" | "mentions" | "guild_id">,
  names: NamesInText,
  keep: "names" | "ids" = "names",
): string {
  const { content, mentions, guild_id: guild } = message;
  if (!content.includes("<")) return content.trim();
  const nameOfUser = (id: string) => {
    const user = mentions.find((mentioned) => mentioned.id === id);
    return user ? (user.member?.nick ?? user.global_name ?? user.username) : "somebody";
  };
  const mention = (mark: "@" | "#", id: string, name: string) =>
    keep === "ids" ? mentionWithId(mark, id, name) : `${mark}${name}`;
  const named = content.replaceAll(pattern, (match, ...rest) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    const space = /\s$/.exec(match)?.[0] ?? "";
    const at = rest.at(-3) as number;
    const own = content.slice(0, at).trim() === "" ? "" : `@Parley${space}`;
    const { user, role, channel, emoji, time, command } = groups;
    if (user !== undefined)
      return user === names.botId ? own : `${mention("@", user, nameOfUser(user))}${space}`;
    if (role !== undefined) {
      if (guild !== undefined && names.isOwnRole(guild, role)) return own;
      return `@${(guild !== undefined && names.roleName(guild, role)) || "role"}${space}`;
    }
    if (channel !== undefined)
      return `${mention("#", channel, names.channelName(channel) ?? "channel")}${space}`;
    if (emoji !== undefined) return `:${emoji}:${space}`;
    if (time !== undefined) return timeOf(Number(time), match) + space;
    return command === undefined ? match : command + space;
  });
  return named.trim();
}

function timeOf(seconds: number, asWritten: string): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? asWritten.trim() : date.toISOString();
}
