import type { PersonId } from "../core/ids.ts";

/** Stands where the platform's id of a person would: whoever has the machine may do everything. */
export const operator = "operator" as PersonId;
