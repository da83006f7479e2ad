import { describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { platforms, startParleyOn } from "../support/platforms.ts";
import type { LocalPlatform, PlatformTitle } from "../support/platforms.ts";

interface Called {
  readonly text: string;
  readonly pings: { readonly users: readonly string[]; readonly everyone: boolean };
}

/** Parley's last message in a thread, with whom it notifies. */
function lastOf({ slack, discord }: LocalPlatform, { thread = "" }: ChatPlace): Called | undefined {
  if (discord) {
    const said = discord.messages(thread).findLast(({ author }) => author === discord.bot.id);
    return said && { text: said.content, pings: said.pings };
  }
  const said = slack
    ?.messages(slack.channels.general, { threadTs: thread })
    .findLast(({ user }) => user === slack.bot.userId);
  return (
    said && {
      text: said.shown,
      pings: { users: said.pings.users, everyone: said.pings.broadcasts.length > 0 },
    }
  );
}

describe.each(Object.keys(platforms) as PlatformTitle[])("mentions in %s", { timeout: 60_000 }, (title) => {
  it("by the model reach those who take part, and nobody else", async () => {
    await using parley = await startParleyOn(title);
    const { chat, openai, local } = parley;
    const ids = local.discord?.people ?? local.slack?.users;
    if (!ids) throw new Error("no people");
    openai.reply("ok");
    const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
    const thread: ChatPlace = { as: "ada", channel: "general", thread: id };
    await chat.answers(thread);
    openai.reply(({ messages }) => {
      const label = String(messages.at(-1)?.content).split(":")[0] ?? "";
      return `@${label}, ask @Gil, @gil, @everyone, @here or <@${ids.stranger}>. \`@${label}\`. Again @${label}.`;
    });
    await chat.post({ ...thread, as: "ben", text: "whom do I ask?" });
    await chat.answers(thread, 2);
    const said = lastOf(local, thread);
    expect(said?.text.startsWith(`<@${ids.bo}>, ask @Gil`)).toBe(true);
    expect(said?.text.split(`<@${ids.bo}>`)).toHaveLength(2);
    expect(said?.pings).toMatchObject({ users: [ids.bo], everyone: false });
  });

  it("of Parley are read alike: left out at the beginning, a name further on", async () => {
    await using parley = await startParleyOn(title);
    const { chat, openai } = parley;
    openai.reply("ok");
    const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley what can @Parley do?" });
    await chat.answers({ as: "ada", channel: "general", thread: id });
    const { content } = openai.chatRequests[0]?.body.messages.at(-1) ?? {};
    expect(content).toMatch(/^\S+: what can @Parley do\?$/);
  });
});
