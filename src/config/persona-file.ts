import { stringify } from "yaml";
import { z } from "zod";

import type { PersonaSpec } from "../core/persona.ts";
import type { JsonSchema } from "./json-schema.ts";
import { describePersona, personasByName } from "./personas.ts";
import { writeProblem } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { readYaml } from "./yaml-file.ts";

/** Personas in a file of their own, written as they are in `parley.yaml`. */
const personaFile = z.strictObject({ personas: personasByName });

const jsonSchema = () => z.toJSONSchema(personaFile, { io: "input" }) as JsonSchema;

/** Reads personas that somebody wrote; a problem says on which line it is. */
export function readPersonaFile(
  path: string,
  text: string,
): { readonly personas: readonly PersonaSpec[] } | { readonly problems: readonly string[] } {
  const problems: Problem[] = [];
  const read = readYaml({ path, text }, { schema: personaFile, jsonSchema }, problems);
  if (read === undefined || problems.length > 0) return { problems: problems.map(writeProblem) };
  const personas = Object.entries(read.value.personas);
  return { personas: personas.map(([name, settings]) => describePersona(name, settings)) };
}

/** Writes personas so that they are read as the same again. */
export function writePersonaFile(personas: readonly PersonaSpec[]): string {
  const byName = personas.map(({ name, parameters, ...spec }) => {
    const { maxTokens, ...rest } = parameters ?? {};
    const written = { ...rest, ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }) };
    return [name, { ...spec, ...(Object.keys(written).length > 0 && { parameters: written }) }];
  });
  return stringify({ personas: Object.fromEntries(byName) as unknown }, { aliasDuplicateObjects: false });
}
