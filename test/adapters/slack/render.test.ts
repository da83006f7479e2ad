import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fallbackText, renderGrowing, renderMessages } from "../../../src/adapters/slack/render.ts";
import { awkwardStrings } from "../../support/awkward-strings.ts";

const shown = (markdown: string) => renderMessages(markdown).join("\n=====\n");
const read = (markdown: string) => shown(markdown).replaceAll("\u2060", "");

describe("what a model wrote", () => {
  test.each([
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<@U0123456>",
    "<#C0123456>",
    "<!subteam^S1>",
    "&lt;!channel>",
    "&#60;@U0123456>",
    "&#x3c;!here>",
    "<\u200b!channel>",
    "<\u2060@U0123456>",
    "`<!channel>`",
    "```\n<@U0123456>\n```",
    "[<!here>](https://a.example)",
    "![<@U0123456>](https://a.example/b.png)",
    "<&commat;U0123456>",
    "<&#64;U0123456>",
    "<!--x--><!here>",
    "| <!here> | b |\n|---|---|\n| <@U0123456> | `<!channel>` |",
    "<**@U0123456**>",
  ])("mentions nobody: %s", (text) => {
    expect(shown(text)).not.toMatch(/(?:<|&lt;|&#0*60;|&#x0*3c;)(?:[@#!]|&(?:commat|num|excl|#\w+);)/i);
  });

  test.each(["@channel", "@here now", "hi @everyone!"])("calls nobody together: %s", (text) => {
    expect(shown(text)).not.toMatch(/@(?:channel|here|everyone)/);
    expect(read(text)).toBe(text);
  });

  test.each([
    ["![a cat](https://evil.example/x.png)", "[a cat](https://evil.example/x.png)"],
    ["[![a](https://a.example/x.png)](https://b.example)", "[a](https://b.example/)"],
    ["[click](javascript:alert(1))", "click"],
    ["[click](  JaVaScRiPt:x)", "click"],
    ["[click](java&#10;script:x)", "click"],
    ["[click](javascript&colon;x)", "click"],
    ["[click](javascript\\:x)", "click"],
    ["[click](<slack://open>)", "click"],
    ["[a][b]\n\n[b]: data:text/html,x", "a"],
    ["> [a][b]\n>\n> [b]: javascript:x", "> a"],
    ["<javascript:alert(1)> <slack://open>", "javascript:alert(1) slack://open"],
    ["[https://bank.example](https://evil.example)", "https://bank.example (<https://evil.example/>)"],
    ["[ok](https://a.example/b(c))", "[ok](https://a.example/b(c))"],
    ["[mail](mailto:a@b.example)", "[mail](mailto:a@b.example)"],
    ["<https://a.example/b>", "<https://a.example/b>"],
    ["see [1]\n\n[1]: https://a.example/1", "see [1](https://a.example/1)"],
  ])("leads nowhere but to the web, and shows no pictures: %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test.each([
    "if (![1, 2].includes(x)) return arr[0](y);",
    "let v = vec![1]; #![allow(dead_code)]",
    "[x]: javascript:foo &lt; **a** _b_ <b>",
    "a = `b` ```c``` @here <!DOCTYPE html> <!-- x -->",
  ])("stays to the letter in code: %s", (code) => {
    expect(shown(`\`\`\`\`\n${code}\n\`\`\`\``)).toContain(`\n${code}\n`);
    if (!code.includes("`")) expect(shown(`Use \`${code}\`.`)).toBe(`Use \`${code}\`.`);
  });

  test.each([
    ["1 < 2 && 3 > 2, 2 * 3, snake_case, ~5, AT&T, :smile:, #1", undefined],
    ["\\*not\\* \\_this\\_ \\# nor that", "\\*not\\* \\_this\\_ # nor that"],
    ["&amp;lt; &copy;", "\\&lt; ©"],
    ["<b>tags</b>", "\\<b>tags\\</b>"],
    ["Title\n===\n\ntext", "# Title\n\ntext"],
    ["- a\n- b\n  - c\n\n3. d\n4. e", "- a\n- b\n  - c\n\n3. d\n4. e"],
    ["- [ ] a\n- [x] b", "- ☐ a\n- ☑ b"],
    ["1. a\n\n   ```js\n   x\n   ```\n2. b", "1. a\n\n```js\nx\n```\n2. b"],
    ["> a\n> > b", "> a\n>\n> b"],
    ["a\n\n---\n\nb", "a\n\n---\n\nb"],
  ])("%j is read as it was meant", (text, expected = text) => {
    expect(read(text)).toBe(expected);
  });

  test("has one table that Slack draws, and the others as code", () => {
    const table = (cell: string) => `| a | b |\n|:-:|--:|\n| ${cell} | **2** |`;
    expect(shown(`${table("1")}\n\nand\n\n${table("x \\| y")}`)).toBe(
      `| a | b |\n| :-: | --: |\n| 1 | **2** |\n\nand\n\n\`\`\`\n  a    b\n─────  ─\nx | y  2\n\`\`\``,
    );
  });

  test("has a table as code where Slack would refuse to draw it, and as a list where that is too wide", () => {
    const long = `| a | b |\n|---|---|\n${"| 1 | 2 |\n".repeat(100)}`;
    expect(shown(long)).toMatch(/^```\na {2}b\n/);
    const header = Array.from({ length: 21 }, (_, at) => `column ${at}`);
    const wide = `| ${header.join(" | ")} |\n|${"---|".repeat(21)}\n| ${header.join(" | ")} |`;
    expect(shown(wide)).toMatch(/^- \*\*column 0\*\*\n {2}- column 1: column 1\n/);
  });
});

describe("messages", () => {
  test("take what a markdown block takes, whatever there is to say", () => {
    const units = [
      "<@U1>",
      "<!here>",
      "word ",
      "\n\n",
      "```\n",
      "| a |",
      "\n|---|",
      "é",
      "🙂",
      "[",
      "](",
      "*",
    ];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...units), maxLength: 8_000 }), (text) => {
        for (const part of renderMessages(text)) {
          expect(part.length).toBeLessThanOrEqual(12_000);
          expect(part.trim()).not.toBe("");
        }
      }),
      { numRuns: 40 },
    );
    for (const text of awkwardStrings)
      expect(renderMessages(text).every((part) => part.trim() !== "")).toBe(true);
  });

  test("of an open text have their marks closed", () => {
    expect(renderMessages("some **bold", { isOpen: true })).toEqual(["some **bold**"]);
    expect(renderMessages(" ")).toEqual(["…"]);
  });

  test("have a text for notifications that an update takes, with nothing to obey in it", () => {
    expect(fallbackText("<!channel> & co")).toBe("&lt;!channel&gt; &amp; co");
    expect(Buffer.byteLength(fallbackText("<🙂".repeat(10_000)))).toBeLessThanOrEqual(4_000);
  });
});

