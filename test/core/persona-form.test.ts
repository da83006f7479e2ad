import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formLimits as discord } from "../../src/adapters/discord/form.ts";
import { formLimits as playground } from "../../src/adapters/playground/commands.ts";
import { personaFields, readPersonaForm } from "../../src/core/persona-form.ts";
import { readExamples, readSettings, writeExamples } from "../../src/core/persona-lines.ts";
import type { PersonaSpec } from "../../src/core/persona.ts";
import { en } from "../../src/core/words/en.ts";
import { unicodeString } from "../support/awkward-strings.ts";

const words = en.forms.persona;
const slack = { maxFields: 100, maxTextChars: 3_000 };
const platforms = { slack, discord, playground } as const;
type PlatformName = keyof typeof platforms;
const names = Object.keys(platforms) as PlatformName[];

const full: PersonaSpec = {
  name: "support",
  title: "Support: desk",
  template: "legal",
  constraints: ["accuracy"],
  instructions: "Know {workspace}.\n\nBe brief.",
  examples: [
    { question: "Why?\nReally?", answer: "Because.\n\n- so" },
    { question: "Then?", answer: "Now." },
  ],
  model: "gpt-6-sol",
  parameters: { temperature: 0.3, topP: 0.9, maxTokens: 900, stop: ["END", "the end"], verbosity: "low" },
};

/** What a form says that nobody touched. */
function untouched(spec: PersonaSpec | undefined, name: PlatformName): Record<string, string> | undefined {
  const fields = personaFields(spec, platforms[name], words);
  return (
    fields &&
    Object.fromEntries(
      fields.map(({ name: field, initial = "" }) => [
        field,
        Array.isArray(initial) ? initial.join(",") : String(initial),
      ]),
    )
  );
}

function read(values: Record<string, string>, before?: { readonly name: string }) {
  return readPersonaForm(values, before, words);
}

describe.each(names)("in %s", (platform) => {
  test.each<[string, PersonaSpec]>([
    ["that says everything", full],
    ["that says nothing", { name: "bare", template: "professional", parameters: {} }],
    ["without constraints", { name: "free", template: "creative", constraints: [], parameters: {} }],
  ])("a persona %s comes out of its form as it went in", (_title, spec) => {
    expect(read(untouched(spec, platform) ?? {}, spec)).toEqual({ spec });
  });

  test("a form has no more than the platform takes", () => {
    const { maxFields, maxTextChars } = platforms[platform];
    for (const spec of [undefined, full]) {
      const fields = personaFields(spec, platforms[platform], words) ?? [];
      expect(fields.length).toBeLessThanOrEqual(maxFields);
      for (const field of fields) {
        expect(field.label.length).toBeLessThanOrEqual(45);
        expect(field.help?.length ?? 0).toBeLessThanOrEqual(100);
        if (field.kind !== "text") continue;
        expect(field.maxChars).toBeLessThanOrEqual(maxTextChars);
        expect(field.placeholder?.length ?? 0).toBeLessThanOrEqual(100);
      }
    }
  });

  test.each<[string, Partial<PersonaSpec>]>([
    ["longer than its fields", { instructions: "x".repeat(platforms[platform].maxTextChars + 1) }],
    ["an example that reads like two", { examples: [{ question: "a\nQ: b", answer: "c" }] }],
    ["a stop of two lines", { parameters: { stop: ["\n\n"] } }],
  ])("what the form can't hold has none: %s", (_title, more) => {
    expect(personaFields({ ...full, ...more }, platforms[platform], words)).toBeUndefined();
  });
});

test("a new persona needs a name, and the rest has something to begin with", () => {
  expect(read({ ...untouched(undefined, "discord"), name: "My Desk" })).toEqual({
    spec: { name: "my-desk", template: "professional", parameters: {} },
  });
});

test.each<[field: string, value: string]>([
  ["name", ""],
  ["name", "ünder"],
  ["name", "x".repeat(41)],
  ["template", "nobody"],
  ["template", "__proto__"],
  ["instructions", "x".repeat(20_001)],
  ["examples", "What is it?"],
  ["examples", "Q: one\nQ: two\nA: three"],
  ["examples", "A: an answer alone"],
  ["examples", "Q: a\nA: b\n".repeat(21)],
  ["title", "x".repeat(201)],
  ["model", "two words"],
  ["constraints", "safety,mercy"],
  ["settings", "temperature: 7"],
  ["settings", "colour: red"],
  ["settings", "title: stands in a field of its own"],
])("what is wrong with %s is said there: %j", (field, value) => {
  const values = { ...untouched(undefined, "playground"), name: "good", [field]: value };
  const answer = read(values);
  expect("problems" in answer && Object.keys(answer.problems)).toEqual([field]);
});

test("settings are read with any case, sign and order", () => {
  expect(
    readSettings('Temperature = 0.5\n\n MAX_TOKENS:900\nstop: END "the end"\nverbosity: default', []),
  ).toEqual({
    settings: { parameters: { temperature: 0.5, maxTokens: 900, stop: ["END", "the end"] } },
  });
});

test("for any text: examples are read as they were written, or not at all, and nothing throws", () => {
  fc.assert(
    fc.property(unicodeString, unicodeString, unicodeString, (question, answer, other) => {
      const written = writeExamples([{ question, answer }]);
      const examples = readExamples(written);
      if (examples?.length === 1)
        expect(examples).toEqual([
          {
            question: question.replaceAll("\r\n", "\n").trim(),
            answer: answer.replaceAll("\r\n", "\n").trim(),
          },
        ]);
      read({ name: question, template: other, examples: answer, settings: other, constraints: question });
    }),
  );
});
