import type { SlackServer } from "../slack-server.ts";

/** What Slack sends besides what people write (docs.slack.dev/reference/events/message, Message subtypes). */
export function makeSlackNoise(
  server: SlackServer,
  as: string,
  message: { readonly channel: string; readonly ts: string },
): void {
  const { channel } = message;
  server.react({ as, message, emoji: "eyes" });
  server.unreact({ as, message, emoji: "eyes" });
  sendPreview(server, message);
  const newcomer = server.addUser({ name: "newcomer" });
  if (channel.startsWith("D")) server.openAgentTab({ as });
  else {
    server.changeChannel({ kind: "invite", as, channel, user: newcomer });
    server.changeChannel({ kind: "topic", as, channel, topic: "Something else" });
    server.changeChannel({ kind: "rename", as, channel, name: "renamed" });
    server.changeChannel({ kind: "kick", as, channel, user: newcomer });
  }
  const ts = `${message.ts}1`;
  const item = { type: "message", channel, message: { ts: message.ts } };
  server.sendRaw({ type: "pin_added", user: as, channel_id: channel, item, event_ts: ts });
  for (const subtype of ["pinned_item", "bot_add", "reminder_add", "channel_convert_to_private"])
    server.sendRaw({ type: "message", subtype, user: as, channel, text: `<@${as}> did`, ts, event_ts: ts });
  server.sendRaw({ type: "message", subtype: "something_new", channel, ts });
  server.sendRaw({ type: "an_event_of_the_future", channel });
}

/** The preview of a link arrives as a change of the message in which only `attachments` differ. */
function sendPreview(
  server: SlackServer,
  { channel, ts }: { readonly channel: string; readonly ts: string },
): void {
  const original = server.deliveries
    .map(({ payload }) => (payload as { event?: Record<string, unknown> }).event)
    .find((event) => event?.ts === ts && event.type === "message");
  if (!original) throw new Error(`${ts} was never delivered`);
  const { channel: _channel, channel_type: type, event_ts: _event, ...message } = original;
  const attachments = [{ from_url: "https://example.org/page", title: "Example", id: 1 }];
  server.sendRaw({
    type: "message",
    subtype: "message_changed",
    hidden: true,
    channel,
    channel_type: type,
    message: { ...message, attachments },
    previous_message: message,
    ts: `${ts}2`,
    event_ts: `${ts}2`,
  });
}
