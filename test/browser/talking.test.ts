import { describe, expect, it, vi } from "vitest";

import { AppError } from "../../src/core/errors.ts";
import type { CauseId } from "../../src/core/ids.ts";
import { placeIn, reply, signal, startPlayground } from "../adapters/playground/playground-server.ts";
import { answerWith, describeInBrowser, messageTexts, openPage, say, shown } from "./browser.ts";

const answer = "Here is **one** way:\n\n1. Begin\n2. Go on\n\n```ts\nconst done = true;\n```\n\nThat is all.";

describeInBrowser("talking in the playground", (browser) => {
  describe("talking with Parley", () => {
    it("a mention opens its thread, where the answer is written and ends as rendered Markdown", async () => {
      await using playground = await startPlayground();
      answerWith(playground, answer, { pauseMs: 40 });
      const { page, problems, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
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
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
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
      const { page, close } = await openPage(browser(), playground.url, "/?as=ben#/dm-ben");
      await say(page, "tell me everything");
      await page.locator(".message.writing .stop").click();
      await shown(page, "Stopped.").waitFor();
      expect(await page.locator(".message.writing").count()).toBe(0);
      expect(playground.events.at(-1)).toMatchObject({
        kind: "pressed",
        action: { name: "stop" },
        by: { id: "ben" },
      });
      await close();
    });

    it("a command is no message, and its answer is seen by whoever gave it alone", async () => {
      await using playground = await startPlayground();
      playground.onIntake(async (event) => {
        if (event.kind !== "command") return;
        const cause = "c" as CauseId;
        await playground.platform.answerCommand(
          event,
          { cause, text: "**Here** you are.", privacy: "private" },
          signal,
        );
      });
      const { page, problems, close } = await openPage(browser(), playground.url, "/?as=ben#/general");
      await say(page, "/parley help");
      await shown(page, "you are.").waitFor();
      await expect.poll(() => page.locator("#channel .message:not(.notice)").count()).toBe(0);
      expect(playground.events).toMatchObject([{ kind: "command", by: { id: "ben" } }]);
      const other = await openPage(browser(), playground.url, "/?as=ada#/general");
      expect(await shown(other.page, "you are.").count()).toBe(0);
      expect(problems).toEqual([]);
      await other.close();
      await close();
    });

    it("an example is one click away from being asked", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/engineering");
      const example = page.locator(".example").first();
      const text = await example.innerText();
      await example.click();
      await page.keyboard.press("Enter");
      await expect.poll(() => messageTexts(page)).toEqual([text.trim()]);
      await expect.poll(() => playground.events).toMatchObject([{ addressed: "mention" }]);
      await close();
    });

    it("shows that Parley is at work until its answer comes", async () => {
      await using playground = await startPlayground();
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/dm-ada");
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
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
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
      await vi.waitFor(() => expect(playground.events).toMatchObject([{ text: "precious words" }]), {
        timeout: 10_000,
      });
      await close();
    });

    it("without a connection the page says so, keeps what is written, and catches up", async () => {
      await using first = await startPlayground();
      const port = Number(new URL(first.url).port);
      const { page, close } = await openPage(browser(), first.url, "/?as=ada#/general");
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
      const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
      await page.fill("#composer", "for general");
      await page.getByRole("button", { name: "engineering" }).click();
      await page.getByRole("heading", { name: "engineering", exact: true }).waitFor();
      expect(await page.inputValue("#composer")).toBe("");
      await page.getByRole("button", { name: "general" }).first().click();
      await expect.poll(() => page.inputValue("#composer")).toBe("for general");
      await close();
    });
  });
});
