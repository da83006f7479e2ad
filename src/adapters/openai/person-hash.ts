import { createHash } from "node:crypto";

import type { PersonKey } from "../../core/ids.ts";

/** Tells people apart for the service without naming them: 43 characters (64 are the most it takes). */
export function hashPerson(person: PersonKey): string {
  return createHash("sha256").update(`parley/person/${person}`).digest("base64url");
}
