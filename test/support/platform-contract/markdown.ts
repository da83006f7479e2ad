import { describe, expect, test } from "vitest";

import { causeOf, intentOf, never, question, showing } from "./harness.ts";
import type { OpenHarness, PlatformTraits, Shown } from "./harness.ts";

/** What people copy out of code must be what stands in it. */
const holding = (copied: string): string => expect.stringContaining(copied) as string;

/** Markdown → what is read of it; `code` and `links` where there is some. */
const cases: readonly (readonly [string, Partial<Shown>])[] = [
  ["Plain words.", { text: "Plain words." }],
  ["**bold**, _emphasis_, ***both***, ~~gone~~", { text: "bold, emphasis, both, gone" }],
  ["`code` and ``co`de``", { text: "code and co`de" }],
  ["# One\n\n## Two\n\n#### Four\n\n###### Six", { text: "One Two Four Six" }],
  ["- a\n- b\n  - c\n- d", { text: "a b c d" }],
  ["1. a\n2. b\n3. c", { text: "a b c" }],
  ["> quoted\n> twice\n\nnot", { text: "quoted twice not" }],
  ["```ts\nconst a = b < c && d;\n```", { code: "const a = b < c && d;" }],
  ["```\n**not bold** _nor this_\n```", { code: "**not bold** _nor this_" }],
  ["```js\nif (![1, 2].includes(x)) stop();\n```", { source: holding("if (![1, 2].includes(x)) stop();") }],
  [
    "```html\n<!DOCTYPE html>\n<!-- x@here.example -->\n```",
    { source: holding("<!DOCTYPE html>\n<!-- x@here.example -->") },
  ],
  ["```sh\nnpm i @here/there\n```", { source: holding("npm i @here/there") }],
  ["`![a](b)`", { text: "![a](b)" }],
  ["````md\n```\ninner\n```\n````", { code: "``` inner ```" }],
  [
    "[a page](https://example.org/a?b=c&d=(e))",
    { text: "a page", links: ["https://example.org/a?b=c&d=(e)"] },
  ],
  ["<https://example.org/x>", { text: "https://example.org/x", links: ["https://example.org/x"] }],
  ["[write](mailto:a@example.org)", { links: ["mailto:a@example.org"] }],
  ["see [1]\n\n[1]: https://example.org/one", { text: "see 1", links: ["https://example.org/one"] }],
  ["2 * 3 * 4 = 24", { text: "2 * 3 * 4 = 24" }],
  ["snake_case_name and __init__.py", {}],
  ["use a_b and c_d", { text: "use a_b and c_d" }],
  ["1 < 2 && 3 > 2", { text: "1 < 2 && 3 > 2" }],
  ["AT&T, &amp; R&D", { text: "AT&T, & R&D" }],
  ["\\*not emphasised\\* and \\_nor this\\_", { text: "*not emphasised* and _nor this_" }],
  ["a \\< b", { text: "a < b" }],
  ["C:\\Users\\x", { text: "C:\\Users\\x" }],
  ["<b>tags</b> are text", { text: "<b>tags</b> are text" }],
  ["cost: $5 ~ $6, 100%, #1, :smile:", { text: "cost: $5 ~ $6, 100%, #1, :smile:" }],
  ["line one\nline two", { text: "line one line two" }],
  ["5\\. not a list, + nor this", { text: "5. not a list, + nor this" }],
  ["ünïcödé 你好 👩‍👩‍👧 ₿", { text: "ünïcödé 你好 👩‍👩‍👧 ₿" }],
];

const table = "| Fruit | Price |\n|---|---:|\n| Apple | 1 |\n| **Pear** | 22 |";

/** What a model writes is Markdown; people read what it means. */
export function testMarkdown({ previews }: PlatformTraits, open: OpenHarness): void {
  describe("Markdown", () => {
    test("is shown as what it means", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      for (const [markdown, expected] of cases) {
        const id = await harness.platform.post(place, causeOf(markdown), { text: markdown }, never);
        const shown = (await harness.shown(place)).find((message) => message.id === id);
        expect(shown, markdown).toMatchObject(expected);
      }
    });

    test("is shown so by a reply too, and after an edit", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const id = await harness.platform.post(place, causeOf("edited"), { text: "before" }, never);
      for (const [at, [markdown, expected]] of cases.entries()) {
        const reply = harness.platform.openReply(place, intentOf(`c${at}`, [], author.id));
        const [own] = await reply.show([markdown], showing(true));
        await harness.platform.edit(place, id, { text: markdown }, never);
        const shown = await harness.shown(place);
        for (const shownId of [own, id])
          expect
            .soft(
              shown.find((message) => message.id === shownId),
              markdown,
            )
            .toMatchObject(expected);
      }
    });

    test("in tables keeps its cells in order, with the header first", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      await harness.platform.post(place, causeOf("c"), { text: `Before.\n\n${table}\n\nAfter.` }, never);
      const [shown] = await harness.shown(place);
      const order = ["Before.", "Fruit", "Price", "Apple", "1", "Pear", "22", "After."];
      expect(
        shown?.text.match(new RegExp(order.map((word) => word.replace(".", "\\.")).join("|"), "g")),
      ).toEqual(order);
      expect(shown?.text).not.toContain("**");
    });

    test.each([
      ["emphasis", "This is **impor"],
      ["a link", "See [the page](https://exam"],
      ["code", "Call `fn("],
      ["a block of code", "Then:\n\n```ts\nconst a"],
      ["a table", "| a | b |\n|---|"],
      ["an image", "![a pic](https://example.org/p"],
    ])("that stops in %s shows no broken marks while it grows", async (_what, markdown) => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const reply = harness.platform.openReply(place, intentOf("c", [], author.id));
      await reply.show([markdown], showing(false));
      const [shown] = await harness.shown(place);
      if (!previews) expect(shown?.previews).toEqual([]);
      // What can only be appended to is mended by the platform.
      const isAppended = shown?.buttons.length === 0;
      if (markdown.includes("**") && !isAppended) expect(shown?.text).toBe("This is impor");
      if (markdown.includes("```")) expect(shown?.code).toBe("const a");
      await reply.show(["Done."], showing(true));
      expect(await harness.shown(place)).toMatchObject([{ text: "Done." }]);
    });
  });
}
