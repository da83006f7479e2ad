import type { User } from "./schema.ts";

/** What people see: the name chosen in the guild, else the one chosen everywhere, else the account's. */
export function nameOf(user: User, nick?: string | null): string {
  return nick ?? user.global_name ?? user.username;
}
