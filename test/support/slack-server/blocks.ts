import {
  accessory,
  actionElement,
  anyText,
  contextAction,
  contextElement,
  image,
  inputElement,
  plainText,
} from "./block-elements.ts";
import { across, anything, both, byType, flag, list, oneOf, shape, text } from "./rules.ts";
import type { Fields, Rule } from "./rules.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import { textOfBlock } from "./shown-text.ts";
import type { Json } from "./workspace.ts";

// docs.slack.dev/reference/block-kit/blocks: a page a type; the numbers also stand in @slack/types block-kit/blocks.

const maxBlocks = 50;
/** Of all `markdown` blocks together (the page of the markdown block). */
const maxMarkdownChars = 12_000;
/** Of all blocks together; where posts began to fail in slackapi/bolt-js#2509. */
const maxAllChars = 13_200;

function block(required: Fields, optional: Fields = {}): Rule {
  return shape({ type: anything, ...required }, { block_id: text(255), ...optional });
}

const section: Rule = both(
  block({}, { text: anyText(3_000), fields: list(anyText(2_000), { most: 10 }), accessory, expand: flag }),
  across(({ text: own, fields }) =>
    own === undefined && fields === undefined ? "must define either `text` or `fields`" : undefined,
  ),
);

const cell = byType({
  raw_text: shape({ type: anything, text: text(3_000) }),
  raw_number: anything,
  rich_text: anything,
});

const series = shape({ name: text(20), data: anything }, { values: anything });

const kinds: Fields = {
  actions: block({ elements: list(actionElement, { most: 25 }) }),
  context: block({ elements: list(contextElement, { most: 10 }) }),
  context_actions: block({ elements: list(contextAction, { most: 5 }) }),
  divider: block({}),
  file: block({ external_id: text(255), source: oneOf("remote") }),
  header: block({ text: plainText(150) }),
  image,
  input: block(
    { label: plainText(2_000), element: inputElement },
    { hint: plainText(2_000), optional: flag, dispatch_action: flag },
  ),
  markdown: block({ text: text(maxMarkdownChars) }),
  rich_text: block({ elements: list(anything, { most: 1_000 }) }),
  section,
  table: block(
    { rows: list(list(cell, { most: 20 }), { most: 100 }) },
    { column_settings: list(anything, { most: 20 }) },
  ),
  data_visualization: block({}, { title: text(50), chart: anything, series: list(series, { most: 12 }) }),
  // Known, and looked at no closer.
  alert: anything,
  card: anything,
  carousel: anything,
  container: anything,
  data_table: anything,
  plan: anything,
  task_card: anything,
  video: anything,
};

/** @throws SlackRefusal invalid_blocks or msg_blocks_too_long */
export function checkBlocks(blocks: readonly Json[], most = maxBlocks): void {
  const problems: string[] = [];
  list(byType(kinds), { most, least: 0 })(blocks, "/blocks", problems);
  problems.push(...repeatedIds(blocks));
  if (problems.length > 0) throw invalidBlocks(problems);
  const markdown = blocks.filter(({ type }) => type === "markdown");
  if (charsOf(markdown) > maxMarkdownChars || charsOf(blocks) > maxAllChars) {
    throw new SlackRefusal("msg_blocks_too_long");
  }
}

function invalidBlocks(problems: readonly string[]): SlackRefusal {
  return new SlackRefusal("invalid_blocks", {
    errors: problems,
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}

function repeatedIds(blocks: readonly Json[]): readonly string[] {
  const ids = blocks.map((entry) => entry.block_id).filter((id) => id !== undefined);
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
  return repeated.map((id) => `\`block_id\` already exists: ${String(id)} [json-pointer:/blocks]`);
}

function charsOf(blocks: readonly Json[]): number {
  return blocks.reduce((sum, entry) => sum + textOfBlock(entry).length, 0);
}
