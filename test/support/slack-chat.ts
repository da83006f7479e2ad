import { completeChatClient } from "./chat-client.ts";
import type { ChatClient, ChatPlace, Who } from "./chat-client.ts";
import type { MessageView, SlackServer } from "./slack-server.ts";

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
    async post({ text, thread, files, ...where }) {
      const { ts } = server.say({
        as: people[where.as],
        channel: channelOf(where),
        text: markup(text),
        ...(files && { files }),
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
    async press({ id, ...where }, actionId) {
      server.press({ as: people[where.as], message: { channel: channelOf(where), ts: id }, actionId });
    },
    async react({ id, ...where }, emoji, isOn) {
      const act = {
        as: people[where.as],
        message: { channel: channelOf(where), ts: id },
        // With a tone of skin, as Slack's clients send it.
        emoji: emoji === "👍" ? "+1::skin-tone-3" : "-1",
      };
      if (isOn) server.react(act);
      else server.unreact(act);
    },
    async messages(where) {
      return server.messages(channelOf(where), viewOf(where)).map((message) => {
        const buttons = actionsIn(message.blocks);
        return {
          id: message.ts,
          isOwn: message.user === server.bot.userId,
          text: withoutLabels(message).replaceAll(`<@${server.bot.userId}>`, "@Parley"),
          writing: message.streamingState === "in_progress" || buttons.includes("stop"),
          buttons,
          pictures: (message.blocks ?? []).flatMap(({ type, alt_text: alt }) =>
            type === "image" ? [String(alt)] : [],
          ),
        };
      });
    },
    async told({ as }) {
      return server.ephemerals(people[as]).map(({ ts, text, blocks = [] }) => ({
        id: ts,
        text,
        buttons: actionsIn(blocks),
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

interface Actions {
  readonly type?: string;
  readonly elements?: readonly { readonly action_id?: string; readonly text?: { readonly text?: string } }[];
}

const elementsIn = (blocks: readonly unknown[]) =>
  (blocks as readonly Actions[]).flatMap(({ type, elements = [] }) => (type === "actions" ? elements : []));

const actionsIn = (blocks: readonly unknown[]) => elementsIn(blocks).map(({ action_id: id }) => id ?? "");

/** What the server shows ends in the labels of the buttons. */
function withoutLabels({ shown, blocks }: MessageView): string {
  const labels = elementsIn(blocks)
    .map(({ text }) => text?.text ?? "")
    .join("\n");
  return labels !== "" && shown.endsWith(labels) ? shown.slice(0, -labels.length).trimEnd() : shown;
}
