export type Decision = "allow" | "flag" | "block";

/** `hold`: nothing of a reply is shown before it was judged; `log`: it is judged afterwards. */
export type ReplyModeration = "off" | "log" | "hold";

/** Source: the provider's moderation guide, omni-moderation-latest. */
export const moderationCategories = [
  "harassment",
  "harassment/threatening",
  "hate",
  "hate/threatening",
  "illicit",
  "illicit/violent",
  "self-harm",
  "self-harm/instructions",
  "self-harm/intent",
  "sexual",
  "sexual/minors",
  "violence",
  "violence/graphic",
] as const;

export type ModerationCategory = (typeof moderationCategories)[number];

/** What happens to what is of a category. */
export interface CategoryRule {
  readonly action: Decision;
  /** Score from 0 to 1 from which the action applies; the service's own flag when left out. */
  readonly threshold?: number;
}

export type CategoryRules = { readonly [Category in ModerationCategory]?: CategoryRule };

/** By category; one without a rule is blocked when the service flags it. */
export type ModerationPolicy = Readonly<Record<string, CategoryRule>>;

/** Where a rule was made. */
export type RuleOrigin = "default" | "config" | "workspace" | "channel";

/** Rules by where they were made: what is nearer goes before. */
export interface PolicyLayers {
  readonly config: CategoryRules;
  readonly workspace: CategoryRules;
  readonly channel: CategoryRules;
}

/** Hits of the operator's own list of words stand under these, beside the service's categories. */
export const wordListRules = {
  words: { action: "block" },
  "words/flagged": { action: "flag" },
} as const satisfies ModerationPolicy;

export const usualRule: CategoryRule = { action: "block" };

/** Never anything but blocked where the service flags it. */
export const alwaysBlocked: ModerationCategory = "sexual/minors";

export interface RuleInForce extends CategoryRule {
  readonly category: ModerationCategory;
  readonly origin: RuleOrigin;
}

/** The rule of each category, with where it was made. */
export function rulesInForce({ config, workspace, channel }: PolicyLayers): readonly RuleInForce[] {
  return moderationCategories.map((category) => {
    if (category === alwaysBlocked) return { category, ...usualRule, origin: "default" };
    const made = (
      [
        ["channel", channel],
        ["workspace", workspace],
        ["config", config],
      ] as const
    ).find(([, rules]) => rules[category] !== undefined);
    if (made === undefined) return { category, ...usualRule, origin: "default" };
    return { category, ...(made[1][category] ?? usualRule), origin: made[0] };
  });
}

export function policyOf(layers: PolicyLayers): ModerationPolicy {
  const rules = Object.fromEntries(
    rulesInForce(layers).map(({ category, action, threshold }) => [
      category,
      { action, ...(threshold !== undefined && { threshold }) },
    ]),
  );
  return { ...rules, ...wordListRules };
}

export const severity: Readonly<Record<Decision, number>> = { allow: 0, flag: 1, block: 2 };

/** Whether something that one rule stops or shows could pass by another. Thresholds of which one is the service's own can't be compared. */
export function isLooser(rule: CategoryRule, than: CategoryRule): boolean {
  if (severity[rule.action] < severity[than.action]) return true;
  if (than.action === "allow") return false;
  if (rule.threshold === undefined || than.threshold === undefined) return rule.threshold !== than.threshold;
  return rule.threshold > than.threshold;
}
