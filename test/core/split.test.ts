import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { minPartChars, splitMarkdown } from "../../src/core/split.ts";

const words = (count: number, word = "word") =>
  Array.from({ length: count }, (_, i) => `${word}${i}`).join(" ");
const numbered = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

describe("where a part ends", () => {
  const para = words(12); // 81 characters
  const cases: [name: string, text: string, maxChars: number, parts: string[]][] = [
    ["a text that fits is one part", "one\n\ntwo", 64, ["one\n\ntwo"]],
    ["a text of exactly the limit is one part", "x".repeat(64), 64, ["x".repeat(64)]],
    ["nothing makes no part", "", 64, []],
    ["white space makes no part", " \n\t\n", 64, []],
    [
      "paragraphs go before lines",
      `${para}\nline\n\nnext\nlast line of all`,
      100,
      [`${para}\nline`, "next\nlast line of all"],
    ],
    ["lines go before words", `${para}\n${para}`, 100, [para, para]],
    [
      "list items stay whole",
      `- ${words(7)}\n  more of it\n- ${words(7)}\n  and more`,
      110,
      [`- ${words(7)}\n  more of it`, `- ${words(7)}\n  and more`],
    ],
    [
      "a heading stays with its text",
      `${words(9)}\n\n## Title\n${words(9)}`,
      80,
      [words(9), `## Title\n${words(9)}`],
    ],
    [
      "sentences go before words",
      `${words(7)}. Then ${words(7)}.`,
      80,
      [`${words(7)}.`, `Then ${words(7)}.`],
    ],
    [
      "words stay whole",
      words(20),
      64,
      [words(10), `word10 word11 word12 word13 word14 word15 word16 word17 word18`, "word19"],
    ],
    [
      "CJK text ends at its own full stops",
      `${"汉".repeat(40)}。${"字".repeat(40)}。`,
      64,
      [`${"汉".repeat(40)}。`, `${"字".repeat(40)}。`],
    ],
    [
      "a word longer than a part is cut",
      "x".repeat(150),
      64,
      ["x".repeat(64), "x".repeat(64), "x".repeat(22)],
    ],
    ["emoji of several code points stay whole", "👩‍👩‍👧‍👦".repeat(8), 64, ["👩‍👩‍👧‍👦".repeat(5), "👩‍👩‍👧‍👦".repeat(3)]],
    [
      "a mark stays with the space it stands on",
      `${"x".repeat(40)} \u0301${"y".repeat(40)}`,
      64,
      [`${"x".repeat(40)} \u0301${"y".repeat(22)}`, "y".repeat(18)],
    ],
    ["surrogate pairs stay whole", `a${"𝒳".repeat(40)}`, 64, [`a${"𝒳".repeat(31)}`, "𝒳".repeat(9)]],
  ];
  test.each(cases)("%s", (_name, text, maxChars, parts) => {
    expect(splitMarkdown(text, maxChars)).toEqual(parts);
  });

  test("a part too small to hold anything is refused", () => {
    expect(() => splitMarkdown("text", minPartChars - 1)).toThrow(RangeError);
  });
});

