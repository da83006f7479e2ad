import { describe, expect, it } from "vitest";

import { judge } from "../../src/core/moderation.ts";
import { isLooser, moderationCategories, policyOf, rulesInForce } from "../../src/core/moderation/policy.ts";
import type { CategoryRule, PolicyLayers } from "../../src/core/moderation/policy.ts";
import { createWordList } from "../../src/core/moderation/word-list.ts";

const layers = (changes: Partial<PolicyLayers> = {}): PolicyLayers => ({
  config: {},
  workspace: {},
  channel: {},
  ...changes,
});

describe("the policy of a place", () => {
  const violence = (changes: Partial<PolicyLayers>) =>
    rulesInForce(layers(changes)).find(({ category }) => category === "violence");

  it("blocks every category that the service flags, where nothing is said", () => {
    expect(rulesInForce(layers()).map(({ category }) => category)).toEqual(moderationCategories);
    expect(
      rulesInForce(layers()).every(({ action, origin }) => action === "block" && origin === "default"),
    ).toBe(true);
  });

  it("takes the nearest rule: the channel's, the workspace's, the config's", () => {
    const config = { violence: { action: "allow" } } as const;
    const workspace = { violence: { action: "flag", threshold: 0.5 } } as const;
    const channel = { violence: { action: "block" } } as const;
    expect(violence({ config })).toMatchObject({ action: "allow", origin: "config" });
    expect(violence({ config, workspace })).toMatchObject({
      action: "flag",
      threshold: 0.5,
      origin: "workspace",
    });
    expect(violence({ config, workspace, channel })).toEqual({
      category: "violence",
      action: "block",
      origin: "channel",
    });
  });

  it("never loosens what is always blocked", () => {
    const loose = { "sexual/minors": { action: "allow" } } as const;
    const policy = policyOf(layers({ config: loose, workspace: loose, channel: loose }));
    const scores = { "sexual/minors": { flagged: true, score: 0.4 } };
    expect(judge("x", scores, policy).decision).toBe("block");
  });
});

describe("a rule is looser than another", () => {
  const block: CategoryRule = { action: "block" };
  it.each<[CategoryRule, CategoryRule, boolean]>([
    [{ action: "flag" }, block, true],
    [{ action: "allow" }, { action: "flag" }, true],
    [block, { action: "flag" }, false],
    [block, { action: "allow" }, false],
    [{ action: "block", threshold: 0.9 }, { action: "allow" }, false],
    [{ action: "block", threshold: 0.9 }, { action: "block", threshold: 0.5 }, true],
    [{ action: "block", threshold: 0.5 }, { action: "block", threshold: 0.9 }, false],
    // Whether a score or the service's flag comes first, nobody can say.
    [{ action: "block", threshold: 0.5 }, block, true],
    [block, { action: "block", threshold: 0.5 }, true],
    [{ action: "block", threshold: 0.9 }, { action: "flag", threshold: 0.5 }, true],
    [block, block, false],
  ])("%j than %j: %s", (rule, than, expected) => {
    expect(isLooser(rule, than)).toBe(expected);
  });
});

describe("the list of words", () => {
  const find = createWordList({ block: ["Project Heron", "禁止"], flag: ["acme"] });
  it.each<[string, readonly string[]]>([
    ["about project heron now", ["words"]],
    ["PROJECT-HERON!", ["words"]],
    ["the project herons", []],
    ["heron project", []],
    ["これは禁止です", ["words"]],
    ["Acme and acme", ["words/flagged"]],
    ["acmes", []],
    ["project\n\nheron by ACME", ["words", "words/flagged"]],
    ["", []],
  ])("%j has %j", (text, expected) => {
    expect(Object.keys(find([text]))).toEqual(expected);
  });

  it("looks at every way in which a text can be read", () => {
    expect(Object.keys(find(["pr0ject h3ron", "project heron"]))).toEqual(["words"]);
  });

  it("decides beside the service, by what each list is for", () => {
    const policy = policyOf(layers());
    expect(judge("x", find(["acme"]), policy)).toMatchObject({
      decision: "flag",
      categories: ["words/flagged"],
    });
    expect(judge("x", find(["project heron"]), policy)).toMatchObject({ decision: "block" });
  });
});
