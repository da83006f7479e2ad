import type { AccessFacts, AudiencePlace } from "./access.ts";
import { joinKey } from "./ids.ts";
import type { AudienceKey, PersonId } from "./ids.ts";
import { readByEveryListed, readByListed } from "./listed-access.ts";
import { readByEveryRole, readByRoles } from "./role-access.ts";

/** The same key for all that the same people read. A private thread's is told from a channel's by its place in the key. */
export function audienceKey({ platform, workspace, channel, privateThread }: AudiencePlace): AudienceKey {
  const thread = privateThread === undefined ? [] : [privateThread];
  return joinKey(platform, workspace, channel, ...thread) as AudienceKey;
}

/** What a person reads now. */
export function audiencesOf(facts: AccessFacts, person: PersonId): readonly AudiencePlace[] {
  return facts.kind === "listed" ? readByListed(facts, person) : readByRoles(facts, person);
}

/**
 * What may be used in an answer. In a private one that is what its asker reads. For a public one the audience rule holds:
 * what its asker and everybody reads who reads along in the place of the question, and the place itself, `here`; whom nothing
 * is known of reads nothing.
 */
export function audiencesForAnswer(
  facts: AccessFacts,
  asker: PersonId,
  privacy: "private" | "public",
  here: AudiencePlace | undefined,
): ReadonlySet<AudienceKey> {
  const own = audiencesOf(facts, asker);
  if (privacy === "private") return new Set(own.map(audienceKey));
  const forAll = facts.kind === "listed" ? readByEveryListed(facts, own) : readByEveryRole(facts, own);
  return new Set([...forAll, ...(here ? [here] : [])].map(audienceKey));
}
