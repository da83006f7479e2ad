import { completeChatClient } from "./chat-client.ts";
import type { ChatClient, ChatPlace, Who } from "./chat-client.ts";
import type { SlackServer } from "./slack-server.ts";

/** People in the local Slack. */
export function createSlackChat(server: SlackServer): ChatClient {
  const people: Record<Who, string> = { ada: server.users.ada, ben: server.users.bo };
  const channelOf = ({ channel }: ChatPlace): string => {
    if (channel === "dm-ada") return server.im(people.ada);
    if (channel === "dm-ben") return server.im(people.ben);
    return server.channels[channel];
  };
  const markup = (text: string) => text.replaceAll("@Parley", `<@${server.bot.userId}>`);
  const viewOf = (where: ChatPlace) => ({
    as: people[where.as],
    ...(where.thread !== undefined && { threadTs: where.thread }),
  });

  return completeChatClient({
    async post({ text, thread, ...where }) {
      const { ts } = server.say({
        as: people[where.as],
        channel: channelOf(where),
        text: markup(text),
        ...(thread !== undefined && { threadTs: thread }),
      });
      return { id: ts };
    },
    async edit({ id, ...where }, text) {
      const message = { channel: channelOf(where), ts: id };
      server.edit({ as: people[where.as], message, text: markup(text) });
    },
    async remove({ id, ...where }) {
      server.remove({ as: people[where.as], message: { channel: channelOf(where), ts: id } });
    },
    async stop({ id, ...where }) {
      const message = { channel: channelOf(where), ts: id };
      server.press({ as: people[where.as], message, actionId: "stop" });
    },
    async messages(where) {
      return server.messages(channelOf(where), viewOf(where)).map((message) => ({
        id: message.ts,
        isOwn: message.user === server.bot.userId,
        text: message.shown.replaceAll(`<@${server.bot.userId}>`, "@Parley"),
        writing:
          message.streamingState === "in_progress" ||
          message.blocks.some((block) => (block as { type?: string }).type === "actions"),
      }));
    },
    async notices(where) {
      return server.ephemerals(people[where.as]).map(({ text }) => text);
    },
    async deliverAgain({ id }) {
      const delivery = server.deliveries.findLast(({ payload }) => {
        const { event } = payload as { event?: { ts?: string } };
        return event?.ts === id;
      });
      if (!delivery) throw new Error("it was never delivered");
      server.repeat(delivery);
    },
  });
}
