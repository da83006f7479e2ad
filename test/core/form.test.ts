import { describe, expect, test } from "vitest";

import { commandsOnMessages } from "../../src/core/command/on-message.ts";
import { readForm } from "../../src/core/command/read-form.ts";
import { commandTable } from "../../src/core/command/table.ts";
import { readFormKey, writeFormKey } from "../../src/core/form.ts";
import type { FormKey } from "../../src/core/form.ts";
import type { MessageId } from "../../src/core/ids.ts";

const about = "1712.000100" as MessageId;

test.each<FormKey>([
  { command: "persona create" },
  { command: `persona edit ${"x".repeat(40)}`, version: 1_000_000 },
  { command: "ask", about },
])("a key comes back as it was written, within what Discord takes: %j", (key) => {
  const written = writeFormKey(key);
  expect(written.length).toBeLessThanOrEqual(100);
  expect(readFormKey(written)).toEqual(key);
});

test.each(["", "stop", "form/", "form/%E0%A4%A/1/", "form/a/b/c/d", "form/ask//<script>", "form/ask/-1/"])(
  "what is no key is none: %j",
  (written) => expect(readFormKey(written)).toBeUndefined(),
);

describe("a filled-in form", () => {
  const read = (key: FormKey, values = {}) => readForm(commandTable, key, values);

  test("completes its command, and takes nothing for a parameter that it didn't ask for", () => {
    expect(read({ command: "persona edit support", version: 3 }, { name: "other", text: "x" })).toEqual({
      reading: { kind: "command", command: { name: "persona edit", arguments: { name: "support" } } },
      form: { values: { name: "other", text: "x" }, version: 3 },
    });
    expect(read({ command: "ask", about }, { text: " Why? " })).toMatchObject({
      about,
      reading: { command: { name: "ask", arguments: { text: "Why?" } } },
    });
  });

  test.each(["", "constructor", "persona", "persona editor"])("of no command is none: %j", (command) => {
    expect(read({ command })).toBeUndefined();
  });
});

test("what stands in menus is no longer than Slack takes", () => {
  for (const { label } of commandsOnMessages(commandTable)) expect(label.length).toBeLessThanOrEqual(24);
  expect(commandsOnMessages(commandTable).map(({ name }) => name)).toEqual(["ask", "summarise"]);
});
