import type { AccessFacts, AudiencePlace } from "../../../src/core/access.ts";
import type { PersonId } from "../../../src/core/ids.ts";

/** A made workspace, and who may do what in it by rules of its own: nothing of it is shared with what it tests. */
export interface PermissionWorld<Place extends Spot = Spot> {
  /** Everybody who reads, programs left out. */
  readonly people: readonly PersonId[];
  readonly spots: readonly Place[];
  /** The truth: whether what was said there can be read. */
  reads(person: PersonId, spot: Place): boolean;
  /** The truth: whether what is said there from now on is seen. */
  hears(person: PersonId, spot: Place): boolean;
  /** What an adapter might say for a question; some of it may be missing and none of it is wrong. */
  facts(asker: PersonId, spot: Place | undefined): AccessFacts;
}

/** A place in which something was said. */
export interface Spot {
  readonly audience: AudiencePlace;
  /** A direct message is no audience for anything. */
  readonly isDirect: boolean;
}

export type Dice = () => number;

export function pick<Item>(dice: Dice, items: readonly Item[]): Item {
  const item = items[Math.floor(dice() * items.length)];
  if (item === undefined) throw new Error("there is nothing to pick from");
  return item;
}

export function some<Item>(dice: Dice, items: readonly Item[], share: number): Item[] {
  return items.filter(() => dice() < share);
}

export function upTo(dice: Dice, least: number, most: number): number {
  return least + Math.floor(dice() * (most - least + 1));
}