describe("code blocks", () => {
  test("a block that fits a part of its own begins one", () => {
    const block = `\`\`\`ts\n${numbered(5, (i) => `line${i}()`)}\n\`\`\``;
    expect(splitMarkdown(`${words(6)}\n\n${block}\n\nafter`, 80)).toEqual([words(6), `${block}\n\nafter`]);
  });

  test("a block that must be cut is closed and opened again as what it was", () => {
    const code = numbered(12, (i) => `const line${i} = ${i};`);
    const parts = splitMarkdown(`\`\`\`ts title="a"\n${code}\n\`\`\`\nafter`, 100);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts.slice(0, -1))
      expect(part).toMatch(/^```ts title="a"\n(const line\d+ = \d+;\n)+```$/);
    expect(parts.at(-1)).toMatch(/\n```\nafter$/);
    expect(
      parts
        .join("\n")
        .match(/const line\d+ = \d+;/g)
        ?.join("\n"),
    ).toBe(code);
  });

  test("longer fences and tildes are closed by their like", () => {
    const parts = splitMarkdown(`~~~~md\n${numbered(20, () => "~~~ inner ```")}\n~~~~`, 100);
    for (const part of parts) expect(part).toMatch(/^~~~~md\n[^]*\n~~~~$/);
  });

  test("a block in a quote or a list stays in it", () => {
    const quoted = splitMarkdown(`> \`\`\`js\n${numbered(12, (i) => `> call(${i});`)}\n> \`\`\``, 80);
    for (const part of quoted) expect(part).toMatch(/^> ```js\n(> call\(\d+\);\n)+> ```$/);
    const listed = splitMarkdown(`- \`\`\`js\n${numbered(12, (i) => `  call(${i});`)}\n  \`\`\``, 80);
    for (const part of listed.slice(1)) expect(part).toMatch(/^ {2}```js\n( {2}call\(\d+\);\n)+ {2}```$/);
  });

  test("a block that is still open is shown closed", () => {
    expect(splitMarkdown("look:\n```py\nprint(1)", 64)).toEqual(["look:\n```py\nprint(1)\n```"]);
  });

  test("a line of code longer than a part is cut without losing a character", () => {
    const long = "x".repeat(300);
    const parts = splitMarkdown(`\`\`\`\n${long}\n\`\`\``, 64);
    expect(parts.map((part) => part.replaceAll(/```|\n/g, "")).join("")).toBe(long);
  });

  test("no part holds an empty block, wherever the block ends", () => {
    for (let lines = 1; lines < 60; lines++) {
      const parts = splitMarkdown(`\`\`\`js\n${numbered(lines, (i) => `call(${i});`)}\n\`\`\`\nafter`, 64);
      for (const part of parts) expect(part).not.toMatch(/```js\n+```/);
    }
  });

  test("a long line of quoted code stays quoted", () => {
    const parts = splitMarkdown(`> \`\`\`\n> ${"x".repeat(200)}\n> \`\`\``, 64);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(part).toMatch(/^> ```\n(?:> x+\n)?> ```$/);
  });

  test("a quoted block that nobody closed ends with its quote", () => {
    for (let lines = 1; lines < 30; lines++) {
      const code = numbered(lines, (i) => `> code(${i});`);
      const parts = splitMarkdown(`> \`\`\`\n${code}\n${numbered(20, (i) => `plain ${i}`)}`, 64);
      for (const part of parts) {
        if (part.includes("plain")) expect(part.slice(part.indexOf("plain"))).toMatch(/^(?:plain \d+\n?)+$/);
        if (part.includes("code")) expect(part).toMatch(/^> ```\n> code/);
        if (!part.includes("code")) expect(part).not.toContain("```");
      }
    }
  });

  test("a long line behind a quoted block that nobody closed stands outside of it", () => {
    const parts = splitMarkdown(`> \`\`\`\n> code\n${words(30)}`, 64);
    expect(parts[0]).toBe("> ```\n> code\n> ```");
    expect(parts.slice(1).join(" ")).toBe(words(30));
  });

  test("backticks in a line are no block, though more lines follow", () => {
    const parts = splitMarkdown(`\`\`\`inline\`\`\` text\n${numbered(20, (i) => `line ${i} of text`)}`, 64);
    expect(parts.join("\n").match(/```/g)).toHaveLength(2);
  });

  test("backticks in a line are no block", () => {
    const parts = splitMarkdown(`\`\`\`inline\`\`\` ${words(20)}`, 64);
    expect(parts.slice(1).join(" ")).not.toContain("`");
  });
});

describe("tables", () => {
  const header = "| id | name |\n|---:|:-----|";
  const table = (rows: number) => `${header}\n${numbered(rows, (i) => `| ${i} | row |`)}`;

  test("a table that fits a part of its own begins one", () => {
    expect(splitMarkdown(`${words(6)}\n\n${table(3)}\n\nafter`, 80)).toEqual([
      words(6),
      `${table(3)}\n\nafter`,
    ]);
  });

  test("a table that must be cut is cut between rows, with its header again", () => {
    const parts = splitMarkdown(`before\n\n${table(30)}\n\nafter`, 120);
    expect(parts[0]).toBe("before");
    for (const part of parts.slice(1, -1))
      expect(part).toMatch(/^\| id \| name \|\n\|---:\|:-----\|(\n\| \d+ \| row \|)+$/);
    expect(parts.at(-1)).toMatch(/^\| id \|[^]*\n\nafter$/);
    expect(parts.join("\n").match(/\d+(?= \| row)/g)).toEqual(
      Array.from({ length: 30 }, (_, i) => String(i)),
    );
  });

  test("a header never stands in one part and its delimiter row in the next", () => {
    for (let before = 1; before < 90; before++) {
      const parts = splitMarkdown(`${"x".repeat(before)}\n${table(4)}`, 80);
      for (const part of parts) {
        if (part.includes("| id")) expect(part).toContain(header);
        else expect(part).not.toContain("|");
      }
    }
  });
});

// ── What holds for any text ──────────────────────────────────────────────────────────────────────────────────────────

const piece = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\t",
    "```",
    "```js\n",
    "\n```\n",
    "````",
    "~~~\n",
    "> ",
    "- ",
    "1. ",
    "## ",
    "|",
    "| a | b |\n",
    "|---|---|\n",
    "a|b\n-|-\n",
    "👩‍👩‍👧‍👦",
    "e\u0301",
    "。",
    "\ud83d",
    "`",
  ),
  fc.nat(90).map((n) => "x".repeat(n)),
  fc.nat(30).map((n) => words(n)),
  fc.constantFrom("`", "|", " ", "👍🏽", "-").chain((unit) => fc.nat(80).map((n) => unit.repeat(n))),
);
const anyText = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
const anyMax = fc.integer({ min: minPartChars, max: 300 });

