import { describe, expect, it } from "vitest";

import { readPersonaFile, writePersonaFile } from "../../src/config/persona-file.ts";
import { readConfig } from "../../src/config.ts";
import type { PersonaSpec } from "../../src/core/persona.ts";

const read = (text: string) => readPersonaFile("p.yaml", text);
const problemsOf = (text: string) => {
  const result = read(text);
  return "problems" in result ? result.problems : [];
};

describe("a file of personas", () => {
  it("that was written is read as the same again", () => {
    const personas: PersonaSpec[] = [
      {
        name: "support",
        title: "Support: desk #1",
        template: "technical",
        constraints: ["safety"],
        instructions: "One\n\n  two: {user}\n# three\n&a *a !b",
        examples: [{ question: "- ?", answer: "yes" }],
        model: "gpt-4o-mini",
        parameters: { temperature: 0.5, maxTokens: 100, stop: ["END", "null"] },
      },
      { name: "true", template: "professional", parameters: {} },
      { name: "1", template: "professional", parameters: {} },
    ];
    const result = read(writePersonaFile(personas));
    expect("personas" in result && result.personas.toSorted(byName)).toEqual(personas.toSorted(byName));
  });

  it("reads what stands in parley.yaml as the same", () => {
    const text = "personas:\n  a:\n    instructions: hello\n    parameters: { maxOutputTokens: 7 }\n";
    const { described } = readConfig({}, { path: "parley.yaml", text }).personas;
    expect(read(text)).toEqual({ personas: [...described.values()] });
  });

  it.each([
    [
      "personas:\n  a:\n    template: technicl\n",
      /^p\.yaml line 3: personas\.a\.template: .*the nearest is technical/,
    ],
    ["personas:\n  a: {}\n  B B: {}\n", /^p\.yaml line 3: .*no name for this/],
    ["personas:\n  ../x: { title: x }\n", /line 2: .*no name for this/],
    ["personas:\n  a:\n    title: 7\n", /line 3: personas\.a\.title: expected string/],
    ["personas:\n  a: {}\n  a: {}\n", /line 3: is no valid YAML: the same key stands here twice/],
    ["model: { default: x }\n", /there is no such key/],
    ["personas: [\n", /is no valid YAML/],
    ["", /personas/],
  ])("%j is refused with its line", (text, expected) => {
    expect(problemsOf(text).join("\n")).toMatch(expected);
  });

  it("doesn't take what means something to the language for a name", () => {
    expect(read("personas:\n  __proto__: { title: x }\n")).toEqual({ personas: [] });
    expect(read("personas:\n  constructor: { title: x }\n")).toMatchObject({
      personas: [{ name: "constructor", title: "x" }],
    });
  });

  it.each([
    ["many keys", `personas:\n${Array.from({ length: 50_000 }, (_, i) => `  k${i}:\n`).join("")}`],
    ["many keys in braces", `{${Array.from({ length: 50_000 }, (_, i) => `k${i}`).join(",")}}`],
    ["deep brackets", "[".repeat(200_000)],
    ["deep lists", "- ".repeat(100_000)],
    [
      "aliases of aliases",
      `a: &a [${"x,".repeat(10)}]\n${Array.from({ length: 20 }, (_, i) => {
        const before = String.fromCodePoint(97 + i);
        const name = String.fromCodePoint(98 + i);
        return `${name}: &${name} [${`*${before},`.repeat(10)}]\n`;
      }).join("")}personas: *u\n`,
    ],
  ])("%s are refused before they take long", (_what, text) => {
    const begun = performance.now();
    expect(problemsOf(text).length).toBeGreaterThan(0);
    // A hang of minutes is what it is about; a busy machine may take its seconds.
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

function byName(a: PersonaSpec, b: PersonaSpec): number {
  return a.name.localeCompare(b.name);
}
