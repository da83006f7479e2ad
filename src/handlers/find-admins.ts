import { personIn } from "../core/ids.ts";
import type { PersonId, PersonKey } from "../core/ids.ts";
import type { Platform } from "../core/platform.ts";
import type { ReportPlace } from "./reports/read-costs.ts";

/** Those of the config whom the platform knows, and others who were admins when they did something. */
export type FindAdmins = (
  place: ReportPlace,
  others: readonly PersonKey[],
  signal: AbortSignal,
) => Promise<readonly PersonId[]>;

export function createFindAdmins(deps: {
  readonly platformOf: (place: ReportPlace) => Pick<Platform, "person">;
  /** People who are admins by the config, of whichever platform. */
  readonly admins: readonly string[];
}): FindAdmins {
  return async (place, others, signal) => {
    const platform = deps.platformOf(place);
    const known = await Promise.all(
      deps.admins.map(async (id) => {
        const facts = await platform.person(place.workspace, id as PersonId, signal).catch(() => undefined);
        return facts && !facts.isBot ? [id as PersonId] : [];
      }),
    );
    return [...new Set([...known.flat(), ...others.map(personIn)])];
  };
}
