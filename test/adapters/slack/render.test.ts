import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fallbackText, makeInert, renderMessages } from "../../../src/adapters/slack/render.ts";

const shown = (markdown: string) => makeInert(markdown).replaceAll("\u2060", "");

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
    "`<!channel>`",
    "```\n<@U0123456>\n```",
    "[<!here>](https://a.example)",
    "<&commat;U0123456>",
    "<&#64;U0123456>",
  ])("mentions nobody: %s", (text) => {
    expect(makeInert(text)).not.toMatch(
      /(?:<|&lt;|&#0*60;|&#x0*3c;)(?:[@#!]|&(?:commat|num|excl|#0*(?:64|35|33));)/i,
    );
  });

  test.each(["@channel", "@here now", "hi @everyone!"])("calls nobody together: %s", (text) => {
    expect(makeInert(text)).not.toMatch(/@(?:channel|here|everyone)/);
    expect(shown(text)).toBe(text);
  });

  test.each([
    ["![a cat](https://evil.example/x.png)", "[a cat](https://evil.example/x.png)"],
    ["[click](javascript:alert(1))", "[click](#))"],
    ["[click](  JaVaScRiPt:x)", "[click](#)"],
    ["[click](java&#10;script:x)", "[click](#)"],
    ["[a][b]\n\n[b]: data:text/html,x", "[a][b]\n\n[b]: #"],
    [
      "[ok](https://a.example) [mail](mailto:a@b.example)",
      "[ok](https://a.example) [mail](mailto:a@b.example)",
    ],
  ])("leads nowhere but to the web: %s", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test("stays what it is where nothing is amiss", () => {
    const text =
      "# Title\n\n- a < b\n- mail x@here.example\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nif (a<b) {}\n```";
    expect(shown(text)).toBe(text);
  });
});

describe("messages", () => {
  test("take what a markdown block takes, whatever there is to say", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("<@U1>", "<!here>", "word ", "\n\n", "```\n", "| a |", "é", "🙂"),
          maxLength: 8_000,
        }),
        (text) => {
          for (const part of renderMessages(text)) {
            expect(part.length).toBeLessThanOrEqual(12_000);
            expect(part).not.toBe("");
          }
        },
      ),
      { numRuns: 40 },
    );
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
