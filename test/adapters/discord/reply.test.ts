import { describe, expect, test } from "vitest";

import type { MessageCreated } from "../../../src/core/event.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import { intent } from "../../support/intent.ts";
import { connect, never, showing } from "./connected.ts";
import type { Connected } from "./connected.ts";
import { unfenced } from "../../support/fence.ts";

const messagesRoute = "/channels/:channel/messages";
const messageRoute = "/channels/:channel/messages/:message";

async function ask(discord: Connected, text: string, channel?: string): Promise<MessageCreated> {
  const { server } = discord;
  const to = channel ?? server.channels.general;
  server.say({ as: server.people.ada, channel: to, content: `<@${server.bot.id}> ${text}` });
  return discord.heard(text);
}

/** Parley's messages in a channel. */
function own({ server }: Connected, channel: string) {
  return server.messages(channel).filter(({ author, type }) => author === server.bot.id && type !== 21);
}

function threadOf(event: MessageCreated): string {
  return event.place.thread ?? "";
}

describe("a reply that grows", () => {
  test("stands in a thread opened from the question, with a button until it is complete", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "hello");
    const reply = platform.openReply(event.place, intent("c1"));
    const growing = showing(false);
    await reply.show(["Hel"], growing);
    expect(own(discord, threadOf(event))).toMatchObject([
      { content: "Hel", flags: 4, replyTo: undefined, components: [{ components: [{ custom_id: "stop" }] }] },
    ]);
    await reply.show(["Hello **Ada**"], showing(true));
    const [shown, ...more] = own(discord, threadOf(event));
    expect(more).toEqual([]);
    expect(shown).toMatchObject({ id: growing.posted[0], content: "Hello **Ada**", components: [] });
    expect(server.threads(server.channels.general)).toMatchObject([{ id: event.message, name: "hello" }]);
  });

  test("costs two requests where it is complete at once, and one in a direct message", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "quick");
    const before = server.calls.length;
    await platform.openReply(event.place, intent("quick")).show(["Yes."], showing(true));
    expect(server.calls.slice(before).map(({ method, route }) => `${method} ${route}`)).toEqual([
      `POST ${messageRoute}/threads`,
      `POST ${messagesRoute}`,
    ]);
    const dm = await ask(discord, "directly", server.dm(server.people.ada));
    await platform.openReply(dm.place, intent("dm")).show(["Yes."], showing(true));
    expect(server.calls).toHaveLength(before + 3);
    expect(own(discord, dm.place.channel)).toMatchObject([{ content: "Yes.", replyTo: dm.message }]);
  });

  test("goes on in further messages, and only the last one has the button", async () => {
    await using discord = await connect();
    const { platform } = discord;
    const event = await ask(discord, "at length");
    const reply = platform.openReply(event.place, intent("long"));
    await reply.show(["one"], showing(false));
    const ids = await reply.show(["one", "two", "three"], showing(false));
    const shown = () =>
      own(discord, threadOf(event)).map(({ content, components }) => [content, components.length]);
    expect(shown()).toEqual([
      ["one", 0],
      ["two", 0],
      ["three", 1],
    ]);
    expect(await reply.show(["one", "two!"], showing(true))).toEqual(ids.slice(0, 2));
    expect(shown()).toEqual([
      ["one", 0],
      ["two!", 0],
    ]);
  });

  test("edits nothing that looks as it did", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "the same");
    const reply = platform.openReply(event.place, intent("same"));
    await reply.show(["text"], showing(false));
    const before = server.calls.length;
    await reply.show(["text"], showing(false));
    await reply.show(["text "], showing(false));
    expect(server.calls).toHaveLength(before);
  });

  test("leaves out a message that somebody deleted, and never posts it anew", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "delete it");
    const reply = platform.openReply(event.place, intent("deleted"));
    const [first, second] = await reply.show(["one", "two"], showing(false));
    server.remove({ as: server.people.owner, message: first ?? "" });
    expect(await reply.show(["one!", "two!"], showing(true))).toEqual([second]);
    expect(own(discord, threadOf(event)).map(({ content }) => content)).toEqual(["two!"]);
  });

  test("can be taken away", async () => {
    await using discord = await connect();
    const { platform } = discord;
    const event = await ask(discord, "remove it");
    const reply = platform.openReply(event.place, intent("removed"));
    await reply.show(["one", "two"], showing(false));
    await reply.remove(unfenced(never));
    expect(own(discord, threadOf(event))).toEqual([]);
  });

  test("wakes a thread that fell asleep", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "sleepy");
    const reply = platform.openReply(event.place, intent("asleep"));
    await reply.show(["Zzz"], showing(false));
    server.changeThread({ as: server.people.owner, thread: threadOf(event), archived: true });
    await reply.show(["Awake."], showing(true));
    expect(own(discord, threadOf(event))).toMatchObject([{ content: "Awake." }]);
  });

  test("is refused where Parley may not write", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "read only", server.channels.readOnly);
    await expect(
      platform.openReply(event.place, intent("refused")).show(["No."], showing(true)),
    ).rejects.toMatchObject({ code: "platform_refused", facts: { code: 50_013 } });
    expect(server.threads(server.channels.readOnly)).toEqual([]);
  });

  test("answers in the channel where no thread may be opened", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "no thread", server.channels.noThreads);
    await platform.openReply(event.place, intent("chain")).show(["Here then."], showing(true));
    expect(own(discord, server.channels.noThreads)).toMatchObject([
      { content: "Here then.", replyTo: event.message, pings: { users: [], roles: [], everyone: false } },
    ]);
    // The permission is known: it isn't asked for in vain.
    expect(server.calls.filter(({ status }) => status >= 400)).toEqual([]);
  });

  test("is posted although the question was deleted meanwhile", async () => {
    await using discord = await connect({ discord: { threads: "never" } });
    const { server, platform } = discord;
    const event = await ask(discord, "gone soon");
    server.remove({ as: server.people.ada, message: event.message });
    await platform.openReply(event.place, intent("orphan")).show(["Still."], showing(true));
    expect(own(discord, server.channels.general)).toMatchObject([{ content: "Still." }]);
  });
});

