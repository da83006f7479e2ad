import { describe, expect, test } from "vitest";

import { fitParameters, refusedParameters } from "../../src/core/model-parameters.ts";
import type { ChatParameters } from "../../src/core/ports.ts";

describe("what a model refuses", () => {
  const rows: [model: string, parameters: Partial<ChatParameters>, refused: string[]][] = [
    ["gpt-6-luna", { temperature: 0 }, ["temperature"]],
    ["gpt-6-luna", { topP: 0.5, presencePenalty: 1, verbosity: "low" }, ["topP", "presencePenalty"]],
    ["gpt-6-luna", { temperature: 0, reasoningEffort: "none" }, []],
    ["gpt-6-luna", { temperature: 0, reasoningEffort: "low" }, ["temperature"]],
    ["gpt-5-mini", { temperature: 0, reasoningEffort: "none", stop: ["x"] }, ["temperature", "stop"]],
    ["o3", { temperature: 1, reasoningEffort: "high" }, ["temperature"]],
    ["ft:o4-mini-2025-04-16:acme::1", { temperature: 1 }, ["temperature"]],
    [
      "gpt-4o-mini",
      { temperature: 1, reasoningEffort: "high", verbosity: "low" },
      ["reasoningEffort", "verbosity"],
    ],
    ["gpt-4.1", { temperature: 1, stop: ["x"] }, []],
    ["llama-3", { temperature: 1, reasoningEffort: "high" }, []],
    ["onyx", { temperature: 1 }, []],
  ];
  test.each(rows)("%s with %j", (model, parameters, refused) => {
    expect(refusedParameters(model, parameters)).toEqual(refused);
    const fitted = fitParameters(model, { maxTokens: 9, ...parameters });
    expect(refusedParameters(model, fitted)).toEqual([]);
    expect(fitted.maxTokens).toBe(9);
    expect(Object.keys(fitted)).toHaveLength(1 + Object.keys(parameters).length - refused.length);
  });
});
