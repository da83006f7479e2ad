import { describe, expect, it } from "vitest";

import type { ChunkNote } from "../../../src/core/threads/thread.ts";
import { startParley } from "../../support/parley.ts";
import type { TestParley } from "../../support/parley.ts";

const keys = "how do we rotate the signing keys of our releases?";

/** A question in a channel, and its answer. Answers the thread. */
async function ask(
  { client, openai }: TestParley,
  as: string,
  channel: string,
  text: string,
): Promise<string> {
  openai.reply("Run the rotation script, then tell the release team.");
  const { id: thread } = await client.post({ as, channel, text: `@Parley ${text}` });
  await client.answers({ as, channel, thread });
  return thread;
}

async function untilIndexed({ storage, client }: TestParley, count: number): Promise<void> {
  await client.until(async () => {
    const names = await storage.vectors.collections();
    const groups = await Promise.all(
      names.map(async (name) =>
        (await storage.vectors.scan(name, { limit: 100 })).items.map(({ group }) => group),
      ),
    );
    return new Set(groups.flat()).size === count ? true : undefined;
  }, `${count} threads to be found`);
}

/** Until what can be found reads so. */
async function untilRead({ storage, client }: TestParley, reads: (text: string) => boolean): Promise<void> {
  await client.until(async () => {
    const names = await storage.vectors.collections();
    const pages = await Promise.all(
      names.map((name) => storage.vectors.scan<ChunkNote>(name, { limit: 100 })),
    );
    const excerpts = pages.flatMap(({ items }) => items.map(({ value }) => value.excerpt));
    return reads(excerpts.join("\n")) ? true : undefined;
  }, "the index to follow");
}

/** What a command is answered, to one person alone. */
async function command(
  { client }: TestParley,
  as: string,
  text: string,
  channel = "general",
): Promise<string> {
  const told = async () =>
    (await client.messages(as, channel)).notices.map(({ blocks }) =>
      blocks.join("\n").replaceAll(/<[^>]+>/g, ""),
    );
  const before = (await told()).length;
  await client.post({ as, channel, text: `@Parley /${text}` });
  const answers = await client.until(async () => {
    const now = await told();
    return now.length > before ? now : undefined;
  }, "the answer");
  return answers.at(-1) ?? "";
}

const hintsOff = "threads: { hints: off }";

describe("threads similar", { timeout: 60_000, concurrent: true }, () => {
  it("finds what was asked before, near first, and says so where there is nothing", async () => {
    await using parley = await startParley(hintsOff);
    await ask(parley, "ben", "general", keys);
    await ask(parley, "ben", "engineering", "where is the team lunch on friday?");
    await untilIndexed(parley, 2);
    const found = await command(
      parley,
      "chloe",
      "threads similar what is the procedure to rotate release signing keys",
    );
    expect(found).toMatch(/1 thread in which something like this was said/);
    expect(found).toContain(keys);
    expect(found).toMatch(/general · .* · (close|nearly the same) \(0\.\d\d\)/);
    expect(await command(parley, "chloe", "threads similar a recipe with aubergines")).toMatch(
      /Nothing close/,
    );
  });

  it("shows nobody what they can't read: a member, a guest, an admin each their own", async () => {
    await using parley = await startParley(hintsOff);
    await ask(parley, "ada", "leadership", keys);
    await ask(parley, "ben", "general", "how are the signing keys of our releases rotated?");
    await ask(parley, "gus", "guest-project", "who may rotate the signing keys of releases?");
    await untilIndexed(parley, 3);
    const looked = "threads similar rotate the signing keys of releases";
    const seenBy = async (as: string, channel: string) => {
      const text = await command(parley, as, looked, channel);
      return ["leadership", "general", "guest-project"].filter((name) => text.includes(`${name} ·`));
    };
    expect(await seenBy("ada", "general")).toEqual(["leadership", "general", "guest-project"]);
    expect(await seenBy("chloe", "general")).toEqual(["general", "guest-project"]);
    expect(await seenBy("gus", "guest-project")).toEqual(["guest-project"]);
  });

  it("never finds what was said directly", async () => {
    await using parley = await startParley(hintsOff);
    parley.openai.reply("Yes.");
    await parley.client.post({ as: "ben", channel: "dm-ben", text: keys });
    await parley.client.answers({ as: "ben", channel: "dm-ben" });
    await ask(parley, "ben", "general", "where is lunch on friday?");
    await untilIndexed(parley, 1);
    expect(await command(parley, "ben", `threads similar ${keys}`)).toMatch(/Nothing close/);
  });

  it("follows edits and deletions", async () => {
    await using parley = await startParley(hintsOff);
    const { client } = parley;
    const thread = await ask(parley, "ben", "general", keys);
    await untilIndexed(parley, 1);
    await client.edit(
      { as: "ben", channel: "general", id: thread },
      "@Parley what grows on aubergine fields in winter?",
    );
    await untilRead(parley, (text) => text.includes("aubergine"));
    expect(await command(parley, "ada", `threads similar ${keys}`)).toMatch(/Nothing close/);
    expect(await command(parley, "ada", "threads similar aubergine fields in winter")).toContain("aubergine");
    await client.remove({ as: "ben", channel: "general", id: thread });
    await untilRead(parley, (text) => !text.includes("aubergine"));
    expect(await command(parley, "ada", "threads similar aubergine fields in winter")).not.toContain(
      "what grows",
    );
  });

  it("embeds again only what changed, and nothing after a restart", async () => {
    await using parley = await startParley(hintsOff);
    const thread = await ask(parley, "ben", "general", keys);
    await untilIndexed(parley, 1);
    const embedded = () => parley.openai.requests.filter(({ kind }) => kind === "embedding").length;
    const before = embedded();
    await parley.restart();
    parley.openai.reply("Again.");
    await parley.client.post({ as: "ben", channel: "general", thread, text: "and how often?" });
    await parley.client.answers({ as: "ben", channel: "general", thread }, 2);
    await parley.client.until(
      async () => (embedded() > before ? true : undefined),
      "the new turn to be embedded",
    );
    expect(embedded()).toBe(before + 1);
  });

  it("waits out a service that is away, and loses nothing", async () => {
    await using parley = await startParley("threads: { hints: off }\nmodel: { maxRetries: 0 }");
    const { openai, client, log } = parley;
    openai.fail("embedding", { kind: "serverError", status: 503 }, Infinity);
    await ask(parley, "ben", "general", keys);
    const putOff = () => log.some(({ message }) => message === "threads are indexed later") || undefined;
    await client.until(async () => putOff(), "the index to be put off");
    expect(await command(parley, "ada", `threads similar ${keys}`)).toMatch(/Nothing close/);
    openai.heal();
    await parley.restart({ aheadMs: 20 * 60_000 });
    await untilIndexed(parley, 1);
  });
});

