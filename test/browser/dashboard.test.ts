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
});