describe("a reply that an earlier process began", () => {
  test("is found, taken up in the same messages and completed", async () => {
    await using discord = await connect();
    const event = await ask(discord, "crash");
    const posted: MessageId[] = [];
    await discord.platform.openReply(event.place, intent("crash")).show(
      ["Half an", "answer"],
      showing(false, {
        onPosted: async (id) => {
          posted.push(id);
        },
      }),
    );
    discord.server.say({ as: discord.server.people.bo, channel: threadOf(event), content: "me too" });
    await discord.platform.stop();

    await using later = await discord.restarted();
    expect(await later.platform.findPosted(event.place, intent("crash").cause, never)).toEqual(posted);
    const reply = later.platform.openReply(event.place, intent("crash", posted));
    await reply.show(["A"], showing(false));
    expect(await reply.show(["A whole", "answer", "more"], showing(true))).toHaveLength(3);
    expect(own(discord, threadOf(event)).map(({ content }) => content)).toEqual([
      "A whole",
      "answer",
      "more",
    ]);
    expect(discord.server.threads(discord.server.channels.general)).toHaveLength(1);
  });

  test.for([
    ["in a thread that people opened", "thread"],
    ["in a chain of replies", "chain"],
    ["in a direct message", "dm"],
    ["where no thread could be opened", "refused"],
  ] as const)("is found by what it replies to %s", async ([, where]) => {
    await using discord = await connect({ discord: { threads: where === "chain" ? "never" : "open" } });
    const { server, platform } = discord;
    const { ada, bo } = server.people;
    const { general, noThreads } = server.channels;
    const channel = {
      thread: () => server.startThread({ as: ada, channel: general, name: "ours" }),
      chain: () => general,
      dm: () => server.dm(ada),
      refused: () => noThreads,
    }[where]();
    const other = await ask(discord, "another question", channel);
    const event = await ask(discord, "the question", channel);
    await platform.openReply(event.place, intent("mine")).show(["one", "two"], showing(true));
    await platform.openReply(other.place, intent("other")).show(["for somebody else"], showing(true));
    await platform.post(event.place, "notice" as never, { text: "under another cause" }, never);
    if (where !== "dm") server.say({ as: bo, channel, content: "in between" });
    await platform.stop();

    await using later = await discord.restarted();
    const found = await later.platform.findPosted(event.place, intent("mine").cause, never);
    const texts = found.map((id) => own(discord, channel).find((message) => message.id === id)?.content);
    expect(texts).toEqual(["one", "two"]);
  });
});

