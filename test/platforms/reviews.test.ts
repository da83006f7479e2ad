import { describe, expect, it } from "vitest";

import type { ChatClient, ChatPlace, SeenMessage, Who } from "../support/chat-client.ts";
import { eachPlatform } from "../support/platforms.ts";
import { openReplies } from "../support/reply-world.ts";

const general = (as: Who): ChatPlace => ({ as, channel: "general" });

/** Moderators are told in #general. */
const told =
  (moderation = "") =>
  (platform: string, channel: string) =>
    `${platform}: { moderators: "${channel}" }\n${moderation}`;

async function open(title: (typeof eachPlatform)[number], moderation = "") {
  const world = await openReplies(title, told(moderation));
  world.openai.blockWords({ poison: "violence" });
  world.openai.reply("An answer.");
  return world;
}

/** What moderators were told, as it stands. */
function notices(
  chat: ChatClient,
  isSo: (notices: readonly SeenMessage[]) => boolean,
): Promise<readonly SeenMessage[]> {
  return chat.until(async () => {
    const own = (await chat.messages(general("ada"))).filter(({ isOwn }) => isOwn);
    const found = own.filter(({ buttons }) => buttons.some((each) => each.startsWith("showPolicy")));
    return isSo(found) ? found : undefined;
  }, "what moderators are told");
}

async function press(chat: ChatClient, as: Who, { id, buttons }: SeenMessage, name: string): Promise<string> {
  const before = (await chat.told(general(as))).length;
  const action = buttons.find((each) => each.startsWith(name)) ?? `${name}:${idIn(buttons)}`;
  await chat.press({ ...general(as), id }, action);
  return chat.until(
    async () => (await chat.told(general(as))).slice(before).at(-1)?.text,
    `what ${as} is told after ${name}`,
  );
}

const idIn = (buttons: readonly string[]) => buttons[0]?.split(":")[1] ?? "";
const names = ({ buttons }: SeenMessage) => buttons.map((each) => each.split(":")[0]);