const line = fc.stringMatching(/^[a-z][a-z ,.]{0,60}[a-z]$/);
const block = fc.oneof(
  line,
  fc.array(line, { minLength: 1, maxLength: 6 }).map((items) => items.map((item) => `- ${item}`).join("\n")),
  fc
    .tuple(
      fc.constantFrom("```", "````", "~~~"),
      fc.constantFrom("", "ts", "python title=x"),
      fc.array(line, { maxLength: 12 }),
    )
    .map(([fence, info, code]) => [`${fence}${info}`, ...code, fence].join("\n")),
  fc
    .array(fc.tuple(line, line), { minLength: 1, maxLength: 10 })
    .map((rows) => ["| left | right |", "|---|---|", ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join("\n")),
);
const document = fc.array(block, { minLength: 1, maxLength: 12 }).map((blocks) => blocks.join("\n\n"));

const runs = { numRuns: 1000 };
const ink = (text: string) => text.replaceAll(/\s/g, "");

/** Whether every fence of a part is closed, by the plain rule for fences that begin a line. */
function isBalanced(part: string): boolean {
  let open: string | undefined;
  for (const text of part.split("\n")) {
    const fence = /^(`{3,}|~{3,})(.*)$/.exec(text);
    if (fence === null) continue;
    const [, marker = "", info = ""] = fence;
    if (open === undefined) open = marker;
    else if (marker[0] === open[0] && marker.length >= open.length && info.trim() === "") open = undefined;
  }
  return open === undefined;
}

function isSubsequence(small: string, large: string): boolean {
  let found = 0;
  for (let i = 0; i < large.length && found < small.length; i++) if (large[i] === small[found]) found++;
  return found === small.length;
}

describe("for any text and any limit", () => {
  test("no part is longer than the limit, and none is empty", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, document), anyMax, (text, maxChars) => {
        for (const part of splitMarkdown(text, maxChars)) {
          expect(part.length).toBeLessThanOrEqual(maxChars);
          expect(part.trim()).not.toBe("");
        }
      }),
      runs,
    );
  });

  test("nothing but white space is lost, and order is kept", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, document), anyMax, (text, maxChars) => {
        expect(isSubsequence(ink(text), ink(splitMarkdown(text, maxChars).join("")))).toBe(true);
      }),
      runs,
    );
  });

  test("text without code and tables is in the parts to the letter", () => {
    fc.assert(
      fc.property(anyText, anyMax, (text, maxChars) => {
        const plain = text.replaceAll(/[`~|]/g, "");
        expect(ink(splitMarkdown(plain, maxChars).join(""))).toBe(ink(plain));
      }),
      runs,
    );
  });

  test("no fence is left open", () => {
    fc.assert(
      fc.property(document, anyMax, (text, maxChars) => {
        for (const part of splitMarkdown(text, maxChars)) expect(isBalanced(part), part).toBe(true);
      }),
      runs,
    );
  });

  test("no surrogate pair is cut, not even in one character without end", () => {
    const endless = fc
      .tuple(fc.nat(3), fc.nat(100))
      .map(([start, n]) => "x".repeat(start) + "👩\u200d".repeat(n));
    const emoji = fc.string({ unit: "grapheme", minLength: 60, maxLength: 400 });
    fc.assert(
      fc.property(fc.oneof(endless, emoji), anyMax, (text, maxChars) => {
        for (const part of splitMarkdown(text, maxChars)) expect(part.isWellFormed()).toBe(true);
      }),
      runs,
    );
  });

  test("as a text grows, all parts but the last stay as they are", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, document), anyMax, (text, maxChars) => {
        let complete: string[] = [];
        for (let length = 1; length <= text.length; length++) {
          const parts = splitMarkdown(text.slice(0, length), maxChars);
          expect(parts.slice(0, complete.length)).toEqual(complete);
          complete = parts.slice(0, -1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