describe("all threads that somebody may see", { timeout: 60_000, concurrent: true }, () => {
  it("are grouped by what they are about, and those that ask the same are named", async () => {
    await using parley = await startParley(hintsOff);
    const asked = [
      "how do we rotate the signing keys?",
      "how are the signing keys rotated?",
      "where is the team lunch on friday?",
      "when does the team lunch on friday begin?",
    ];
    for (const text of asked) await ask(parley, "ben", "general", text);
    await ask(parley, "ada", "leadership", "how do we rotate the secret signing keys?");
    await untilIndexed(parley, 5);
    const clusters = await command(parley, "chloe", "threads clusters 2");
    expect(clusters).toMatch(/4 threads in 2 groups.*set apart by 0\.\d\d of 1; inertia \d/s);
    expect(clusters).toMatch(/keys.*2 threads/s);
    expect(clusters).not.toContain("secret");
    expect(await command(parley, "ada", "threads clusters")).toMatch(/5 threads in \d groups/);
    expect(await command(parley, "chloe", "threads map 2 dark")).toMatch(
      /4 threads in 2 groups.*What is near is alike/s,
    );
    const duplicates = await command(parley, "chloe", "threads duplicates");
    expect(duplicates).toMatch(/asked more than once/);
    expect(duplicates).not.toContain("secret");
    expect(await command(parley, "gus", "threads clusters", "guest-project")).toMatch(
      /From 4 on I can group them/,
    );
  });
});

describe("what is not to be found", { timeout: 60_000, concurrent: true }, () => {
  it("is a channel that whoever manages it hides, until that is taken back", async () => {
    await using parley = await startParley(hintsOff);
    const { client } = parley;
    await ask(parley, "ben", "general", keys);
    await untilIndexed(parley, 1);
    await client.post({ as: "ada", channel: "general", text: "@Parley /threads hide" });
    await untilIndexed(parley, 0);
    await ask(parley, "ben", "general", "who rotates the signing keys?");
    await ask(parley, "ben", "engineering", keys);
    await untilIndexed(parley, 1);
    expect(await command(parley, "ada", `threads similar ${keys}`)).toContain("engineering");
    await client.post({ as: "ada", channel: "general", text: "@Parley /threads hide no" });
    await ask(parley, "ben", "general", "who rotates the signing keys now?");
    await untilIndexed(parley, 2);
  });

  it("is what somebody wrote who opted out, of before and from then on", async () => {
    await using parley = await startParley(hintsOff);
    await ask(parley, "ben", "general", keys);
    const thread = await ask(parley, "chloe", "general", "who keeps the backup tapes in the cellar?");
    parley.openai.reply("Fine.");
    await parley.client.post({ as: "ben", channel: "general", thread, text: "the porcupine keeps them" });
    await parley.client.answers({ as: "ben", channel: "general", thread }, 2);
    await untilIndexed(parley, 2);
    expect(await command(parley, "ben", "privacy optout")).toMatch(/2 threads are indexed again without it/);
    await untilIndexed(parley, 1);
    expect(await command(parley, "ada", "threads similar who keeps the backup tapes")).not.toContain(
      "porcupine",
    );
    expect(await command(parley, "ada", `threads similar ${keys}`)).toMatch(/Nothing close/);
    expect(await command(parley, "ben", "privacy optin")).toMatch(/may be found again/);
  });
});

