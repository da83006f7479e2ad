import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { PersonId } from "../../src/core/ids.ts";
import { placeIn, reply, signal, startPlayground } from "../adapters/playground/playground-server.ts";
import { answerWith, launchBrowser, messageTexts, noBrowser, openPage, phone } from "./browser.ts";

const answer = "Here is **one** way:\n\n1. Begin\n2. Go on\n\n```ts\nconst done = true;\n```\n\nThat is all.";

describe.skipIf(noBrowser)(`the playground in a browser${noBrowser && ` (skipped: ${noBrowser})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  const say = async (page: Page, text: string, box = "#composer"): Promise<void> => {
    await page.fill(box, text);
    await page.press(box, "Enter");
  };

  /** In sight, as opposed to what is said to screen readers alone. */
  const shown = (page: Page, text: string) => page.locator("#app").getByText(text);

  describe("talking with Parley", () => {
    it("a mention opens its thread, where the answer is written and ends as rendered Markdown", async () => {
      await using playground = await startPlayground();
      answerWith(playground, answer, { pauseMs: 40 });
      const { page, problems, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      await say(page, "@Parley how do I begin?");
      await page.locator("#thread .message.writing .stop").waitFor();
      await page.locator("#thread .message:not(.writing) pre").waitFor();
      const body = page.locator("#thread .message .body").last();
      expect(await body.locator("strong").innerText()).toBe("one");
      expect(await body.locator("ol > li").allInnerTexts()).toEqual(["Begin", "Go on"]);
      expect(await body.locator("pre").innerText()).toBe("const done = true;");
      expect(await page.locator("#thread .stop").count()).toBe(0);
      expect(await page.locator("#channel .answers .count").innerText()).toBe("1 reply");
      expect(problems).toEqual([]);
      await close();
    });

    it("the thread goes on without a mention, and its answers stay out of the channel", async () => {
      await using playground = await startPlayground();
      answerWith(playground, "Understood.");
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      await say(page, "@Parley hi");
      await shown(page, "Understood.").waitFor();
      await say(page, "and now?", "#thread-composer");
      await page.locator("#thread .message").nth(3).waitFor();
      await expect
        .poll(() => messageTexts(page, "thread"))
        .toEqual(["@Parley hi", "Understood.", "and now?", "Understood."]);
      expect(await messageTexts(page)).toEqual(["@Parley hi"]);
      await expect.poll(() => page.locator("#channel .answers .count").innerText()).toBe("3 replies");
      await close();
    });

    it("stop ends the answer that is being written", async () => {
      await using playground = await startPlayground();
      answerWith(playground, "word ".repeat(2000), { pauseMs: 30 });
      const { page, close } = await openPage(browser, playground.url, "/?as=ben#/dm-ben");
      await say(page, "tell me everything");
      await page.locator(".message.writing .stop").click();
      await shown(page, "Stopped.").waitFor();
      expect(await page.locator(".message.writing").count()).toBe(0);
      expect(playground.events.at(-1)).toMatchObject({ kind: "stop", by: "ben" });
      await close();
    });

    it("an example is one click away from being asked", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/engineering");
      const example = page.locator(".example").first();
      const text = await example.innerText();
      await example.click();
      await page.keyboard.press("Enter");
      await expect.poll(() => messageTexts(page)).toEqual([text.trim()]);
      expect(playground.events).toMatchObject([{ addressed: "mention" }]);
      await close();
    });

    it("shows that Parley is at work until its answer comes", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/dm-ada");
      await playground.post("ada", "dm-ada", "hi");
      await page.locator(".message").waitFor();
      await playground.platform.showActivity(placeIn("dm-ada"), signal);
      await shown(page, "Parley is thinking").waitFor();
      await reply(playground.platform, placeIn("dm-ada"), "Hello");
      await shown(page, "Parley is thinking").waitFor({ state: "hidden" });
      await close();
    });
  });

  describe("nothing gets lost", () => {
    it("what was not taken in can be sent again, also after a reload", async () => {
      await using playground = await startPlayground();
      playground.onIntake(async () => {
        throw new AppError("storage_full", "no room");
      });
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      await say(page, "precious words");
      await shown(page, "Nothing is lost").waitFor();
      await page.reload();
      const again = page.getByRole("button", { name: "Send again" });
      await again.waitFor();
      expect(await messageTexts(page)).toEqual(["precious words"]);
      playground.onIntake(async () => {});
      await again.click();
      await again.waitFor({ state: "detached" });
      expect(await messageTexts(page)).toEqual(["precious words"]);
      expect(playground.events).toMatchObject([{ text: "precious words" }]);
      await close();
    });

    it("without a connection the page says so, keeps what is written, and catches up", async () => {
      await using first = await startPlayground();
      const port = Number(new URL(first.url).port);
      const { page, close } = await openPage(browser, first.url, "/?as=ada#/general");
      await first.post("ben", "general", "before");
      await shown(page, "before").waitFor();
      await first.stop();
      await shown(page, "Connection lost").waitFor();
      await say(page, "written offline");
      await shown(page, "can't be reached").waitFor();
      const second = await startPlayground({ dir: first.dir, port });
      await second.post("ben", "general", "meanwhile");
      await shown(page, "meanwhile").waitFor();
      await shown(page, "Connection lost").waitFor({ state: "hidden" });
      await page.getByRole("button", { name: "Send again" }).click();
      await expect
        .poll(async () => (await second.list("ben", "general")).messages.map(({ text }) => text))
        .toEqual(["before", "meanwhile", "written offline"]);
      await expect.poll(() => messageTexts(page)).toEqual(["before", "meanwhile", "written offline"]);
      await close();
      await second.stop();
    });

    it("a text that was begun is kept for each channel", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      await page.fill("#composer", "for general");
      await page.getByRole("button", { name: "engineering" }).click();
      await page.getByRole("heading", { name: "engineering", exact: true }).waitFor();
      expect(await page.inputValue("#composer")).toBe("");
      await page.getByRole("button", { name: "general" }).first().click();
      await expect.poll(() => page.inputValue("#composer")).toBe("for general");
      await close();
    });
  });

  describe("who sees what", () => {
    it("a guest is shown the channels to which he was invited, and nothing of the others", async () => {
      await using playground = await startPlayground();
      await playground.post("ada", "leadership", "top secret");
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/leadership");
      await shown(page, "top secret").waitFor();
      await page.getByRole("button", { name: /^You are Ada/ }).click();
      await page.getByRole("option", { name: /Gus Petrov/ }).click();
      await page.getByRole("button", { name: /^You are Gus/ }).waitFor();
      expect(await page.locator(".channel .channel-name").allInnerTexts()).toEqual([
        "guest-project",
        "Parley",
      ]);
      expect(await shown(page, "top secret").count()).toBe(0);
      await close();
    });

    it("a private notice is shown to its person alone, until it is dismissed", async () => {
      await using playground = await startPlayground();
      const ada = await openPage(browser, playground.url, "/?as=ada#/general");
      const ben = await openPage(browser, playground.url, "/?as=ben#/general");
      await playground.platform.notify(placeIn("general"), "ada" as PersonId, "Between *us*", signal);
      await shown(ada.page, "Only you can see this").waitFor();
      await playground.post("chloe", "general", "hello all");
      await shown(ben.page, "hello all").waitFor();
      expect(await shown(ben.page, "Between").count()).toBe(0);
      await ada.page.reload();
      await ada.page.getByRole("button", { name: "Dismiss" }).click();
      await shown(ada.page, "Between").waitFor({ state: "detached" });
      await ada.page.reload();
      await shown(ada.page, "hello all").waitFor();
      expect(await shown(ada.page, "Between").count()).toBe(0);
      await Promise.all([ada.close(), ben.close()]);
    });

    it("what is said elsewhere is counted beside its channel until it is read", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      for (const text of ["one", "two"]) await playground.post("ben", "engineering", text);
      await page.getByLabel("2 new").waitFor();
      await page.getByRole("button", { name: /engineering/ }).click();
      await page.getByLabel("2 new").waitFor({ state: "hidden" });
      await close();
    });

    it("one sees each other's messages, edits and deletions as they happen", async () => {
      await using playground = await startPlayground();
      const ada = await openPage(browser, playground.url, "/?as=ada#/general");
      const ben = await openPage(browser, playground.url, "/?as=ben#/general");
      await say(ada.page, "draft");
      await shown(ben.page, "draft").waitFor();
      await ada.page.locator(".message:not(.unsent)").waitFor();
      await ada.page.press("#composer", "ArrowUp");
      await ada.page.locator(".edit-box").fill("final");
      await ada.page.keyboard.press("Enter");
      await shown(ben.page, "final").waitFor();
      await shown(ben.page, "(edited)").waitFor();
      await ada.page.locator("#channel .message").hover();
      await ada.page.getByRole("button", { name: "Delete message" }).click();
      await ada.page.getByRole("button", { name: "Delete", exact: true }).click();
      await expect.poll(() => messageTexts(ben.page)).toEqual([]);
      expect(playground.events.map((event) => event.kind)).toEqual(["message", "edited", "deleted"]);
      await Promise.all([ada.close(), ben.close()]);
    });

    it("only an admin is offered to delete what others wrote, and nobody to edit it", async () => {
      await using playground = await startPlayground();
      await playground.post("chloe", "general", "from Chloé");
      const offered = async (as: string): Promise<(string | null)[]> => {
        const { page, close } = await openPage(browser, playground.url, `/?as=${as}#/general`);
        await page.locator("#channel .message").hover();
        const buttons = page.locator("#channel .message .actions button");
        const labels = await Promise.all(
          (await buttons.all()).map((button) => button.getAttribute("aria-label")),
        );
        await close();
        return labels;
      };
      expect(await offered("ada")).toEqual(["Reply in thread", "Copy text", "Delete message"]);
      expect(await offered("ben")).toEqual(["Reply in thread", "Copy text"]);
      expect(await offered("chloe")).toEqual([
        "Reply in thread",
        "Copy text",
        "Edit message",
        "Delete message",
      ]);
    });
  });

  describe("what others write does no harm", () => {
    it.each([
      "<img src=x onerror=alert(1)><script>alert(2)</script>",
      "![x](https://evil.example/leak.png) ![y](http://127.0.0.1:1/leak)",
      "[click](javascript:alert(1)) <a href='javascript:alert(1)'>x</a>",
      "<svg onload=alert(1)> <iframe src=https://evil.example></iframe> <style>body{display:none}</style>",
    ])("%s", async (text) => {
      await using playground = await startPlayground();
      const { page, problems, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      const { id } = await playground.post("ben", "general", text);
      await reply(playground.platform, placeIn("general", id), text);
      await page.locator("#channel .answers").click();
      await page.locator("#thread .message").nth(1).waitFor();
      expect(await page.locator(".body :is(img, script, iframe, svg, style)").count()).toBe(0);
      expect(await page.locator(".body a[href^=javascript]").count()).toBe(0);
      expect(problems).toEqual([]);
      await close();
    });

    it("a message of 100,000 characters is folded, and the page goes on", async () => {
      await using playground = await startPlayground();
      answerWith(playground, "Long indeed.");
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/dm-ada");
      await say(page, "word ".repeat(20_000));
      await shown(page, "Long indeed.").waitFor();
      const long = page.locator(".message .body").first();
      expect((await long.boundingBox())?.height).toBeLessThan(400);
      await page.getByRole("button", { name: "Show all" }).click();
      expect((await long.boundingBox())?.height).toBeGreaterThan(2000);
      await close();
    });
  });

  describe("with the keyboard alone", () => {
    it("Ctrl+K jumps to a channel by a part of its name", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("lead");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "leadership", exact: true }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("composer");
      await close();
    });

    it("Escape closes the thread and leads back to the channel's box", async () => {
      await using playground = await startPlayground();
      const { id } = await playground.post("ada", "general", "root");
      const { page, close } = await openPage(browser, playground.url, `/?as=ada#/general/${id}`);
      await page.locator("#thread .message").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("#thread").waitFor({ state: "hidden" });
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("composer");
      await close();
    });

    it("an @ offers Parley and the people, Enter takes one", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
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
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
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
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
      await shown(page, "third").waitFor();
      await page.focus("#channel .message[tabindex='0']");
      await page.keyboard.press("ArrowUp");
      expect(await page.evaluate(() => document.activeElement?.querySelector(".body")?.textContent)).toBe(
        "second",
      );
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
        "Reply in thread",
      );
      await page.keyboard.press("Enter");
      await page.locator("#thread .message").waitFor();
      expect(await messageTexts(page, "thread")).toEqual(["second"]);
      await close();
    });

    it("who one is can be changed", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general");
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
      const { page, close } = await openPage(browser, playground.url, `/?as=ada#/general/${id}`);
      await page.locator("#thread .message").nth(1).waitFor();
      for (const role of ["navigation", "main", "complementary"] as const)
        expect(await page.getByRole(role).count()).toBe(1);
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll("button, textarea, input, a")]
          .filter((el) => !(el.getAttribute("aria-label") ?? el.textContent)?.trim())
          .map((el) => el.outerHTML),
      );
      expect(nameless).toEqual([]);
      const first = page.locator("a, button, textarea").first();
      await first.focus();
      expect(await first.innerText()).toBe("Skip to the message box");
      await close();
    });

    it("new messages are announced once, and not while they are written", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/dm-ada");
      await page.evaluate(() => {
        const announcer = document.getElementById("announcer");
        const said: string[] = [];
        Object.assign(globalThis, { said });
        if (announcer)
          new MutationObserver(() => said.push(announcer.textContent ?? "")).observe(announcer, {
            childList: true,
          });
      });
      answerWith(playground, "one two three four", { pauseMs: 60 });
      await say(page, "hi");
      await page.locator(".message:not(.writing)").getByText("one two three four").waitFor();
      await expect
        .poll(() => page.evaluate(() => (globalThis as unknown as { said: string[] }).said))
        .toEqual(["Parley: one two three four"]);
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
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general", phone);
      await page.locator(".message").waitFor();
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      const scrollers = () =>
        page.evaluate(
          () =>
            [...document.querySelectorAll(".scroller")].filter((el) => el.scrollWidth > el.clientWidth)
              .length,
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
        const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general", { colorScheme });
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
        const ratios = await page.evaluate((all) => {
          const probe = document.body.appendChild(document.createElement("i"));
          const luminance = (name: string): number => {
            probe.style.color = `var(--${name})`;
            const channels = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? [])
              .slice(0, 3)
              .map((channel) => Number(channel) / 255);
            const [r = 0, g = 0, b = 0] = channels.map((c) =>
              c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
            );
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          return all.map(([front = "", back = ""]) => {
            const [high = 0, low = 0] = [luminance(front), luminance(back)].toSorted((a, b) => b - a);
            return [`${front} on ${back}`, (high + 0.05) / (low + 0.05)] as const;
          });
        }, pairs);
        expect(ratios.filter(([, ratio]) => !(ratio >= 4.5))).toEqual([]);
        await close();
      },
    );

    it("the theme follows the system until it is chosen, and the choice stays", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/general", {
        colorScheme: "dark",
      });
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
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
      const { page, close } = await openPage(browser, playground.url, "/?as=ada#/dm-ada", {
        reducedMotion: "reduce",
      });
      await playground.platform.showActivity(placeIn("dm-ada"), signal);
      await shown(page, "Parley is thinking").waitFor();
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      await close();
    });
  });
});
