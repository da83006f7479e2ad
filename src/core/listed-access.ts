import type { AudiencePlace, ListedAccess, ListedChannel } from "./access.ts";
import type { PersonId } from "./ids.ts";

// Channels with people in them, as Slack and the playground have them.

/** A public channel is open to every member; everything else is for those who are in it. */
export function readByListed(facts: ListedAccess, person: PersonId): readonly AudiencePlace[] {
  return facts.channels.filter((channel) => reads(facts, person, channel)).map(({ audience }) => audience);
}

/** Those of `own` that everybody reads who reads along in the place of the question. */
export function readByEveryListed(
  facts: ListedAccess,
  own: readonly AudiencePlace[],
): readonly AudiencePlace[] {
  const { along, people, channels } = facts;
  if (!along) return [];
  const others = [...along.people].filter((person) => {
    const standing = people.get(person);
    return standing !== "bot" && standing !== "gone" && !(along.everyMember && standing === "member");
  });
  const candidates = new Set(own.map(({ channel }) => channel));
  return channels
    .filter(({ audience }) => candidates.has(audience.channel))
    .filter(({ kind }) => kind === "public" || !along.everyMember)
    .filter((channel) => others.every((person) => reads(facts, person, channel)))
    .map(({ audience }) => audience);
}

function reads({ people }: ListedAccess, person: PersonId, { kind, inside }: ListedChannel): boolean {
  if (kind === "direct") return false;
  const standing = people.get(person);
  if (standing === undefined || standing === "gone") return false;
  return (kind === "public" && standing === "member") || inside.has(person);
}