describe("what is hidden before the index follows", { timeout: 60_000, concurrent: true }, () => {
  it("is gone at once where it was changed while nothing can be embedded", async () => {
    await using parley = await startParley("threads: { hints: off }\nmodel: { maxRetries: 0 }");
    const { client, openai } = parley;
    const thread = await ask(parley, "ben", "general", keys);
    await untilIndexed(parley, 1);
    openai.fail("embedding", { kind: "serverError", status: 503 }, Infinity);
    await client.edit({ as: "ben", channel: "general", id: thread }, "@Parley what grows in winter?");
    await untilRead(parley, (text) => !text.includes("signing"));
  });

  it("isn't found when somebody opts out while it is being embedded", async () => {
    await using parley = await startParley(hintsOff);
    const { openai, client } = parley;
    openai.pace({ embeddingDelayMs: 5_000 });
    await ask(parley, "ben", "general", keys);
    const embedding = await client.until(async () => openai.embeddingRequests[0], "it to be embedded");
    await command(parley, "ben", "privacy optout");
    openai.pace({ embeddingDelayMs: 0 });
    await embedding.closed;
    await ask(parley, "chloe", "engineering", "where is the team lunch on friday?");
    await untilRead(parley, (text) => text.includes("lunch"));
    expect(await command(parley, "ada", `threads similar ${keys}`)).toMatch(/Nothing close/);
    await untilIndexed(parley, 1);
  });

  it("is found where it was said late in a long thread, under how that began", async () => {
    await using parley = await startParley(hintsOff);
    const { openai, client } = parley;
    const { id: thread } = await client.post({
      as: "ben",
      channel: "general",
      text: "what broke on friday?",
    });
    for (let i = 0; i < 8; i++) {
      const text = `Part ${i}: the harbour crane lifts forty tonnes of load before noon. `.repeat(40);
      await client.post({ as: "ada", channel: "general", thread, text });
    }
    await client.post({ as: "chloe", channel: "general", thread, text: keys });
    await client.post({ as: "ada", channel: "general", text: "@Parley /threads index start" });
    await untilIndexed(parley, 1);
    const found = await command(parley, "ada", `threads similar ${keys}`);
    expect(found).toContain("what broke on friday?");
    const embedded = openai.requests
      .filter(({ kind }) => kind === "embedding")
      .map(({ body }) => JSON.stringify(body));
    expect(embedded.join("").split("what broke on friday?").length).toBeGreaterThan(21);
  });

  it("is no title either where it is blocked", async () => {
    await using parley = await startParley(hintsOff);
    const { openai, client } = parley;
    openai.blockWords({ marzipan: "violence" });
    const { id: thread } = await client.post({
      as: "ben",
      channel: "general",
      text: "marzipan for the keys",
    });
    await client.post({ as: "chloe", channel: "general", thread, text: `${keys} `.repeat(60) });
    await client.post({ as: "ada", channel: "general", text: "@Parley /threads index start" });
    await untilIndexed(parley, 1);
    const isDone = async () =>
      /It is done: 1 thread with 2/.test(await command(parley, "ada", "threads index"));
    await client.until(async () => (await isDone()) || undefined, "the history to be indexed");
    const found = await command(parley, "ada", `threads similar ${keys}`);
    expect(found).toContain("rotate the signing keys");
    expect(found).not.toContain("marzipan");
  });
});

describe("a hint", { timeout: 60_000, concurrent: true }, () => {
  it("tells whoever asks the same again where it was answered, and learns when that didn't help", async () => {
    await using parley = await startParley();
    const { client } = parley;
    await ask(parley, "ben", "general", keys);
    await untilIndexed(parley, 1);
    const thread = await ask(parley, "chloe", "engineering", keys);
    const [hint] = await client.until(async () => {
      const { notices } = await client.messages("chloe", "engineering", thread);
      return notices.length > 0 ? notices : undefined;
    }, "a hint");
    expect(hint?.blocks.join("\n")).toMatch(/Something like this was answered in .*rotate the signing keys/);
    const action = hint?.buttons[0]?.action ?? "";
    expect(action).toMatch(/^notHelpful:/);
    await client.pressNotice("chloe", hint?.id ?? "", action);
    await client.until(
      async () => ((await parley.storage.counters.read(["hints/playground"]))[0] ? true : undefined),
      "the press to be counted",
    );
    expect((await client.messages("ben", "engineering", thread)).notices).toEqual([]);
  });
});
