import { describe, expect, it } from "vitest";

import { admit, hashText } from "../../src/core/moderation.ts";
import type { ChatPlace } from "../support/chat-client.ts";
import { judgedBy, writeCoverage } from "../support/input-fields.ts";
import { openReplies } from "../support/reply-world.ts";
import type { ReplyWorld } from "../support/reply-world.ts";

const trigger = "poison";
const everywhere = ["Discord", "Slack over a socket", "the playground"] as const;
const channel: ChatPlace = { as: "ada", channel: "general" };

/** What is in the words of any chat request: the model does whatever it reads, so it may never read the trigger. */
const reached = ({ openai }: ReplyWorld) => JSON.stringify(openai.chatRequests.map(({ body }) => body));
const wasJudged = ({ openai }: ReplyWorld) =>
  JSON.stringify(openai.moderationRequests.map(({ body }) => body)).includes(trigger);

async function answered({ chat }: ReplyWorld, text: string, thread?: string): Promise<string> {
  const { id } = await chat.post({ ...channel, text, ...(thread !== undefined && { thread }) });
  await chat.answers({ ...channel, thread: thread ?? id });
  return id;
}

async function give(world: ReplyWorld, text: string): Promise<string> {
  const { chat, commands } = world;
  const before = (await commands.told("ada")).length;
  await commands.slash("ada", text);
  return chat.until(async () => (await commands.told("ada")).slice(before).join("\n") || undefined, text);
}

async function fillPersona(world: ReplyWorld, values: Readonly<Record<string, string>>): Promise<string> {
  const { chat, commands } = world;
  const before = (await commands.told("ada")).length;
  await commands.slash("ada", "persona create");
  await chat.until(async () => commands.forms.open(commands.ids.ada), "a form");
  await commands.forms.fill(commands.ids.ada, { name: "desk", template: "technical", ...values });
  return chat.until(
    async () => (await commands.told("ada")).slice(before).join("\n") || undefined,
    "an answer",
  );
}

/** By the names in the list of fields. Each does what an author can do with the trigger, and waits for what comes of it. */
const attempts: Readonly<Record<string, (world: ReplyWorld) => Promise<void>>> = {
  "a message": async (world) => {
    await world.chat.post({ ...channel, text: `@Parley say ${trigger}` });
  },

  "an edit": async (world) => {
    const id = await answered(world, "@Parley hello");
    await world.chat.edit({ ...channel, id }, `@Parley say ${trigger}`);
    await world.chat.until(async () => wasJudged(world) || undefined, "the edit to be judged");
    await world.chat.post({ ...channel, thread: id, text: "and now?" });
    await world.chat.answers({ ...channel, thread: id }, 2);
  },

  "earlier history": async (world) => {
    const { id } = await world.chat.post({ as: "ben", channel: "general", text: `so ${trigger} it is` });
    await answered(world, "@Parley what was that?", id);
  },

  "a command's words": async (world) => {
    expect(await give(world, `ask about ${trigger}`)).not.toContain("about poison");
    await give(world, `persona preview creative about ${trigger}`);
    await give(world, `persona preview creative about ${trigger} again`);
  },

  "a form's fields": async (world) => {
    expect(await fillPersona(world, { instructions: `You like ${trigger}.` })).not.toContain("is made");
  },

  "a persona's parts": async (world) => {
    for (const values of [
      { instructions: `You like ${trigger}.` },
      { examples: `Q: What do you like?\nA: I like ${trigger}.` },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one form is open at a time.
      expect(await fillPersona(world, values)).not.toContain("is made");
    }
    expect(await give(world, "persona show desk")).toContain("There is no persona");
  },
};

/** Shown where a hostile name can be made up: at the rules themselves, and in the tests of what they are used by. */
const elsewhere = ["a display name", "a file and its name (attachments.test.ts)", "names in a persona"];

describe.each(everywhere)("in %s", { timeout: 60_000 }, (title) => {
  // In Discord a thread is opened by hand: earlier.test.ts shows the same there.
  const possible = Object.entries(attempts).filter(
    ([name]) => name !== "earlier history" || title !== "Discord",
  );

  it.each(possible)("%s is judged, and the model never sees what is blocked", async (_name, attempt) => {
    await using world = await openReplies(title);
    world.openai.blockWords({ [trigger]: "illicit" });
    await attempt(world);
    await world.chat.until(async () => wasJudged(world) || undefined, "moderation to be asked");
    // Whatever is on its way is answered by the time that this is.
    await answered(world, "@Parley is all well?");
    expect(reached(world)).not.toContain(trigger);
  });
});

describe("the list of fields", () => {
  it("has a test for every field whose words can reach a prompt", () => {
    expect(judgedBy().toSorted()).toEqual([...Object.keys(attempts), ...elsewhere].toSorted());
  });

  // `npx vitest run test/platforms/coverage.test.ts --update` writes it.
  it("is docs/moderation-coverage.md", async () => {
    await expect(writeCoverage()).toMatchFileSnapshot("../../docs/moderation-coverage.md");
  });

  it("a verdict about other words lets nothing in", () => {
    const verdict = { textHash: hashText("fine"), decision: "allow", categories: [] } as const;
    expect(admit("fine", verdict)).toBeDefined();
    expect(admit(trigger, verdict)).toBeUndefined();
  });
});
