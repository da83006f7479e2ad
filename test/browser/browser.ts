import { existsSync } from "node:fs";

import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from "playwright-core";

import { afterAll, beforeAll, describe } from "vitest";

import type { PlatformEvent } from "../../src/core/event.ts";
import type { MessageId } from "../../src/core/ids.ts";
import { signal, type PlaygroundServer } from "../adapters/playground/playground-server.ts";
import { intent } from "../support/intent.ts";
import { unwatched } from "../support/fence.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Why the browser tests cannot run here; empty when they can. */
const noBrowser = existsSync(executablePath)
  ? ""
  : `there is no Chromium at ${executablePath}; set CHROMIUM_PATH to one`;

const flags = ["--headless", "--no-sandbox", "--disable-gpu"];
const quiet = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const isRequired = process.env["PARLEY_REQUIRE_BROWSER"] !== undefined;

/** A suite with one browser for all of its tests; skipped, saying why, where there is none and none is required. */
export function describeInBrowser(title: string, tests: (browser: () => Browser) => void): void {
  const reason = noBrowser === "" ? "" : ` (skipped: ${noBrowser})`;
  describe.skipIf(noBrowser !== "" && !isRequired)(`${title}${reason}`, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      if (noBrowser !== "") throw new Error(noBrowser);
      browser = await chromium.launch({ executablePath, args: [...flags, ...quiet] });
    });
    afterAll(async () => {
      await browser?.close();
    });
    tests(() => {
      if (!browser) throw new Error("the browser is started before each suite");
      return browser;
    });
  });
}

export const laptop: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
};

/** A page of the playground, once it can be written in. */
export async function openPage(
  ...of: Parameters<typeof watchPage>
): Promise<Awaited<ReturnType<typeof watchPage>>> {
  const watched = await watchPage(...of);
  await watched.page.locator(".composer").first().waitFor();
  return watched;
}

/** A page of Parley, with whatever went wrong in it, and wherever else it sent a request. */
export async function watchPage(
  browser: Browser,
  url: string,
  path: string,
  options: BrowserContextOptions = laptop,
) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    // A refused or unreachable request is part of some tests, and is logged by the browser itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(message.text());
  });
  page.on("dialog", (dialog) => problems.push(dialog.message()));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== url) problems.push(`request to ${request.url()}`);
  });
  await page.goto(`${url}${path}`);
  return { page, problems, close: () => context.close() };
}

/** Stands in for Parley: answers what concerns it with `text`, a word at a time, until it is stopped. */
export function answerWith(
  playground: PlaygroundServer,
  text: string,
  options: { readonly pauseMs?: number } = {},
): void {
  const stopped = new Set<MessageId>();
  const answering = async (event: Extract<PlatformEvent, { kind: "message" }>): Promise<void> => {
    const { platform } = playground;
    await platform.showActivity(event.place, signal);
    const live = platform.openReply(event.place, intent(`reply:${event.message}`));
    const shown = { buttons: [], ...unwatched(signal) };
    let soFar = "";
    for (const word of text.split(/(?<=\s)/)) {
      soFar += word;
      const [id] = await live.show([soFar], { ...shown, final: false });
      await new Promise((resolve) => setTimeout(resolve, options.pauseMs ?? 1));
      if (id && stopped.has(id)) {
        await live.show([`${soFar.trimEnd()}\n\n*Stopped.*`], { ...shown, final: true });
        return;
      }
    }
    await live.show([text], { ...shown, final: true });
  };
  playground.onIntake(async (event) => {
    if (event.kind === "pressed") stopped.add(event.message);
    if (event.kind === "message" && event.addressed !== "none") void answering(event);
  });
}

/** The text of each message in a pane, in order. */
export function messageTexts(page: Page, pane: "channel" | "thread" = "channel"): Promise<string[]> {
  return page.locator(`#${pane} .message .body`).allInnerTexts();
}

export async function say(page: Page, text: string, box = "#composer"): Promise<void> {
  await page.fill(box, text);
  await page.press(box, "Enter");
}

/** In sight, as opposed to what is said to screen readers alone. */
export const shown = (page: Page, text: string): Locator => page.locator("#app").getByText(text);

/** The value of an expression that is evaluated in the page. */
export const inPage = <T>(page: Page, expression: string): Promise<T> => page.evaluate<T>(expression);