describe("when Discord or the network fails", () => {
  test.for([
    ["a lost response", { loseResponse: "close" }],
    ["a lost response and a reset", { loseResponse: "reset" }],
    ["a request that was cut", { cutBefore: "reset" }],
    ["a failing server", { status: 503 }],
  ] as const)("a message is posted once after %s", async ([, fault]) => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "once");
    server.fail("POST", messagesRoute, fault, 2);
    server.fail("PATCH", messageRoute, fault, 2);
    const reply = platform.openReply(event.place, intent("once"));
    await reply.show(["Once"], showing(false));
    await reply.show(["Once."], showing(true));
    expect(own(discord, threadOf(event)).map(({ content }) => content)).toEqual(["Once."]);
  });

  test("an outage that lasts is said to be one", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "outage");
    server.fail("*", /.*/, { status: 500 }, 100);
    await expect(
      platform.openReply(event.place, intent("outage")).show(["No."], showing(true)),
    ).rejects.toMatchObject({ code: "platform_unreachable", facts: { status: 500 } });
  });

  test("a call is given up with its signal", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "abort");
    server.fail("POST", messagesRoute, { hang: true }, 100);
    const given = new AbortController();
    const shown = platform
      .openReply(event.place, intent("abort"))
      .show(["No."], showing(true, { signal: given.signal }));
    await server.until(() => server.calls.some(({ route }) => route === messagesRoute), "the request");
    given.abort();
    await expect(shown).rejects.toMatchObject({ code: "aborted" });
  });

  test("a 429 is waited out, for as long as it says and no longer than needed", async () => {
    await using discord = await connect();
    const { server, platform } = discord;
    const event = await ask(discord, "limited");
    const reply = platform.openReply(event.place, intent("limited"));
    await reply.show(["Half"], showing(false));
    server.fail("PATCH", messageRoute, { retryAfterSec: 0.3 }, 2);
    await reply.show(["The whole"], showing(true));
    expect(own(discord, threadOf(event))).toMatchObject([{ content: "The whole" }]);
    const edits = server.calls.filter(({ method }) => method === "PATCH");
    expect(edits.map(({ status }) => status)).toEqual([429, 429, 200]);
    const [first, second, third] = edits.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(300);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(300);
  });
});

test("a thread that fell asleep is woken for a post too", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  const event = await ask(discord, "asleep");
  server.fail("POST", messagesRoute, { status: 400, code: 50_083 });
  await platform.openReply(event.place, intent("asleep")).show(["Good morning"], showing(true));
  expect(own(discord, threadOf(event))).toMatchObject([{ content: "Good morning" }]);
});

test("an edit in between doesn't wait for Discord's rate, and doesn't go before a last one that does", async () => {
  await using discord = await connect({ discord: { threads: "never" } });
  const { server, platform } = discord;
  const questions = [await ask(discord, "ends"), await ask(discord, "grows")];
  const [ending, growing] = questions.map(({ place }, index) =>
    platform.openReply(place, intent(`r${index}`)),
  );
  await ending?.show(["Half"], showing(false));
  await growing?.show(["One"], showing(false));
  server.fail("PATCH", messageRoute, { retryAfterSec: 0.5 });
  await expect(growing?.show(["One two"], showing(false))).rejects.toMatchObject({
    code: "platform_unreachable",
  });
  const ended = ending?.show(["The whole"], showing(true));
  await growing?.show(["One two three"], showing(false));
  expect(server.calls.filter(({ method }) => method === "PATCH")).toHaveLength(1);
  await ended;
  await growing?.show(["One two three four"], showing(false));
  const shown = own(discord, server.channels.general).map(({ content }) => content);
  expect(shown).toEqual(["The whole", "One two three four"]);
  expect(server.calls.filter(({ cameEarly }) => cameEarly)).toEqual([]);
});

