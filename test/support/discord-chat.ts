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
    async post({ text, ...where }) {
      const content = text.replaceAll("@Parley", `<@${server.bot.id}>`);
      return server.say({ as: people[where.as], channel: channelOf(where), content });
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
    async stop({ id, ...where }) {
      const message = server.messages(channelOf(where)).find((each) => each.id === id);
      const [row] = message?.components ?? [];
      const button = row && "components" in row ? row.components[0] : undefined;
      if (!button || !("custom_id" in button)) throw new Error("there is no stop button");
      server.press({ as: people[where.as], message: id, customId: button.custom_id });
    },
    async messages(where) {
      if (!isThere(where)) return [];
      return server.messages(channelOf(where), { as: people[where.as] }).map((message) => ({
        id: message.id,
        isOwn: message.author === server.bot.id && message.type !== 18 && message.type !== 21,
        text: message.content.replaceAll(`<@${server.bot.id}>`, "@Parley"),
        writing: message.components.length > 0,
      }));
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
