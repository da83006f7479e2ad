import type { AccessFacts, AudiencePlace } from "../../../src/core/access.ts";
import type { AudienceKey, PersonId } from "../../../src/core/ids.ts";
import { audienceKey, audiencesForAnswer } from "../../../src/core/visibility.ts";
import { createDice } from "../made-ledger.ts";
import { makeListedWorld } from "./listed-world.ts";
import { makeRoleWorld } from "./role-world.ts";
import { pick } from "./world.ts";
import type { Dice, PermissionWorld, Spot } from "./world.ts";

export type Privacy = "private" | "public";

/** What is under test: which audiences may be used, and which of what was said is found among them. */
export interface Search {
  audiences(
    facts: AccessFacts,
    asker: PersonId,
    privacy: Privacy,
    here: AudiencePlace | undefined,
  ): ReadonlySet<AudienceKey>;
  find(said: readonly Spot[], audiences: ReadonlySet<AudienceKey>): readonly Spot[];
}

export const search: Search = {
  audiences: audiencesForAnswer,
  find: (said, audiences) => said.filter(({ audience }) => audiences.has(audienceKey(audience))),
};
/** As it would be without the audience rule, and without the filter. */
export const withoutRule: Search = {
  ...search,
  audiences: (facts, asker, _privacy, here) => audiencesForAnswer(facts, asker, "private", here),
};
export const withoutFilter: Search = { ...search, find: (said) => said };

export interface Outcome {
  readonly cases: number;
  /** Cases in which somebody was shown what they can't read. */
  readonly leaks: number;
  /** Finds beside those in the place itself: were there none, nothing would be tested. */
  readonly found: number;
}

type MakeWorld = (dice: Dice, missing: number) => PermissionWorld;

const questionsPerWorld = 5;

/** Questions in made workspaces, by anybody, anywhere, answered privately or publicly. */
export function askAround(cases: number, seed: number, tested: Search = search): Outcome {
  const dice = createDice(seed);
  const outcome = { cases: 0, leaks: 0, found: 0 };
  while (outcome.cases < cases) {
    const world = makeWorld(dice);
    for (let at = 0; at < questionsPerWorld && outcome.cases < cases; at++) {
      const { audiences, judge } = pose(world, dice, tested);
      count(outcome, judge(tested.find(world.spots, audiences)));
    }
  }
  return outcome;
}

/** What finds among what was said in one workspace, where it was put before. */
export type Find = (audiences: ReadonlySet<AudienceKey>) => Promise<readonly Spot[]>;

/** The same, with all that was said put into a real index first. */
export async function askThrough(
  cases: number,
  seed: number,
  fill: (said: readonly Spot[]) => Promise<Find>,
): Promise<Outcome> {
  const dice = createDice(seed);
  const outcome = { cases: 0, leaks: 0, found: 0 };
  while (outcome.cases < cases) {
    const world = makeWorld(dice);
    const find = await fill(world.spots);
    for (let at = 0; at < questionsPerWorld && outcome.cases < cases; at++) {
      const { audiences, judge } = pose(world, dice, search);
      count(outcome, judge(await find(audiences)));
    }
  }
  return outcome;
}

function makeWorld(dice: Dice): PermissionWorld {
  const make: MakeWorld = dice() < 0.5 ? makeListedWorld : makeRoleWorld;
  return make(dice, pick(dice, [0, 0, 0.1, 0.4]));
}

function count(
  outcome: { cases: number; leaks: number; found: number },
  { leaks, found }: { readonly leaks: boolean; readonly found: number },
): void {
  outcome.cases++;
  outcome.found += found;
  if (leaks) outcome.leaks++;
}

function pose(world: PermissionWorld, dice: Dice, tested: Search) {
  const here = pick(dice, world.spots);
  const along = world.people.filter((person) => world.hears(person, here));
  // Mostly somebody who is there; a link or a stale button can bring anybody.
  const asker = pick(dice, along.length > 0 && dice() < 0.9 ? along : world.people);
  const privacy = pick(dice, ["private", "public"] as const);
  const facts = world.facts(asker, privacy === "public" ? here : undefined);
  const own = here.isDirect ? undefined : here.audience;
  const shownTo = privacy === "private" ? [asker] : [asker, ...along];
  const judge = (found: readonly Spot[]) => {
    const others = found.filter((spot) => privacy === "private" || spot !== here);
    const leaks =
      found.some(({ isDirect }) => isDirect) ||
      others.some((spot) => shownTo.some((person) => !world.reads(person, spot)));
    return { leaks, found: others.length };
  };
  return { audiences: tested.audiences(facts, asker, privacy, own), judge };
}