describe("within Discord's real limits", () => {
  test("edits in between thin out, and no request is ever refused", async () => {
    await using discord = await connect({ server: { limits: "real" } });
    const { server, platform } = discord;
    const event = await ask(discord, "bursts");
    const reply = platform.openReply(event.place, intent("bursts"));
    for (let words = 1; words <= 30; words++) await reply.show(["word ".repeat(words)], showing(false));
    const beforeFinal = server.calls.filter(({ method }) => method === "PATCH").length;
    expect(beforeFinal).toBeGreaterThanOrEqual(2);
    expect(beforeFinal).toBeLessThan(5);
    await reply.show(["The end."], showing(true));
    expect(own(discord, threadOf(event))).toMatchObject([{ content: "The end." }]);
    expect(server.limited()).toEqual([]);
  });

  test("two replies in one channel leave each other room for their ends", async () => {
    await using discord = await connect({ server: { limits: "real" }, discord: { threads: "never" } });
    const { server, platform } = discord;
    const questions = [await ask(discord, "first"), await ask(discord, "second")];
    const replies = questions.map(({ place }, index) => platform.openReply(place, intent(`r${index}`)));
    for (let words = 1; words <= 10; words++) {
      for (const reply of replies) await reply.show(["word ".repeat(words)], showing(false));
    }
    // Of five edits in five seconds.
    expect(server.calls.filter(({ method }) => method === "PATCH")).toHaveLength(3);
    await Promise.all(replies.map((reply, index) => reply.show([`End ${index}`], showing(true))));
    expect(own(discord, server.channels.general).map(({ content }) => content)).toEqual(["End 0", "End 1"]);
    expect(server.limited()).toEqual([]);
  });
});

test("what a model wrote reaches nobody and shows no previews", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  // Even where Parley might mention everybody.
  server.setRoles(server.guild.id, server.bot.id, [server.roles.admins]);
  const event = await ask(discord, "be loud");
  const { ada, bo } = server.people;
  const text = `@everyone @here <@${bo}> <@!${ada}> <@&${server.roles.team}> https://example.org ![x](https://example.org/x.png)`;
  const reply = platform.openReply(event.place, intent("loud"));
  await reply.show([text], showing(false));
  await reply.show([`${text} and \`${text}\``], showing(true));
  expect(own(discord, threadOf(event))).toMatchObject([
    { pings: { users: [], roles: [], everyone: false }, unfurled: [], embeds: [] },
  ]);
});

test.for([
  ["marks alone", "*_~`|[]()<>#".repeat(150)],
  ["backticks", "`".repeat(1_800)],
  ["a table", `| a | b |\n|---|---|\n${"| *x* | **y** |\n".repeat(110)}`],
  ["a wide table", `| a | b |\n|---|---|\n${`| ${"wide ".repeat(15)} | ${"_".repeat(60)} |\n`.repeat(11)}`],
  ["emoji", "👩‍👩‍👧‍👦".repeat(160)],
  ["quotes", "> ".repeat(900)],
  ["addresses", "<https://example.org/(a)> ".repeat(69)],
  ["nothing to see", " \u200b\n".repeat(300)],
] as const)("a text of %s is never refused for its length", async ([, text]) => {
  await using discord = await connect();
  const event = await ask(discord, "anything");
  expect(text.length).toBeLessThanOrEqual(1_800);
  await discord.platform.openReply(event.place, intent("any")).show([text], showing(true));
  expect(own(discord, threadOf(event)).length).toBeGreaterThanOrEqual(1);
});
