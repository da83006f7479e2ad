import type { FormErrors } from "./discord-error.ts";

// The rules of developers/components/reference for messages without IS_COMPONENTS_V2.

const actionRow = 1;
const button = 2;
const selects = [3, 5, 6, 7, 8];
const linkStyle = 5;
const premiumStyle = 6;
const maxRows = 5;
const maxButtons = 5;
const maxCustomIdChars = 100;
const maxLabelChars = 80;

interface Component {
  readonly type?: unknown;
  readonly style?: unknown;
  readonly label?: unknown;
  readonly emoji?: unknown;
  readonly url?: unknown;
  readonly custom_id?: unknown;
  readonly components?: unknown;
  readonly options?: unknown;
}

/** Adds what is wrong with the `components` of a message. */
export function checkComponents(errors: FormErrors, rows: unknown): void {
  if (!Array.isArray(rows))
    return errors.add("components", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
  if (rows.length > maxRows) {
    errors.add("components", "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${maxRows} in length.`);
  }
  const seen = new Set<string>();
  for (const [rowIndex, row] of (rows as Component[]).entries()) {
    const at = `components.${rowIndex}`;
    if (row.type !== actionRow) {
      errors.add(`${at}.type`, "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).');
      continue;
    }
    const children = Array.isArray(row.components) ? (row.components as Component[]) : [];
    const hasSelect = children.some(({ type }) => selects.includes(type as number));
    if (children.length === 0 || children.length > (hasSelect ? 1 : maxButtons)) {
      errors.add(
        `${at}.components`,
        "BASE_TYPE_BAD_LENGTH",
        `Must be between 1 and ${hasSelect ? 1 : maxButtons} in length.`,
      );
    }
    for (const [index, child] of children.entries())
      checkChild(errors, `${at}.components.${index}`, child, seen);
  }
}

function checkChild(errors: FormErrors, at: string, child: Component, seen: Set<string>): void {
  const { type, custom_id: customId } = child;
  if (type === button) checkButton(errors, at, child);
  else if (!selects.includes(type as number)) {
    return errors.add(
      `${at}.type`,
      "UNION_TYPE_CHOICES",
      'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).',
    );
  }
  const needsNoId = type === button && (child.style === linkStyle || child.style === premiumStyle);
  if (needsNoId) return;
  if (typeof customId !== "string" || customId.length === 0) {
    return errors.add(`${at}.custom_id`, "BASE_TYPE_REQUIRED", "This field is required");
  }
  if (customId.length > maxCustomIdChars) {
    errors.add(
      `${at}.custom_id`,
      "BASE_TYPE_BAD_LENGTH",
      `Must be between 1 and ${maxCustomIdChars} in length.`,
    );
  }
  if (seen.has(customId)) {
    errors.add(
      `${at}.custom_id`,
      "COMPONENT_CUSTOM_ID_DUPLICATED",
      "Component custom id cannot be duplicated",
    );
  }
  seen.add(customId);
}

function checkButton(errors: FormErrors, at: string, child: Component): void {
  if (typeof child.style !== "number" || child.style < 1 || child.style > premiumStyle) {
    errors.add(`${at}.style`, "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.");
  }
  if (child.style === linkStyle && typeof child.url !== "string") {
    errors.add(`${at}.url`, "BASE_TYPE_REQUIRED", "This field is required");
  }
  if (child.style === linkStyle && child.custom_id !== undefined) {
    errors.add(at, "COMPONENT_CUSTOM_ID_NOT_ALLOWED", "A custom id and url cannot both be specified");
  }
  if (typeof child.label === "string" && child.label.length > maxLabelChars) {
    errors.add(`${at}.label`, "BASE_TYPE_MAX_LENGTH", `Must be ${maxLabelChars} or fewer in length.`);
  }
  if (!child.label && !child.emoji && child.style !== premiumStyle) {
    errors.add(at, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required");
  }
}
