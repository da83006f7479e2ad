import type { Page } from "playwright-core";
import { expect, it, describe } from "vitest";

import { placeIn, reply, signal, startPlayground } from "../adapters/playground/playground-server.ts";
import {
  answerWith,
  describeInBrowser,
  messageTexts,
  openPage,
  phone,
  say,
  shown,
  inPage,
} from "./browser.ts";

describeInBrowser("the playground for everyone", (browser) => {
  describe("with the keyboard alone", () => {
    it("Ctrl+K jumps to a channel by a part of its name", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("lead");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "leadership", exact: true }).waitFor();
      expect(await inPage(page, "document.activeElement.id")).toBe("composer");
      await close();
    });

    it("Escape closes the thread and leads back to the channel's box", async () => {
      await using playground = await startPlayground();
      const { id } = await playground.post("ada", "general", "root");
      const { page, close } = await openPage(browser(), playground.url, `/?as=ada#/general/${id}`);
      await page.locator("#thread .message").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("#thread").waitFor({ state: "hidden" });
      await expect.poll(() => inPage(page, "document.activeElement.id")).toBe("composer");
      await close();
    });

    it("an @ offers Parley and the people, Enter takes one", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
      await page.focus("#composer");
      await page.keyboard.type("Ask @");
      expect(await page.locator(".names [role=option] .name").allInnerTexts()).toEqual([
        "Parley",
        "Ben Lindqvist",
        "Chloé Martin",
        "Gus Petrov",
      ]);
      await page.keyboard.type("chl");
      await page.keyboard.press("Enter");
      expect(await page.inputValue("#composer")).toBe("Ask @Chloé Martin ");
      await close();
    });

    it("Shift+Enter begins a line, Enter sends", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
      await page.focus("#composer");
      await page.keyboard.type("one");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("two");
      await page.keyboard.press("Enter");
      await expect.poll(() => playground.events).toMatchObject([{ text: "one\ntwo" }]);
      await close();
    });

    it("messages are walked with the arrows, and their buttons reached with Tab", async () => {
      await using playground = await startPlayground();
      for (const text of ["first", "second", "third"]) await playground.post("ada", "general", text);
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
      await shown(page, "third").waitFor();
      await page.focus("#channel .message[tabindex='0']");
      await page.keyboard.press("ArrowUp");
      expect(await inPage(page, `document.activeElement.querySelector(".body").textContent`)).toBe("second");
      await page.keyboard.press("Tab");
      expect(await inPage(page, `document.activeElement.getAttribute("aria-label")`)).toBe("Reply in thread");
      await page.keyboard.press("Enter");
      await page.locator("#thread .message").waitFor();
      expect(await messageTexts(page, "thread")).toEqual(["second"]);
      await close();
    });

    it("who one is can be changed", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
      await page.focus(".me");
      for (const key of ["Enter", "ArrowDown", "Enter"]) await page.keyboard.press(key);
      await page.getByRole("button", { name: /^You are Ben/ }).waitFor();
      await close();
    });
  });

  describe("on every screen, for everyone", () => {
    it("everything that can be pressed has a name, and the page its landmarks", async () => {
      await using playground = await startPlayground();
      const { id } = await playground.post("ada", "general", "```js\ncode\n```");
      await reply(playground.platform, placeIn("general", id), "answer");
      const { page, close } = await openPage(browser(), playground.url, `/?as=ada#/general/${id}`);
      await page.locator("#thread .message").nth(1).waitFor();
      for (const role of ["navigation", "main", "complementary"] as const)
        expect(await page.getByRole(role).count()).toBe(1);
      const nameless = await inPage(
        page,
        `[...document.querySelectorAll("button, textarea, input, a")]
          .filter((el) => !(el.getAttribute("aria-label") ?? el.textContent).trim())
          .map((el) => el.outerHTML)`,
      );
      expect(nameless).toEqual([]);
      const first = page.locator("a, button, textarea").first();
      await first.focus();
      expect(await first.innerText()).toBe("Skip to the message box");
      await close();
    });

    it("new messages are announced once, and not while they are written", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/dm-ada");
      await inPage(
        page,
        `globalThis.said = [];
        new MutationObserver(() => said.push(announcer.textContent)).observe(announcer, { childList: true })`,
      );
      answerWith(playground, "one two three four", { pauseMs: 60 });
      await say(page, "hi");
      await page.locator(".message:not(.writing)").getByText("one two three four").waitFor();
      await expect.poll(() => inPage(page, "said")).toEqual(["Parley: one two three four"]);
      await close();
    });

    it("on a phone nothing is wider than the screen, the channels slide in, and a thread fills it", async () => {
      await using playground = await startPlayground();
      const { id } = await playground.post(
        "ben",
        "general",
        `@Parley look:\n\n\`\`\`\n${"wide ".repeat(60)}\n\`\`\`\n\n| ${"column | ".repeat(12)}\n|${"---|".repeat(12)}\n\n${"x".repeat(300)}`,
      );
      await reply(playground.platform, placeIn("general", id), "answer");
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general", phone);
      await page.locator(".message").waitFor();
      const overflow = () => inPage(page, "document.documentElement.scrollWidth - innerWidth");
      const scrollers = () =>
        inPage(
          page,
          `[...document.querySelectorAll(".scroller")].filter((el) => el.scrollWidth > el.clientWidth).length`,
        );
      expect([await overflow(), await scrollers()]).toEqual([0, 0]);
      await page.locator(".answers").click();
      await page.locator("#thread .message").first().waitFor();
      expect(await page.locator("#channel").isVisible()).toBe(false);
      expect([await overflow(), await scrollers()]).toEqual([0, 0]);
      await page.getByRole("button", { name: "Back to the channel" }).click();
      await page.getByRole("button", { name: "Channel list" }).click();
      await page.getByRole("button", { name: "engineering" }).click();
      await page.getByRole("heading", { name: "engineering", exact: true }).waitFor();
      await expect.poll(() => page.locator("#sidebar").isVisible()).toBe(false);
      await close();
    });

    it.each(["light", "dark"] as const)(
      "in the %s theme every text stands out by 4.5 : 1",
      async (colorScheme) => {
        await using playground = await startPlayground({ banner: "Offline model" });
        const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general", {
          colorScheme,
        });
        const pairs = [
          ["ink", "bg"],
          ["ink", "hover"],
          ["soft", "bg"],
          ["soft", "side"],
          ["muted", "bg"],
          ["muted", "hover"],
          ["muted", "side"],
          ["muted", "raised"],
          ["muted", "code"],
          ["link", "bg"],
          ["link", "hover"],
          ["link", "private-soft"],
          ["accent", "bg"],
          ["accent", "accent-soft"],
          ["accent-strong", "side-on"],
          ["on-accent", "accent"],
          ["on-accent", "accent-strong"],
          ["mention", "mention-soft"],
          ["danger", "bg"],
          ["danger", "danger-soft"],
          ["bg", "danger"],
          ["warn-ink", "warn-soft"],
          ["private-ink", "private-soft"],
          ["muted", "private-soft"],
          ["ink", "code"],
          ["muted", "accent-soft"],
        ];
        const ratios = [];
        for (const [front = "", back = ""] of pairs) {
          const [high, low] = [await luminance(page, front), await luminance(page, back)].toSorted(
            (x, y) => y - x,
          );
          ratios.push([`${front} on ${back}`, ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)] as const);
        }
        expect(ratios.filter(([, ratio]) => !(ratio >= 4.5))).toEqual([]);
        await close();
      },
    );

    it("the theme follows the system until it is chosen, and the choice stays", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general", {
        colorScheme: "dark",
      });
      const background = () => inPage<string>(page, "getComputedStyle(document.body).backgroundColor");
      const dark = await background();
      await page.emulateMedia({ colorScheme: "light" });
      const light = await background();
      expect(dark).not.toBe(light);
      await page.getByRole("button", { name: /^Theme/ }).click();
      await page.getByRole("button", { name: "Theme: light" }).click();
      await page.reload();
      await page.getByRole("button", { name: "Theme: dark" }).waitFor();
      expect(await background()).toBe(dark);
      await close();
    });

    it("nothing moves for those who asked for that", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/dm-ada", {
        reducedMotion: "reduce",
      });
      await playground.platform.showActivity(placeIn("dm-ada"), signal);
      await shown(page, "Parley is thinking").waitFor();
      expect(await inPage(page, "document.getAnimations().length")).toBe(0);
      await close();
    });
  });
});

/** Relative luminance of one of the page's colours, as WCAG 2 defines it. */
async function luminance(page: Page, name: string): Promise<number> {
  const color = await inPage<string>(
    page,
    `(() => {
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.color = "var(--${name})";
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    })()`,
  );
  const channels = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((channel) => Number(channel) / 255);
  if (channels.length < 3) throw new Error(`${name} is ${color}`);
  const [r = 0, g = 0, b = 0] = channels.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
