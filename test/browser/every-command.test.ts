import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { everyCommand } from "../support/every-command.ts";
import { startParley } from "../support/parley.ts";
import { describeInBrowser, inPage, openPage, say } from "./browser.ts";

describeInBrowser("every command in the playground's page", (browser) => {
  it(
    "is answered as it is typed, with wrong values too, or opens its form",
    { timeout: 120_000 },
    async () => {
      await using parley = await startParley();
      parley.openai.reply("A lock.");
      await parley.client.post({ as: "ada", channel: "general", text: "We ship on Friday." });
      const ada = await openPage(browser(), parley.url, "/?as=ada#/general");
      const ben = await openPage(browser(), parley.url, "/?as=ben#/general");
      const pages = { ada, ben };
      for (const { as, text, form, answer, isPublic = false } of everyCommand) {
        const { page } = pages[as as keyof typeof pages];
        const before = (await listShown(page)).length;
        // After a space nothing of the next word is written, so that Enter completes nothing.
        await say(page, `/parley ${text} `);
        if (form) await fill(page, form);
        const told = async () => {
          const shown = (await listShown(page)).slice(before);
          return shown
            .filter(({ isNotice }) => isNotice === !isPublic)
            .map((each) => each.text)
            .join("\n");
        };
        await expect.poll(told, { message: text, timeout: 15_000 }).toMatch(answer);
      }
      expect([...ada.problems, ...ben.problems]).toEqual([]);
      await ada.close();
      await ben.close();
    },
  );
});

/** What stands in the channel: what everybody sees, and what this person alone does. */
function listShown(page: Page): Promise<readonly { text: string; isNotice: boolean }[]> {
  return inPage(
    page,
    `[...document.querySelectorAll("#channel .message")].map((message) => ({
      text: message.querySelector(".body").innerText,
      isNotice: message.classList.contains("notice"),
    }))`,
  );
}

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  const dialog = page.locator("dialog.form-dialog");
  await dialog.waitFor();
  for (const [name, value] of Object.entries(values)) {
    const field = dialog.locator(`[id$="-${name}"]`);
    const isChoice = await field.evaluate((element) => element.tagName === "SELECT");
    await (isChoice ? field.selectOption(value) : field.fill(value));
  }
  await dialog.locator("button[type=submit]").click();
  await dialog.waitFor({ state: "detached" });
}
