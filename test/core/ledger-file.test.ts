import { describe, expect, it } from "vitest";

import { createLedgerFile } from "../../src/core/ledger-file.ts";
import type { LedgerEntry } from "../../src/core/ledger.ts";
import { createDice, makeCall } from "../support/made-ledger.ts";

const made: LedgerEntry = makeCall(1, { from: 0, to: 1_000 }, createDice(1));

function csvWith(model: string): string {
  const file = createLedgerFile("csv", 1e6);
  file.add({ ...made, model });
  return new TextDecoder().decode(file.bytes());
}

describe("a file of calls", () => {
  it.each([
    ["=HYPERLINK(1)", `"'=HYPERLINK(1)"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["  =1", `"'  =1"`],
    ["\t=1", `"'\t=1"`],
    ["\r=1", `"'\r=1"`],
    ["＝1", `"'＝1"`],
    ['a"b,c\nd', `"a""b,c\nd"`],
    ["gpt-6-luna", `"gpt-6-luna"`],
  ])("has the model %j as %j, which no spreadsheet runs", (model, cell) => {
    expect(csvWith(model)).toContain(`,${cell},`);
  });

  it("is empty but well-formed without entries", () => {
    const read = (format: "csv" | "json") => new TextDecoder().decode(createLedgerFile(format, 100).bytes());
    expect([read("csv"), JSON.parse(read("json"))]).toEqual(["", []]);
  });
});
