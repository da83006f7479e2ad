// Permissions by roles and overwrites, as Discord has them (developers/topics/permissions).

export interface Overwrite {
  /** Of a role or a person. */
  readonly id: string;
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface GuildRights {
  readonly guild: string;
  readonly owner: string;
  /** The permission that stands for all others. */
  readonly administrator: bigint;
  /** Role → its permissions. */
  readonly roles: { get(role: string): bigint | undefined };
}

export interface MemberRoles {
  readonly person: string;
  readonly roles: readonly string[];
}

const all = ~0n;

/** What a member may in the whole guild (Permission Hierarchy). */
export function basePermissions(
  { guild, owner, administrator, roles }: GuildRights,
  member: MemberRoles,
): bigint {
  if (member.person === owner) return all;
  // The role of everybody has the guild's id.
  const bits = [guild, ...member.roles].reduce((sum, role) => sum | (roles.get(role) ?? 0n), 0n);
  return (bits & administrator) === 0n ? bits : all;
}

/** What a member may in a channel: of everybody's, their roles' and their own overwrites the later one wins. */
export function channelPermissions(
  rights: GuildRights,
  member: MemberRoles,
  overwrites: readonly Overwrite[],
): bigint {
  const base = basePermissions(rights, member);
  if (base === all) return all;
  const everyone = overwrites.filter(({ id }) => id === rights.guild);
  const ofRoles = overwrites.filter(({ id }) => id !== rights.guild && member.roles.includes(id));
  const own = overwrites.filter(({ id }) => id === member.person);
  return [everyone, ofRoles, own].reduce(apply, base);
}

function apply(bits: bigint, overwrites: readonly Overwrite[]): bigint {
  const deny = overwrites.reduce((sum, overwrite) => sum | overwrite.deny, 0n);
  const allow = overwrites.reduce((sum, overwrite) => sum | overwrite.allow, 0n);
  return (bits & ~deny) | allow;
}