describe("what of a growing text can be shown for good", () => {
  test.each([
    ["Once", "Once"],
    ["Once upon a **time", "Once upon a"],
    ["Once upon a **time**, ", "Once upon a **time**,"],
    ["Call `fn(", "Call"],
    ["See [the page](https://exa", "See"],
    ["See https://example.org/pa", "See"],
    ["Hello <@U01", "Hello"],
    ["a\n\n| a | b |\n|---|---|\n| 1 |", "a"],
    ["a\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nb", "a\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nb"],
    ["Then:\n\n```t", "Then:"],
    ["Then:\n\n```ts\nconst a = 1;\ncons", "Then:\n\n```ts\nconst a = 1;\ncons"],
    ["Then:\n\n```ts\nconst a = 1;\n``", "Then:\n\n```ts\nconst a = 1;"],
    ["Then:\n\n```ts\nif (a <", "Then:\n\n```ts\nif (a"],
    ["a\n\n-", "a"],
    ["![a pic](https://example.org/p", ""],
  ])("%j: %j", (text, expected) => {
    expect(renderGrowing(text)).toBe(expected);
  });

  const story = [
    "# Title",
    "This is **important**, and `code` with a [link](https://example.org/a_b) in *it*. See array[0] and 5 < 6, a_b.",
    "- one **bold**\n- two\n  - three",
    "1. first\n2. second: https://example.org/x",
    "Before:\n| a | b |\n|---|--:|\n| 1 | 2 |",
    "```ts\nconst a = x[1] * 2;\n```",
    "> quoted *text*",
    "End ~~gone~~ here, for $5 & more!",
  ].join("\n\n");

  test("is the beginning of the whole text, and never far behind", () => {
    const [whole = ""] = renderMessages(story);
    let longest = "";
    for (let at = 1; at <= story.length; at++) {
      const now = renderGrowing(story.slice(0, at));
      expect(whole.startsWith(now.trimEnd()), story.slice(0, at)).toBe(true);
      if (now.length > longest.length) longest = now;
      expect(at - longest.length).toBeLessThan(60);
    }
  });
});
