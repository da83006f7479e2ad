import { expect, test } from "vitest";

import { formatSpender, readSpender } from "../../src/core/command/spender.ts";

test.each<[written: string, spender: object | undefined]>([
  ["workspace", { kind: "workspace" }],
  ["Workspace", { kind: "workspace" }],
  ["<@U1>", { kind: "person", person: "U1" }],
  ["<@!123|Ada Lovelace>", { kind: "person", person: "123" }],
  ["@ada", { kind: "person", person: "ada" }],
  ["<#C1|general>", { kind: "channel", channel: "C1" }],
  ["#general", { kind: "channel", channel: "general" }],
  ["Legal-Desk", { kind: "persona", persona: "legal-desk" }],
  ["<@U1", undefined],
  ["<@>", undefined],
  ["<&R1>", undefined],
  ["@", undefined],
  ["two words", undefined],
  ["__proto__", undefined],
  ["", undefined],
])("%j is %j", (written, spender) => {
  const read = readSpender(written);
  expect(read).toEqual(spender);
  if (read) expect(readSpender(formatSpender(read))).toEqual(read);
});
