import type { AudiencePlace, RoleAccess, RoleChannel, RoleReaders } from "./access.ts";
import type { PersonId } from "./ids.ts";
import { channelPermissions } from "./role-permissions.ts";
import type { MemberRoles } from "./role-permissions.ts";

// Channels that are opened and closed by roles, as Discord has them. Who has which role isn't known of everybody, and may
// be different tomorrow: what everybody reads is what everybody would read with whatever roles there are.

/** What a member reads who was looked up; of a private thread only who is in it, or manages threads. */
export function readByRoles(facts: RoleAccess, person: PersonId): readonly AudiencePlace[] {
  const member = facts.members.get(person);
  if (member === undefined || member === "gone") return [];
  const holder = { person, roles: member.roles };
  return facts.channels.filter((channel) => reads(facts, holder, channel)).map(({ audience }) => audience);
}

/** Those of `own` that everybody reads who sees what is posted in the place of the question. */
export function readByEveryRole(facts: RoleAccess, own: readonly AudiencePlace[]): readonly AudiencePlace[] {
  const { along, channels } = facts;
  if (!along) return [];
  const candidates = new Set(own.filter(({ privateThread }) => !privateThread).map(({ channel }) => channel));
  /** Channels of one category are mostly open to the same people. */
  const known = new Map<string, boolean>();
  return channels
    .filter(({ audience, thread }) => !thread && candidates.has(audience.channel))
    .filter((channel) => {
      const key = signatureOf(channel);
      const isRead = known.get(key) ?? everyReaderReads(facts, along, channel);
      known.set(key, isRead);
      return isRead;
    })
    .map(({ audience }) => audience);
}

/** Whether there can be nobody who hears `along` and doesn't read `channel`. */
function everyReaderReads(facts: RoleAccess, along: RoleReaders, channel: RoleChannel): boolean {
  const leaks = (holder: MemberRoles) => hears(facts, holder, along) && !reads(facts, holder, channel);
  const sets = rolesThatDiffer(facts, along, channel);
  const isForAnybody = (person: string) => !sets.some((roles) => leaks({ person, roles }));
  if (!isForAnybody("")) return false;
  return peopleNamedIn(facts, along, channel).every((person) => {
    const member = facts.members.get(person);
    if (member === undefined) return isForAnybody(person);
    return member === "gone" || member.isBot || !leaks({ person, roles: member.roles });
  });
}

/**
 * Sets of roles of which one leaks if any at all does: whoever hears `along` does so by one role at the most, and what
 * keeps them from one permission that it takes to read `channel` is one role at the most, or none; further roles only
 * open or close what these don't. Roles that make no difference to each other stand for one.
 */
function rolesThatDiffer(facts: RoleAccess, along: RoleReaders, channel: RoleChannel): readonly string[][] {
  const { rights, roles } = facts;
  const mask = rights.administrator | along.needed | channel.toRead;
  const [inAlong, inChannel] = [along, channel].map(
    ({ overwrites }) =>
      new Map(overwrites.map(({ id, allow, deny }) => [id, `${allow & mask}:${deny & mask}`])),
  );
  const byKind = new Map<string, string>();
  for (const role of roles) {
    const bits = (rights.roles.get(role) ?? 0n) & mask;
    byKind.set(`${bits}/${inAlong?.get(role)}/${inChannel?.get(role)}`, role);
  }
  const kinds = [...byKind.values()];
  const pairs = kinds.flatMap((one, index) => kinds.slice(index + 1).map((other) => [one, other]));
  return [[], ...kinds.map((role) => [role]), ...pairs];
}

/** Whoever has an overwrite of their own in one of the channels. */
export function peopleNamedIn(
  { rights }: Pick<RoleAccess, "rights">,
  ...channels: readonly Pick<RoleReaders, "overwrites">[]
): PersonId[] {
  const named = new Set(channels.flatMap(({ overwrites }) => overwrites.map(({ id }) => id)));
  return [...named].filter((id) => rights.roles.get(id) === undefined) as PersonId[];
}

function hears({ rights }: RoleAccess, holder: MemberRoles, { overwrites, needed }: RoleReaders): boolean {
  return (channelPermissions(rights, holder, overwrites) & needed) === needed;
}

function reads(
  { rights }: RoleAccess,
  holder: MemberRoles,
  { overwrites, toRead, thread }: RoleChannel,
): boolean {
  const bits = channelPermissions(rights, holder, overwrites);
  if ((bits & toRead) !== toRead) return false;
  const isManager = thread !== undefined && (bits & thread.managedBy) === thread.managedBy;
  return thread === undefined || isManager || thread.inside.has(holder.person as PersonId);
}

function signatureOf({ overwrites, toRead }: RoleChannel): string {
  const each = overwrites.map(({ id, allow, deny }) => `${id}:${allow}:${deny}`).toSorted();
  return [toRead, ...each].join(" ");
}
