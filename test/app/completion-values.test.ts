import { expect, test } from "vitest";

import { createCompletionValues } from "../../src/app/completion-values.ts";
import { readConfig } from "../../src/config.ts";
import type { WorkspaceId } from "../../src/core/ids.ts";

const config = readConfig({}, { path: "parley.yaml", text: "personas: { house: { model: gpt-6-sol } }" });
const here = { platform: "discord", workspace: "1" as WorkspaceId } as const;
const never = () => new Promise<never>(() => {});
const failing = () => Promise.reject(new Error("no"));

test("a workspace's own personas come first, and the service's models last", async () => {
  const values = createCompletionValues(config, {
    chatSettings: { personaNames: async () => ["legal", "house", "desk"] },
    models: { names: async () => ["gpt-6-luna", "gpt-6-terra"], retirementOf: never },
  });
  expect(await values(here)).toEqual({
    persona: ["house", "desk", "legal"],
    model: ["gpt-6-luna", "gpt-6-sol", "gpt-6-terra"],
  });
});

test.each([
  ["fails", failing],
  ["never comes", never],
])("what %s is replaced by what the config says", async (_what, asking) => {
  const values = createCompletionValues(config, {
    chatSettings: { personaNames: asking },
    models: { names: asking, retirementOf: asking },
  });
  const { persona, model } = await values(here);
  expect(persona).toContain("house");
  expect(persona).toHaveLength(13);
  expect(model).toEqual(["gpt-6-luna", "gpt-6-sol"]);
});
