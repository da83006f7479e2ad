import { expect, it, describe } from "vitest";

import type { PersonId } from "../../src/core/ids.ts";
import { placeIn, reply, signal, startPlayground } from "../adapters/playground/playground-server.ts";
import { answerWith, describeInBrowser, messageTexts, openPage, say, shown } from "./browser.ts";

describeInBrowser("several people in the playground", (browser) => {
  describe("who sees what", () => {
    it("a guest is shown the channels to which he was invited, and nothing of the others", async () => {
      await using playground = await startPlayground();
      await playground.post("ada", "leadership", "top secret");
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/leadership");
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
      const ada = await openPage(browser(), playground.url, "/?as=ada#/general");
      const ben = await openPage(browser(), playground.url, "/?as=ben#/general");
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
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
      for (const text of ["one", "two"]) await playground.post("ben", "engineering", text);
      await page.getByLabel("2 new").waitFor();
      await page.getByRole("button", { name: /engineering/ }).click();
      await page.getByLabel("2 new").waitFor({ state: "hidden" });
      await close();
    });

    it("what is said while a channel is being fetched stays", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/engineering");
      const fetched = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const lists = /\/channels\/general\/messages/;
      await page.route(lists, async (route) => {
        const response = await route.fetch();
        fetched.resolve();
        await held.promise;
        await route.fulfill({ response });
      });
      await page.getByRole("button", { name: /general/ }).click();
      await fetched.promise;
      const { id } = await playground.post("ben", "general", "just now");
      await reply(playground.platform, placeIn("general", id), "I see.");
      await page.locator("#channel .answers").waitFor();
      const answered = page.waitForResponse(lists);
      held.resolve();
      await answered;
      await page.unrouteAll({ behavior: "wait" });
      expect(await messageTexts(page)).toEqual(["just now"]);
      await page.locator("#channel .answers").waitFor();
      await close();
    });

    it("one sees each other's messages, edits and deletions as they happen", async () => {
      await using playground = await startPlayground();
      const ada = await openPage(browser(), playground.url, "/?as=ada#/general");
      const ben = await openPage(browser(), playground.url, "/?as=ben#/general");
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
        const { page, close } = await openPage(browser(), playground.url, `/?as=${as}#/general`);
        await page.locator("#channel .message").hover();
        const buttons = page.locator("#channel .message .actions button");
        const labels = await Promise.all(
          (await buttons.all()).map((button) => button.getAttribute("aria-label")),
        );
        await close();
        return labels;
      };
      const forAll = ["Reply in thread", "Copy text", "Ask Parley about this", "Summarise this thread"];
      expect(await offered("ada")).toEqual([...forAll, "Delete message"]);
      expect(await offered("ben")).toEqual(forAll);
      expect(await offered("chloe")).toEqual([...forAll, "Edit message", "Delete message"]);
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
      const { page, problems, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
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
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/dm-ada");
      await say(page, "word ".repeat(20_000));
      await shown(page, "Long indeed.").waitFor();
      const long = page.locator(".message .body").first();
      expect((await long.boundingBox())?.height).toBeLessThan(400);
      await page.getByRole("button", { name: "Show all" }).click();
      expect((await long.boundingBox())?.height).toBeGreaterThan(2000);
      await close();
    });
  });
});
