import { MessageFlags } from "discord-api-types/v10";

import { completeChatClient } from "./chat-client.ts";
import type { ChatClient, ChatPlace, Who } from "./chat-client.ts";
import type { DiscordServer } from "./discord-server.ts";

/** People in the local Discord. */
export function createDiscordChat(server: DiscordServer): ChatClient {
  const people: Record<Who, string> = { ada: server.people.ada, ben: server.people.bo };
  const channelOf = ({ channel, thread }: ChatPlace): string => {
    if (thread !== undefined) return thread;
    if (channel === "dm-ada") return server.dm(people.ada);
    if (channel === "dm-ben") return server.dm(people.ben);
    return server.channels[channel];
  };
  const isThere = ({ thread, channel }: ChatPlace): boolean =>
    thread === undefined ||
    server.threads(server.channels[channel as "general"]).some(({ id }) => id === thread);

  return completeChatClient({
    async post({ text, files = [], ...where }) {
      const content = text.replaceAll("@Parley", `<@${server.bot.id}>`);
      return server.say({ as: people[where.as], channel: channelOf(where), content, attachments: files });
    },
    async edit({ as, id }, text) {
      server.edit({
        as: people[as],
        message: id,
        content: text.replaceAll("@Parley", `<@${server.bot.id}>`),
      });
    },
    async remove({ as, id }) {
      server.remove({ as: people[as], message: id });
    },
    async press({ as, id }, customId) {
      server.press({ as: people[as], message: id, customId });
    },
    async react({ as, id }, emoji, isOn) {
      // With a tone of skin, as people choose it.
      const act = { as: people[as], message: id, emoji: emoji === "👍" ? "👍🏽" : emoji };
      if (isOn) server.react(act);
      else server.unreact(act);
    },
    async messages(where) {
      if (!isThere(where)) return [];
      const all = server.messages(channelOf(where), { as: people[where.as] });
      // What one person alone sees is told, not said.
      const said = all.filter(({ flags }) => (flags & MessageFlags.Ephemeral) === 0);
      return said.map((message) => {
        const buttons = actionsIn(message.components);
        return {
          id: message.id,
          isOwn: message.author === server.bot.id && message.type !== 18 && message.type !== 21,
          text: message.content.replaceAll(`<@${server.bot.id}>`, "@Parley"),
          writing: buttons.includes("stop"),
          buttons,
          pictures: message.attachments.flatMap(({ content_type: type, description }) =>
            type?.startsWith("image/") ? [description ?? ""] : [],
          ),
        };
      });
    },
    async told({ as }) {
      const answers = server
        .interactions()
        .filter((interaction) => interaction.as === people[as])
        .flatMap(({ original, followUps }) => [...(original ? [original] : []), ...followUps])
        .filter(({ flags }) => (flags & MessageFlags.Ephemeral) !== 0);
      return [...new Map(answers.map((each) => [each.id, each])).values()].map(
        ({ id, content, components }) => ({ id, text: content, buttons: actionsIn(components) }),
      );
    },
    async notices({ as }) {
      return server
        .messages(server.dm(people[as]), { as: people[as] })
        .filter(({ author }) => author === server.bot.id)
        .map(({ content }) => content);
    },
    async deliverAgain({ id }) {
      const event = server
        .dispatched()
        .findLast(({ t, d }) => t === "MESSAGE_CREATE" && (d as { id: string }).id === id);
      if (!event) throw new Error("it was never delivered");
      server.dispatchRaw("MESSAGE_CREATE", event.d);
    },
  });
}

interface Row {
  readonly components?: readonly { readonly custom_id?: string }[];
}

const actionsIn = (rows: readonly unknown[]) =>
  (rows as readonly Row[]).flatMap(({ components = [] }) => components).map(({ custom_id: id }) => id ?? "");
