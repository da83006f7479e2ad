import type { PersonaSpec } from "../../src/core/persona.ts";
import type { Forms } from "../../src/core/command/forms.ts";
import type { Platform } from "../../src/core/platform.ts";
import { en } from "../../src/core/words/en.ts";
import { createForms } from "../../src/handlers/open-forms.ts";
import { createMemoryLog } from "./log.ts";

/** For adapters whose forms don't matter. */
export const noForms: Forms = { formFor: async () => undefined, problemsIn: () => ({}) };

/** A persona that there is in `formsOf`. */
export const supportPersona: PersonaSpec = {
  name: "support",
  title: "Support desk",
  template: "technical",
  constraints: ["safety"],
  instructions: "You know the Acme router.",
  examples: [{ question: "Where is the manual?", answer: "In the bookmarks." }],
  parameters: { temperature: 0.5 },
};

/** Parley's own forms over the rights that a platform tells; there is one persona, `support`, in version 7. */
export function formsOf(platform: () => Platform): Forms {
  const known = async (_workspace: unknown, name: string) =>
    name === "support" ? { value: supportPersona, version: 7 } : { value: undefined, version: 0 };
  return createForms({
    platformOf: platform,
    stores: {
      savedPersonas: { get: known } as never,
      bindings: { all: async () => [] } as never,
    },
    reserved: new Map(),
    admins: [],
    words: en,
    log: createMemoryLog(),
  });
}
