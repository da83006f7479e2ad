import type { ChannelId, PersonId, WorkspaceId } from "../../../src/core/ids.ts";
import type { SlackServer } from "../slack-server.ts";
import type { KnownChannel, Names, Who } from "./harness.ts";

/** How people and channels are named in what people write. */
export function namesIn(server: SlackServer, ids: Readonly<Record<Who, string>>): Names {
  const { general, secret } = server.channels;
  const names: Readonly<Record<Who, string>> = { admin: "ada", member: "bo", guest: "guest" };
  return {
    parley: { typed: `<@${server.bot.userId}>`, heard: "", heardWithin: "@Parley" },
    person: (who) => ({ typed: `<@${ids[who]}>`, heard: `@${names[who]}` }),
    channel: (room) =>
      room === "public"
        ? { typed: `<#${general}|general>`, heard: "#general" }
        : { typed: `<#${secret}|>`, heard: "#private-channel" },
    link: {
      typed: "<https://example.org/a?b=c&amp;d=e|a page>",
      heard: "[a page](https://example.org/a?b=c&d=e)",
    },
    typed: (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    live: [
      `<@${ids.member}>`,
      `<@${ids.member}|bo>`,
      "<!channel>",
      "<!here>",
      "<!everyone>",
      "<!here|here>",
      "<!subteam^S0123ABCD|@team>",
      `<#${general}>`,
      "@channel",
      "@here",
      "@everyone",
    ],
  };
}

/** Every channel of the local Slack. */
export function channelsOf(server: SlackServer, ids: Readonly<Record<Who, string>>): readonly KnownChannel[] {
  const { general, random, secret, archived, elsewhere, hidden, shared, group } = server.channels;
  const channel = (id: string, title: string, facts?: KnownChannel["facts"]): KnownChannel => ({
    workspace: server.team.id as WorkspaceId,
    id: id as ChannelId,
    ...(facts && { facts }),
    title,
  });
  return [
    channel(general, "general", { name: "general", kind: "public" }),
    channel(random, "random", { name: "random", kind: "public" }),
    channel(secret, "secret", { name: "secret", kind: "private" }),
    channel(archived, "old-news", { name: "old-news", kind: "public" }),
    channel(elsewhere, "elsewhere"),
    channel(hidden, "hidden"),
    channel(shared, "shared"),
    channel(group, "the group", { name: "mpdm-ada--bo--parley-1", kind: "private" }),
    ...Object.entries(ids).map(([who, id]) =>
      channel(server.im(id), `direct channel of ${who}`, { name: who, kind: "direct" }),
    ),
  ];
}

export const person = (id: string, name: string, rights: { isAdmin?: boolean; isGuest?: boolean } = {}) => ({
  id: id as PersonId,
  name,
  isAdmin: false,
  isGuest: false,
  isBot: false,
  ...rights,
});