describe.concurrent.each(eachPlatform)("in %s", { timeout: 60_000 }, (title) => {
  it("a moderator sees what was blocked, and may allow it once, and nobody else may", async () => {
    await using world = await open(title);
    const { chat, openai } = world;
    const { id } = await chat.post({ ...general("ben"), text: "@Parley how does poison work?" });
    const [notice] = await notices(chat, ({ length }) => length === 1);
    if (notice === undefined) throw new Error("nobody was told");
    // The playground names whoever wrote it apart from the text.
    const heading = title === "the playground" ? /`general`/ : /blocked/;
    expect(notice.text).toMatch(heading);
    expect(notice.text).toMatch(/violence +█+/);
    expect(notice.text).not.toContain("poison");
    expect(names(notice)).toEqual(["allowOnce", "keepBlocked", "pausePerson", "showText", "showPolicy"]);
    expect(openai.chatRequests).toEqual([]);

    expect(await press(chat, "ben", notice, "allowOnce")).toContain("Only admins");
    expect(await press(chat, "ben", notice, "showText")).not.toContain("poison");
    expect(await press(chat, "ada", notice, "showText")).toContain("how does poison work?");
    expect(await press(chat, "ada", notice, "showPolicy")).toContain("sexual/minors");
    expect(openai.chatRequests).toEqual([]);

    expect(await press(chat, "ada", notice, "allowOnce")).toContain("I answer it now");
    const [answer] = await chat.answers({ ...general("ben"), thread: id });
    expect(answer?.text).toContain("An answer.");
    const [decided] = await notices(chat, ([first]) => first?.text.includes("Allowed once by") === true);
    expect(decided?.text).toMatch(heading);
    expect(decided && names(decided)).toEqual(["pausePerson", "showText", "showPolicy"]);
    expect(openai.chatRequests).toHaveLength(1);

    // Nothing else is loosened.
    await chat.post({ ...general("ben"), text: "@Parley more poison?" });
    await notices(chat, ({ length }) => length === 2);
    expect(openai.chatRequests).toHaveLength(1);
  });

  it("what is deleted is shown to nobody and allowed by nobody", async () => {
    await using world = await open(title);
    const { chat, openai } = world;
    const { id } = await chat.post({ ...general("ben"), text: "@Parley poison" });
    const [notice] = await notices(chat, ({ length }) => length === 1);
    if (notice === undefined) throw new Error("nobody was told");
    await chat.remove({ ...general("ben"), id });
    await notices(chat, ([first]) => first !== undefined && !names(first).includes("showText"));
    const [silent] = await notices(chat, ({ length }) => length === 1);
    expect(silent && names(silent)).toEqual(["pausePerson", "showPolicy"]);
    expect(openai.chatRequests).toEqual([]);
  });

  it("two who decide at once decide once", async () => {
    await using world = await open(title);
    const { chat, openai } = world;
    const { id } = await chat.post({ ...general("ben"), text: "@Parley poison" });
    const [notice] = await notices(chat, ({ length }) => length === 1);
    if (notice === undefined) throw new Error("nobody was told");
    const place = { ...general("ada"), id: notice.id };
    const actions = notice.buttons.filter((each) => /^(?:allowOnce|keepBlocked):/.test(each));
    await Promise.all(actions.map((action) => chat.press(place, action)));
    await chat.until(async () => {
      const all = (await chat.told(general("ada"))).map(({ text }) => text);
      return all.some((text) => /already|has decided/.test(text)) || undefined;
    }, "the second to be told");
    const [decided] = await notices(
      chat,
      ([first]) => first !== undefined && !names(first).includes("allowOnce"),
    );
    const isAllowed = decided?.text.includes("Allowed once by") === true;
    if (isAllowed) await chat.answers({ ...general("ben"), thread: id });
    expect(openai.chatRequests).toHaveLength(isAllowed ? 1 : 0);
  });

  it("somebody who is paused gets no answers until the pause is lifted, also after a restart", async () => {
    await using world = await open(title);
    const { chat, commands, openai } = world;
    const dm: ChatPlace = { as: "ben", channel: "dm-ben" };
    const earlier = await chat.post({ ...dm, text: "hello" });
    const [answer] = await chat.answers(dm);
    await chat.post({ ...general("ben"), text: "@Parley poison" });
    const [notice] = await notices(chat, ({ length }) => length === 1);
    if (notice === undefined) throw new Error("nobody was told");
    expect(await press(chat, "ada", notice, "pausePerson")).toMatch(/I don't answer .* until \d\d:\d\d UTC/);
    const [paused] = await notices(
      chat,
      ([first]) => first !== undefined && names(first).includes("liftPause"),
    );
    if (paused === undefined) throw new Error("the notice was not shown again");
    await chat.until(
      async () => (await chat.messages(dm)).some(({ text }) => text.includes("take a break")) || undefined,
      "Ben to be told",
    );
    await world.restart();
    await chat.post({ ...general("ben"), text: "@Parley hello?" });
    const asked = await chat.post({ ...general("ada"), text: "@Parley and me?" });
    await chat.answers({ ...general("ada"), thread: asked.id });
    await chat.edit({ ...dm, id: earlier.id }, "hello again");
    await chat.press({ ...dm, id: answer?.id ?? "" }, "regenerate");
    await commands.slash("ben", "ask and now?");
    await chat.until(
      async () => (await commands.told("ben")).some((text) => text.includes("until")) || undefined,
      "the command to be refused",
    );
    await chat.until(
      async () =>
        openai.moderationRequests.some(({ body }) => body.input.includes("hello again")) || undefined,
      "the edit to be judged",
    );
    expect(openai.chatRequests).toHaveLength(2);
    expect(await press(chat, "ada", paused, "liftPause")).toContain("again");
    const { id } = await chat.post({ ...general("ben"), text: "@Parley once more" });
    await chat.answers({ ...general("ben"), thread: id });
  });

  it("what is flagged is answered, and whoever is blocked again and again is paused", async () => {
    const rules =
      "moderation: { categories: { hate: { action: flag } }, repeat: { blocks: 2 }, excerpts: none }";
    await using world = await open(title, rules);
    const { chat, openai } = world;
    openai.blockWords({ poison: "violence", spite: "hate" });
    const { id } = await chat.post({ ...general("ben"), text: "@Parley spite" });
    await chat.answers({ ...general("ben"), thread: id });
    const [flagged] = await notices(chat, ({ length }) => length === 1);
    expect(flagged?.text).toMatch(/hate +█+/);
    expect(flagged && names(flagged)).toEqual(["pausePerson", "showPolicy"]);
    await chat.post({ ...general("ben"), text: "@Parley poison" });
    await notices(chat, ({ length }) => length === 2);
    await chat.post({ ...general("ben"), text: "@Parley poison again" });
    await notices(
      chat,
      ({ length, 2: third }) => length === 3 && third !== undefined && names(third).includes("liftPause"),
    );
    await chat.post({ ...general("ben"), text: "@Parley hello" });
    const asked = await chat.post({ ...general("ada"), text: "@Parley and me?" });
    await chat.answers({ ...general("ada"), thread: asked.id });
    expect(openai.chatRequests).toHaveLength(2);
  });
});
