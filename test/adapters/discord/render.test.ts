import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { threadName } from "../../../src/adapters/discord/threads.ts";
import { renderMessages } from "../../../src/adapters/discord/render.ts";
import { columnsOf } from "../../../src/adapters/discord/table.ts";
import { awkwardStrings } from "../../support/awkward-strings.ts";

const zwsp = "\u200b";

test.for([
  // What Discord shows as Markdown does.
  ["**bold** *em* ~~gone~~ `code`", "**bold** *em* ~~gone~~ `code`"],
  ["__bold__ _em_ ***both***", "**bold** *em* ***both***"],
  ["# One\n\ntext\n\n## Two", "# One\ntext\n\n## Two"],
  ["- a\n  - b\n- c", "- a\n  - b\n- c"],
  ["* a\n\n* b", "- a\n- b"],
  ["3. c\n4. d", "3. c\n4. d"],
  ["> said\n> twice", "> said\n> twice"],
  ["```js\nlet a;\n```", "```js\nlet a;\n```"],
  ["    indented", "```\nindented\n```"],
  ["a\nb  \nc", "a\nb\nc"],
  // What it doesn't.
  ["#### Four **b**\n\ntext", "**Four b**\ntext"],
  ["a\n\n---\n\nb", "a\n\nb"],
  ["- [x] done\n- [ ] to do", "- ☑ done\n- ☐ to do"],
  ["> > nested", "> nested"],
  ["1. a\n   ```sh\n   ls\n   ```\n2. b", "1. a\n```sh\nls\n```\n2. b"],
  ["text[^1]\n\n[^1]: note\n[^b]: a note", "text[1]\n\n[1]: note\n\n[b]: a note"],
  ["<b>x</b><br>y", "<b>x</b>\ny"],
  ["Tom &amp; Jerry &#x1f600; &unknown;", "Tom & Jerry 😀 &unknown;"],
  // Texts that only look like Markdown of Discord's.
  ["snake_case a_b_ __init__.py", "snake_case a_b\\_ **init**.py"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["\\*not em\\*", "\\*not em\\*"],
  ["||hidden||, a | b", "\\|\\|hidden\\|\\|, a | b"],
  ["1986\\. A year", "1986\\. A year"],
  ["\\# no heading\n\\- no list\n\\> no quote", "\\# no heading\n\\- no list\n\\> no quote"],
  ["-# small", "\\-# small"],
  ["C:\\path\\file", "C:\\path\\file"],
  ["**`**kwargs`**", "**`**kwargs`**"],
] as const)("%j is shown as %j", ([markdown, shown]) => {
  expect(renderMessages(markdown)).toEqual([shown]);
});

describe("nothing is called by what a model wrote", () => {
  test.for([
    ["@everyone and @here", `@${zwsp}everyone and @${zwsp}here`],
    ["\\@everyone", `@${zwsp}everyone`],
    ["@&#101;veryone", `@${zwsp}everyone`],
    ["**@everyone**", `**@${zwsp}everyone**`],
    ["# @HERE", `# @${zwsp}HERE`],
    ["<@1> <@!2> <@&3> <#4>", "\\<@1> \\<@!2> \\<@&3> \\<#4>"],
    ["&lt;@1&gt;", "\\<@1>"],
    ["</help:5> <:a:6> <a:b:7> <t:8:R> <id:guide>", "\\</help:5> \\<:a:6> \\<a:b:7> \\<t:8:R> id:guide"],
    ["[@everyone](https://example.org/@everyone)", `[@${zwsp}everyone](<https://example.org/%40everyone>)`],
    ["```\n`` ` `` ``` @everyone", null],
  ] as const)("%j", ([markdown, shown]) => {
    const [text = ""] = renderMessages(markdown);
    if (shown !== null) expect(text).toBe(shown);
    // Outside of code, in which Discord reads nothing.
    const outside = text.replaceAll(/```[\s\S]*?```|``[\s\S]*?``|`[^`]*`/g, "");
    expect(outside).not.toMatch(/@(?:everyone|here)|(?<!\\)<[@#]/i);
  });

  test("code can't be left from inside", () => {
    expect(renderMessages("````\n```\n@everyone\n````")).toEqual([
      `\`\`\`\n\`${zwsp}\`\`\n@everyone\n\`\`\``,
    ]);
    expect(renderMessages("``` a`b `` c ```")).toEqual([`\`\`a\`b \`${zwsp}\` c\`\``]);
  });
});

