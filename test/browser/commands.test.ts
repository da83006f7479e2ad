import { expect, it } from "vitest";

import { startPlayground } from "../adapters/playground/playground-server.ts";
import { describeInBrowser, openPage, phone } from "./browser.ts";

describeInBrowser("commands in the playground", (browser) => {
  it("are completed by the keyboard alone, and said to be so", async () => {
    await using playground = await startPlayground();
    const { page, problems, close } = await openPage(browser(), playground.url, "/?as=ada#/general");
    const box = page.locator("#composer");
    const options = page.locator("#channel .names [role=option]");
    await box.fill("/parley pers");
    await options.first().waitFor();
    expect(await box.getAttribute("aria-expanded")).toBe("true");
    expect(await box.getAttribute("aria-activedescendant")).toBe(await options.first().getAttribute("id"));
    await box.press("Enter");
    await expect.poll(() => box.inputValue()).toBe("/parley persona ");
    await expect.poll(() => options.count()).toBeGreaterThan(10);
    // Nothing of the next word is written: nothing is chosen, and Enter would send.
    expect(await box.getAttribute("aria-activedescendant")).toBeNull();
    await box.press("ArrowDown");
    await box.press("ArrowDown");
    await box.press("ArrowUp");
    expect(await page.locator("#channel .names [aria-selected=true] .name").innerText()).toBe("list");
    await box.pressSequentially("us");
    await expect.poll(() => options.count()).toBe(1);
    await box.press("Tab");
    await box.pressSequentially("tech");
    await expect.poll(() => options.locator(".name").allInnerTexts()).toEqual(["technical"]);
    await box.press("Escape");
    expect(await options.count()).toBe(0);
    await box.press("Enter");
    await expect.poll(() => playground.events.length).toBe(1);
    expect(problems).toEqual([]);
    await close();
  });

  it.each([
    ["a laptop", undefined],
    ["a phone", phone],
  ])("open a form on %s, which keeps what was written until it is right", async (_title, device) => {
    await using playground = await startPlayground();
    const { page, problems, close } = await openPage(browser(), playground.url, "/?as=ada#/general", device);
    await page.fill("#composer", "/parley persona create");
    await page.locator("#channel .composer .send").click();
    const dialog = page.getByRole("dialog", { name: "New persona" });
    await dialog.waitFor();
    await dialog.getByLabel("Name").fill("Not good!");
    await dialog.getByLabel("Template").selectOption("legal");
    await dialog.getByLabel("Instructions").fill("Know the law of the sea.");
    await dialog.getByLabel("Accuracy").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    const name = dialog.getByLabel("Name");
    await expect.poll(() => name.getAttribute("aria-invalid")).toBe("true");
    expect(playground.events).toEqual([]);
    await name.fill("sea");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(playground.events).toMatchObject([
      {
        kind: "command",
        by: { id: "ada" },
        form: {
          values: {
            name: "sea",
            template: "legal",
            instructions: "Know the law of the sea.",
            constraints: "safety,helpfulness",
          },
        },
      },
    ]);
    expect(problems).toEqual([]);
    await close();
  });

  it.each([
    ["a laptop", undefined],
    ["a phone", phone],
  ])("stand in the menu of a message on %s", async (_title, device) => {
    await using playground = await startPlayground();
    await playground.post("ben", "general", "We ship on Friday.");
    const { page, close } = await openPage(browser(), playground.url, "/?as=ada#/general", device);
    const message = page.locator("#channel .message").first();
    const point = () => (device ? message.locator(".body").tap() : message.hover());
    await point();
    await message.getByRole("button", { name: "Ask Parley about this" }).click();
    const dialog = page.getByRole("dialog", { name: "Ask Parley about this" });
    await dialog.getByLabel("What do you want to know?").fill("Why?");
    await dialog.getByRole("button", { name: "Ask" }).click();
    await dialog.waitFor({ state: "detached" });
    await point();
    await message.getByRole("button", { name: "Summarise this thread" }).click();
    await expect.poll(() => playground.events.filter(({ kind }) => kind === "command").length).toBe(2);
    const [asked, summed] = playground.events.filter(({ kind }) => kind === "command");
    expect(asked).toMatchObject({ reading: { command: { name: "ask", arguments: { text: "Why?" } } } });
    expect(summed).toMatchObject({ reading: { command: { name: "summarise" } } });
    await close();
  });
});
