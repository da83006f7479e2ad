import { expect, test } from "vitest";

import { checkBlocks } from "./blocks.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Json } from "./workspace.ts";

const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const plain = (text: string) => ({ type: "plain_text", text });
const section = (text: string) => ({ type: "section", text: mrkdwn(text) });
const markdown = (text: string) => ({ type: "markdown", text });
const button = (more: object = {}) => ({ type: "button", text: plain("Stop"), action_id: "stop", ...more });
const actions = (...elements: readonly object[]) => ({ type: "actions", elements });
const chars = (count: number) => "x".repeat(count);

function refusalOf(blocks: readonly Json[]): Json | undefined {
  try {
    checkBlocks(blocks);
    return undefined;
  } catch (error) {
    if (error instanceof SlackRefusal) return error.body;
    throw error;
  }
}

test.each<readonly [string, readonly Json[]]>([
  ["a section", [section("hi")]],
  ["a section of fields", [{ type: "section", fields: [mrkdwn("a"), plain("b")] }]],
  ["a section as long as it may be", [section(chars(3_000))]],
  [
    "a header, a divider, a context",
    [{ type: "header", text: plain("h") }, { type: "divider" }, { type: "context", elements: [mrkdwn("c")] }],
  ],
  ["Markdown as long as it may be", [markdown(chars(12_000))]],
  ["buttons", [actions(button({ value: "1", style: "danger" }), button({ action_id: "again" }))]],
  [
    "feedback",
    [
      {
        type: "context_actions",
        elements: [
          {
            type: "feedback_buttons",
            action_id: "feedback",
            positive_button: { text: plain("Good"), value: "good" },
            negative_button: { text: plain("Bad"), value: "bad" },
          },
        ],
      },
    ],
  ],
  [
    "a table",
    [{ type: "table", rows: [[{ type: "raw_text", text: "a" }], [{ type: "raw_number", value: 1 }]] }],
  ],
  ["an image", [{ type: "image", image_url: "https://example.com/a.png", alt_text: "a" }]],
  ["fifty blocks", Array.from({ length: 50 }, () => ({ type: "divider" }))],
  ["no blocks", []],
])("%s are taken", (_, blocks) => {
  expect(refusalOf(blocks)).toBeUndefined();
});

test.each<readonly [string, readonly Json[], string]>([
  ["no type", [{}], "missing required field: type [json-pointer:/blocks/0]"],
  ["an unknown type", [{ type: "paragraph" }], "unsupported type: paragraph [json-pointer:/blocks/0]"],
  [
    "too many",
    Array.from({ length: 51 }, () => ({ type: "divider" })),
    "no more than 50 items allowed [json-pointer:/blocks]",
  ],
  [
    "a long section",
    [section(chars(3_001))],
    "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
  ],
  ["an empty section", [section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"],
  [
    "nothing in a section",
    [{ type: "section" }],
    "must define either `text` or `fields` [json-pointer:/blocks/0]",
  ],
  [
    "a text that isn't an object",
    [{ type: "section", text: "x" }],
    "must be an object [json-pointer:/blocks/0/text]",
  ],
  [
    "a long header",
    [{ type: "header", text: plain(chars(151)) }],
    "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "markup in a header",
    [{ type: "header", text: mrkdwn("h") }],
    "must be one of: plain_text [json-pointer:/blocks/0/text/type]",
  ],
  [
    "long Markdown",
    [markdown(chars(12_001))],
    "must be less than 12001 characters [json-pointer:/blocks/0/text]",
  ],
  [
    "too many buttons",
    [actions(...Array.from({ length: 26 }, () => button()))],
    "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
  ],
  ["no buttons", [actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"],
  [
    "a long label",
    [actions(button({ text: plain(chars(76)) }))],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
  ],
  [
    "a long value",
    [actions(button({ value: chars(2_001) }))],
    "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
  ],
  [
    "a long action id",
    [actions(button({ action_id: chars(256) }))],
    "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
  ],
  [
    "a wrong style",
    [actions(button({ style: "green" }))],
    "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
  ],
  [
    "a field of its own",
    [{ ...section("x"), colour: "red" }],
    "invalid additional property: colour [json-pointer:/blocks/0]",
  ],
  [
    "a button among feedback",
    [{ type: "context_actions", elements: [button()] }],
    "unsupported type: button [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "too many rows",
    [{ type: "table", rows: Array.from({ length: 101 }, () => [{ type: "raw_text", text: "x" }]) }],
    "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
  ],
  [
    "an image of nothing",
    [{ type: "image", alt_text: "a" }],
    "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
  ],
  [
    "one id twice",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
    "`block_id` already exists: a [json-pointer:/blocks]",
  ],
])("%s are refused with what is wrong and where", (_, blocks, message) => {
  expect(refusalOf(blocks)).toMatchObject({
    error: "invalid_blocks",
    errors: expect.arrayContaining([message]) as unknown,
    response_metadata: { messages: expect.arrayContaining([`[ERROR] ${message}`]) as unknown },
  });
});

test.each<readonly [string, readonly Json[]]>([
  ["two long Markdown blocks", [markdown(chars(8_000)), markdown(chars(8_000))]],
  ["many long sections", Array.from({ length: 5 }, () => section(chars(3_000)))],
])("%s are too long together", (_, blocks) => {
  expect(refusalOf(blocks)).toEqual({ ok: false, error: "msg_blocks_too_long" });
});
