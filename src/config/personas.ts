import { z } from "zod";

import { personaCatalogue } from "../core/persona-catalogue.ts";
import { resolvePersona } from "../core/persona.ts";
import type { Persona, PersonaChoice, PersonaSpec } from "../core/persona.ts";
import { count, longText, name, penalty, temperature, topP } from "./fields.ts";
import { nearestName } from "../core/nearest.ts";
import type { Problem } from "./problem.ts";

const parameters = z
  .strictObject({
    temperature: z.exactOptional(temperature),
    topP: z.exactOptional(topP),
    maxOutputTokens: z.exactOptional(count(2048, "The longest answer, in tokens.")),
    frequencyPenalty: z.exactOptional(penalty("Above 0: fewer repeated words. −2 to 2.")),
    presencePenalty: z.exactOptional(penalty("Above 0: more new subjects. −2 to 2.")),
    stop: z.exactOptional(
      z
        .array(z.string().min(1))
        .min(1)
        .max(4)
        .meta({ description: "Texts that end the answer, four at the most.", examples: [["END"]] }),
    ),
    reasoningEffort: z.exactOptional(
      z
        .enum(["none", "minimal", "low", "medium", "high"])
        .meta({ description: "For models that reason.", examples: ["low"] }),
    ),
    verbosity: z.exactOptional(
      z.enum(["low", "medium", "high"]).meta({ description: "For models that know it.", examples: ["low"] }),
    ),
  })
  .meta({
    description: "How the model is asked. What is left out comes from `model`.",
    examples: [{ temperature: 0.7 }],
  });

const personaSettings = z
  .strictObject({
    title: z.exactOptional(name("Support desk", "What people see. Left out: the template's title.")),
    template: z
      .enum(Object.keys(personaCatalogue.templates))
      .default("professional")
      .meta({ description: "The catalogue's persona that this one builds on.", examples: ["technical"] }),
    constraints: z.exactOptional(
      z.array(z.enum(Object.keys(personaCatalogue.constraintSets))).meta({
        description: "Rules that apply. Left out: all of them.",
        examples: [["safety", "accuracy"]],
      }),
    ),
    instructions: z.exactOptional(
      longText(
        "You know our product, the Acme router.",
        "What this persona is told beside its template. {date}, {channel}, {workspace} and {user} (who asks) stand for what they name.",
      ),
    ),
    examples: z.exactOptional(
      z
        .array(
          z.strictObject({
            question: longText("Where is the manual?", "What a person might ask."),
            answer: longText("In the channel's bookmarks.", "How this persona answers it."),
          }),
        )
        .max(20)
        .meta({ description: "Questions with model answers.", examples: [[{ question: "…", answer: "…" }]] }),
    ),
    model: z.exactOptional(name("gpt-6-luna", "The model that answers. Left out: `model.default`.")),
    parameters: z.exactOptional(parameters),
  })
  .meta({ description: "A persona of your own.", examples: [{ template: "technical", instructions: "…" }] });

export const personasByName = z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/), personaSettings).meta({
  description: "Personas of your own, by name: small letters, digits and hyphens.",
  examples: [{ support: { template: "technical", instructions: "You know our product, the Acme router." } }],
});

export type PersonaSettings = z.infer<typeof personaSettings>;

interface PersonaConfig {
  readonly persona: string;
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly channels: Readonly<Record<string, { readonly persona: string }>>;
}

/** Resolves every persona that the config names. `locate` says where a key stands; problems are added to the list. */
export function choosePersonas(
  settings: PersonaConfig,
  locate: (path: readonly string[]) => string,
  problems: Problem[],
): PersonaChoice | undefined {
  const personas = new Map<string, Persona>();
  const described = new Map<string, PersonaSpec>();
  for (const name of Object.keys(personaCatalogue.templates)) {
    personas.set(name, resolvePersona({ name, template: name }, personaCatalogue));
  }
  for (const [name, own] of Object.entries(settings.personas)) {
    if (personas.has(name)) {
      problems.push({
        where: locate(["personas", name]),
        wrong: "this name belongs to the catalogue",
        example: `my-${name}`,
      });
    }
    const spec = describePersona(name, own);
    described.set(name, spec);
    personas.set(name, resolvePersona(spec, personaCatalogue));
  }

  const find = (name: string, path: readonly string[]): Persona | undefined => {
    const persona = personas.get(name);
    if (persona === undefined) {
      const meant = nearestName(name, [...personas.keys()]);
      const hint = meant ? `the nearest is ${meant}` : `known are ${[...personas.keys()].join(", ")}`;
      problems.push({
        where: locate(path),
        wrong: `there is no such persona; ${hint}`,
        example: `persona: ${meant ?? "professional"}`,
      });
    }
    return persona;
  };
  const byChannel = new Map<string, Persona>();
  for (const [channel, { persona: name }] of Object.entries(settings.channels)) {
    const persona = find(name, ["channels", channel, "persona"]);
    if (persona) byChannel.set(channel, persona);
  }
  const fallback = find(settings.persona, ["persona"]);
  return fallback && { default: fallback, byChannel, byName: personas, described };
}

/** A persona as it stands under `personas`. */
export function describePersona(name: string, settings: PersonaSettings): PersonaSpec {
  const { parameters = {}, ...spec } = settings;
  const { maxOutputTokens, ...rest } = parameters;
  const chatParameters = { ...rest, ...(maxOutputTokens !== undefined && { maxTokens: maxOutputTokens }) };
  return { ...spec, name, parameters: chatParameters };
}
