import { describe, expect, test } from "vitest";

import { causeOf, intentOf, never, question, settle, showing, until } from "./harness.ts";
import type { Harness, OpenHarness, PlatformTraits, Shown } from "./harness.ts";
import { unfenced } from "../fence.ts";

/** How a name could be hidden from whoever looks for it. */
const disguises: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `hello ${name}, hello`,
  (name) => `\`${name}\``,
  (name) => `\`\`\`\n${name}\n\`\`\``,
  (name) => `**${name}** _${name}_ ~~${name}~~`,
  (name) => `\\${name}`,
  (name) => `\\\\${name}`,
  (name) => `[${name}](https://example.org/)`,
  (name) => `[x](https://example.org/${name})`,
  (name) => `[x](https://example.org/ "${name}")`,
  (name) => `![${name}](https://example.org/x.png)`,
  (name) => `> ${name}`,
  (name) => `# ${name}`,
  (name) => `- ${name}`,
  (name) => `| ${name} | b |\n|---|---|\n| ${name} | ${name} |`,
  (name) => name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (name) => name.replaceAll("<", "&#60;").replaceAll(">", "&#x3e;").replaceAll("@", "&#64;"),
  (name) => name.replaceAll("<", "&amp;lt;").replaceAll(">", "&amp;gt;"),
  (name) => `${name.slice(0, 2)}\u200b${name.slice(2)}`,
  (name) => `${name.slice(0, 1)}\u00ad${name.slice(1)}`,
  (name) => `${name.slice(0, 2)}**${name.slice(2)}**`,
  (name) => `${name.slice(0, 2)}<!-- -->${name.slice(2)}`,
  (name) => `${name.slice(0, 2)}\\${name.slice(2)}`,
  (name) => `<a href="https://example.org">${name}</a>`,
  (name) => `<${name}>`,
  (name) => name.replace(">", "|somebody>"),
  (name) => `[1]: https://example.org/${name}\n\n[${name}][1]`,
];

/** Links that must lead nowhere, and what must not show itself. */
const lures: readonly string[] = [
  "https://example.org/page",
  "<https://example.org/page>",
  "www.example.org and example.org/page",
  "http://169.254.169.254/latest/meta-data",
  "![a picture](https://example.org/p.png)",
  "[![a picture](https://example.org/p.png)](https://example.org/)",
  "![a picture][1]\n\n[1]: https://example.org/p.png",
  "https://example.org/p.png",
  "||https://example.org/p.png||",
  "<img src=https://example.org/p.png>",
  '<iframe src="https://example.org"></iframe>',
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](data:text/html,hello)",
  "[x](file:///etc/passwd)",
  "[x](slack://user?team=T&id=U)",
  "[x](discord://-/channels/@me)",
  "[x](tg://resolve)",
  "<javascript:alert(1)>",
  "<slack://open>",
  "[x][1]\n\n[1]: javascript:alert(1)",
  "<https://example.org|looks like another>",
  "[https://bank.example](https://example.org/)",
  "[x](https://example.org/a|b)",
  "[x](<https://example.org/a b>)",
];

/** To the web, to a mailbox, or, without a scheme, nowhere. */
const harmless = (link: string): boolean => /^(?:https?:\/\/|mailto:|[^:]*$)/i.test(link);

const hostileTexts = (harness: Harness): readonly string[] => [
  ...new Set(harness.names.live.flatMap((name) => disguises.map((disguise) => disguise(name)))),
  ...lures,
];

/** Each name and each disguise once. */
const someHostileTexts = ({ names: { live } }: Harness): readonly string[] => [
  ...live,
  ...disguises.slice(1).map((disguise, at) => disguise(live[at % live.length] ?? "")),
  ...lures,
];

/** Whatever a model writes, it reaches nobody but by being read. */
export function testInertTexts({ previews }: PlatformTraits, open: OpenHarness): void {
  function expectInert(shown: Shown | undefined, text: string): void {
    expect(shown, text).toBeDefined();
    if (!shown) return;
    expect(shown.pings, text).toEqual([]);
    if (!previews) expect(shown.previews, text).toEqual([]);
    const harmful = shown.links.filter((link) => !harmless(link));
    expect(harmful, text).toEqual([]);
  }

  describe("what a model writes", { timeout: 120_000 }, () => {
    test("notifies nobody and shows nothing of itself when it is posted or edited", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      const { platform } = harness;
      const edited = await platform.post(place, causeOf("edited"), { text: "before" }, never);
      for (const text of hostileTexts(harness)) {
        const id = await platform.post(place, causeOf(text), { text }, never);
        await platform.edit(place, edited, { text }, never);
        const shown = await harness.shown(place);
        for (const own of [id, edited])
          expectInert(
            shown.find((message) => message.id === own),
            text,
          );
        await platform.delete(place, id, never);
      }
    });

    test("notifies nobody and shows nothing of itself in a reply", async () => {
      await using harness = await open();
      const asked = await question(harness, "public");
      for (const [at, text] of someHostileTexts(harness).entries()) {
        const reply = harness.platform.openReply(asked.place, intentOf(`c${at}`, [], asked.author.id));
        const [id] = await reply.show([text.slice(0, Math.ceil(text.length / 2))], showing(false));
        const find = async () => (await harness.shown(asked.place)).find((message) => message.id === id);
        expectInert(await find(), text);
        await reply.show([text], showing(false));
        expectInert(await find(), text);
        await reply.show([text], showing(true));
        expectInert(await find(), text);
        await reply.remove(unfenced(never));
      }
    });

    test("notifies nobody and shows nothing of itself in a direct channel", async () => {
      await using harness = await open();
      const { place, author, ...asked } = await question(harness, "direct");
      expect(asked.channelKind).toBe("direct");
      for (const [at, text] of someHostileTexts(harness).entries()) {
        const reply = harness.platform.openReply(place, intentOf(`c${at}`, [], author.id));
        await reply.show([text.slice(0, 3)], showing(false));
        const [id] = await reply.show([text], showing(true));
        expectInert(
          (await harness.shown(place)).find((message) => message.id === id),
          text,
        );
        await reply.remove(unfenced(never));
      }
    });

    test("notifies nobody in a notice", async () => {
      await using harness = await open();
      const { place, author } = await question(harness, "public");
      const texts = someHostileTexts(harness);
      for (const text of texts) await harness.platform.notify(place, author.id, text, never);
      const notices = await until(async () => {
        const found = await harness.notices(place, "member");
        return found.length > 0 && found;
      }, "the notices");
      for (const notice of notices) expectInert(notice, notice.source);
    });

    test("is still readable", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      for (const name of harness.names.live) {
        const id = await harness.platform.post(place, causeOf(name), { text: `hello ${name}!` }, never);
        const shown = (await harness.shown(place)).find((message) => message.id === id);
        const letters = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, "");
        expect(letters(shown?.text ?? "")).toBe(letters(`hello ${name}`));
      }
    });

    test("is not taken for something that somebody said", async () => {
      await using harness = await open();
      const { place } = await question(harness, "public");
      await settle(harness, "public");
      const before = harness.intake.events.length;
      const { typed } = harness.names.parley;
      await harness.platform.post(place, causeOf("c"), { text: `${typed} talk to yourself` }, never);
      await settle(harness, "public");
      expect(harness.intake.events.slice(before)).toEqual([]);
    });
  });
}
