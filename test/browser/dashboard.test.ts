import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { priced } from "../support/prices.ts";
import { startParley } from "../support/parley.ts";
import type { TestParley } from "../support/parley.ts";
import { describeInBrowser, laptop, watchPage, phone } from "./browser.ts";

const aCentAToken = ({ tokens }: { readonly tokens: { readonly output: number } }) =>
  priced(tokens.output * 10_000);

async function linkFor(parley: TestParley, as: "ada" | "ben"): Promise<string> {
  await parley.client.post({ as, channel: "general", text: "@Parley /parley dashboard" });
  for (let tries = 0; tries < 500; tries++) {
    const { notices } = await parley.client.messages(as, "general");
    const path = /\/dashboard\/in#[\w-]+/.exec(notices.flatMap(({ blocks }) => blocks).join(""))?.[0];
    if (path !== undefined) return path;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("no link came");
}

async function ask(parley: TestParley, text: string): Promise<void> {
  parley.openai.reply("Yes.");
  const { id: thread } = await parley.client.post({ as: "ben", channel: "general", text: `@Parley ${text}` });
  await parley.client.answers({ as: "ben", channel: "general", thread });
}

const cost = (page: Page) => page.locator("dl.tiles div", { hasText: /^Cost/ }).locator("dd").innerText();

describeInBrowser("the dashboard", (browser) => {
  it("opens by a link from chat, shows costs and the live state, and follows what happens", async () => {
    await using parley = await startParley("", { priceOf: aCentAToken });
    await ask(parley, "one?");
    const link = await linkFor(parley, "ada");
    const { page, problems, close } = await watchPage(browser(), parley.url, link, laptop);
    expect(page.url()).not.toContain("#");
    await page.getByRole("button", { name: "Open the dashboard" }).press("Enter");
    await page.getByRole("heading", { name: /What Parley cost here this month/ }).waitFor();
    expect(await page.getByRole("img", { name: /What each day cost by model/ }).count()).toBe(1);
    const before = await cost(page);
    expect(before).toMatch(/^\$0\.0\d/);
    await ask(parley, "two?");
    await expect.poll(() => cost(page), { timeout: 15_000 }).not.toBe(before);
    await page.getByLabel("Listed").selectOption("person");
    await page.getByRole("rowheader", { name: "Ben Lindqvist" }).waitFor();
    await page.getByRole("link", { name: "Live state" }).press("Enter");
    await page.getByRole("heading", { name: "Live state" }).waitFor();
    await page.getByText("The store answers.").waitFor();
    await page.goBack();
    await page.getByRole("rowheader", { name: "Ben Lindqvist" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Web token").waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it("shows others their own on a phone, and a used link nobody", async () => {
    await using parley = await startParley("", { priceOf: aCentAToken });
    await ask(parley, "one?");
    const link = await linkFor(parley, "ben");
    const { page, problems, close } = await watchPage(browser(), parley.url, link, phone);
    await page.getByRole("button", { name: "Open the dashboard" }).tap();
    await page.getByRole("heading", { name: /What Parley cost for you this month/ }).waitFor();
    expect(await page.getByRole("link", { name: "Live state" }).count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(problems).toEqual([]);
    await close();
    const again = await browser().newPage();
    await again.goto(`${parley.url}${link}`);
    await again.getByRole("button", { name: "Open the dashboard" }).click();
    await again.getByText("This link is used up, or too old.").waitFor();
    await again.close();
  });

  it("draws threads on a map that is used by pointer and by keys", { timeout: 60_000 }, async () => {
    await using parley = await startParley("threads: { hints: off }");
    const asked = [
      "how do we rotate the signing keys?",
      "who rotates the signing keys?",
      "lunch on friday?",
      "<i>lunch</i>?",
    ];
    for (const text of asked) await ask(parley, text);
    await parley.client.until(async () => {
      const [name] = await parley.storage.vectors.collections();
      const found = name && (await parley.storage.vectors.scan(name, { limit: 100 }));
      return found && new Set(found.items.map(({ group }) => group)).size === asked.length ? true : undefined;
    }, "the threads to be found");
    const link = await linkFor(parley, "ben");
    const { page, problems, close } = await watchPage(browser(), parley.url, link, laptop);
    await page.getByRole("button", { name: "Open the dashboard" }).click();
    await page.getByRole("link", { name: "Threads" }).click();
    await page.getByRole("heading", { name: /4 threads in \d groups/ }).waitFor();
    const said = page.locator(".said");
    const dot = await page.locator("circle.dot").first().boundingBox();
    if (dot === null) throw new Error("there is no mark");
    await page.mouse.move(dot.x + dot.width / 2, dot.y + dot.height / 2);
    await expect.poll(() => said.innerText()).toMatch(/general/);
    const pointed = await said.innerText();
    await page.locator("svg.map-chart").focus();
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) await page.keyboard.press(key);
    const walked = new Set([pointed]);
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"][step % 4] ?? "");
      walked.add(await said.innerText());
    }
    expect(walked.size).toBeGreaterThan(1);
    const [opened] = await Promise.all([
      page.context().waitForEvent("page", { timeout: 10_000 }),
      page.keyboard.press("Enter"),
    ]);
    expect(opened.url()).toContain("/#/general/");
    await opened.close();
    await page.getByRole("combobox", { name: "Groups" }).selectOption("2");
    await page.getByRole("heading", { name: "4 threads in 2 groups" }).waitFor();
    expect(await page.locator("main i").count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });
});
