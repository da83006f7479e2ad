import { PermissionFlagsBits } from "discord-api-types/v10";

import { may } from "./permissions.ts";
import { guildOf } from "./world.ts";
import type { Channel, Pings, World } from "./world.ts";

/** `allowed_mentions` of a request, already validated. */
export interface AllowedMentions {
  readonly parse?: readonly string[];
  readonly users?: readonly string[];
  readonly roles?: readonly string[];
  readonly replied_user?: boolean;
}

/**
 * Whom a text names, within what the author may name and `allowed_mentions` allows
 * (developers/resources/message, Allowed Mentions Object). Code is not searched.
 */
export function resolveMentions(
  world: World,
  channel: Channel,
  authorId: string,
  content: string,
  allowed: AllowedMentions | undefined,
): Pings {
  const text = content.replaceAll(/```[\s\S]*?```|``[\s\S]*?``|`[^`]*`/g, "");
  const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
  const parses = (kind: string) => allowed === undefined || (allowed.parse?.includes(kind) ?? false);
  const guild = guildOf(world, channel);
  const mayAll = may(world, authorId, channel, PermissionFlagsBits.MentionEveryone);
  const users = named(/<@!?(\d+)>/g).filter(
    (id) => world.users.has(id) && (parses("users") || allowed?.users?.includes(id)),
  );
  const roles = named(/<@&(\d+)>/g).filter((id) => {
    const role = guild?.roles.get(id);
    return role && (role.mentionable || mayAll) && (parses("roles") || allowed?.roles?.includes(id));
  });
  const everyone = guild !== undefined && mayAll && parses("everyone") && /@(everyone|here)\b/.test(text);
  return { users, roles, everyone };
}

/** A reply notifies whom it answers, unless it says otherwise. */
export function pingsReplied(allowed: AllowedMentions | undefined): boolean {
  return allowed === undefined || (allowed.replied_user ?? false);
}