describe("links", () => {
  test.for([
    ["[site](https://example.org/a)", "[site](<https://example.org/a>)"],
    ["https://example.org/a_b_c", "<https://example.org/a_b_c>"],
    ["[paren](https://example.org/a_(b))", "[paren](<https://example.org/a_(b)>)"],
    ["[paren](<https://example.org/a)b(c>)", "[paren](<https://example.org/a%29b%28c>)"],
    ["[bank.com](https://evil.example/)", "bank.com (<https://evil.example/>)"],
    ["[https://bank.com](https://evil.example/)", "https://bank.com (<https://evil.example/>)"],
    ["[x](javascript:alert(1)) [y](data:text/html,x) [z](/relative)", "x y z"],
    ["![cat](https://example.org/cat.png)", "[cat](<https://example.org/cat.png>)"],
    ["![](https://example.org/cat.png)", "[image](<https://example.org/cat.png>)"],
    ["![cat](file:///etc/passwd)", "cat"],
    ["[![cat](https://example.org/c.png)](https://example.org/)", "[cat](<https://example.org/>)"],
    [
      "\\![x](https://example.org/) !![y](https://example.org/)",
      "\\![x](<https://example.org/>) \\![y](<https://example.org/>)",
    ],
    ["[write](mailto:a@example.org) b@example.org", "write (a@example.org) b@example.org"],
    ["[a][1]\n\n[1]: https://example.org", "[a](<https://example.org/>)"],
    ["\\[not](https://example.org)", "[not\\](<https://example.org/>)"],
  ] as const)("%j", ([markdown, shown]) => {
    expect(renderMessages(markdown)).toEqual([shown]);
  });
});

describe("tables", () => {
  test("are code with aligned columns, in which wide characters count as two", () => {
    expect(renderMessages("| a | **b** |\n|---|--:|\n| 日本 | 1 |\n| 👍 x | 22 |")).toEqual([
      "```\na      b\n────  ──\n日本   1\n👍 x  22\n```",
    ]);
  });
  test("are lists where they would be too wide", () => {
    const long = "word ".repeat(20).trim();
    expect(renderMessages(`| name | what |\n|---|---|\n| **a** | ${long} |\n| b | |`)).toEqual([
      `- **a**\n  - what: ${long}\n- **b**`,
    ]);
  });
  test.for([
    ["abc", 3],
    ["日本", 4],
    ["👩‍👩‍👧", 2],
    ["e\u0301", 1],
    ["❤️", 2],
    ["ﾊ", 1],
    ["→", 1],
  ] as const)("%s takes %i columns", ([text, columns]) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

test("a text that is still open at its end has its marks closed", () => {
  expect(renderMessages("so **very", { isOpen: true })).toEqual(["so **very**"]);
  expect(renderMessages("```js\nlet a", { isOpen: true })).toEqual(["```js\nlet a\n```"]);
  expect(renderMessages("see [the docs](https://exam", { isOpen: true })).toEqual(["see the docs"]);
});

test("no text is empty or longer than a message may be, and no word of it is lost", () => {
  const pieces = fc.constantFrom(
    ...awkwardStrings,
    "| a | b |\n|---|---|\n| x | y |\n",
    "```js\n",
    "> ",
    "- ",
    "[a](https://b.c) ",
    "word ",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const markdown = parts.join("").slice(0, 1_800);
      const texts = renderMessages(markdown);
      for (const text of texts) {
        expect(text.length).toBeLessThanOrEqual(2_000);
        expect(text.trim()).not.toBe("");
        expect(text.isWellFormed() || !markdown.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
  const words = Array.from({ length: 250 }, (_, index) => `w${index}*`);
  const shown = renderMessages(words.join(" ")).join(" ");
  for (const word of words) expect(shown).toContain(word.replace("*", "\\*"));
});

test.for([
  ["What is up?", "What is up?"],
  ["two\nlines", "two lines"],
  ["", "Parley"],
  ["\u202e\u0000", "Parley"],
  ["x".repeat(120), `${"x".repeat(99)}…`],
  ["😀".repeat(60), `${"😀".repeat(49)}…`],
] as const)("a thread from %j is called %j", ([text, name]) => {
  expect(threadName(text)).toBe(name);
});
