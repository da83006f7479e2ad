import { userPayload } from "./methods-people.ts";
import { postMessage } from "./messages.ts";
import type { Service } from "./service.ts";
import { need } from "./workspace.ts";
import type { Channel, Json } from "./workspace.ts";

export interface Changes {
  changeChannel(change: ChannelChange): void;
  /** Makes someone a guest, an admin, a former member … */
  changeUser(
    user: string,
    change: { readonly admin?: boolean; readonly guest?: boolean; readonly deleted?: boolean },
  ): void;
}

/** Who did what to a channel; `as` is a user id. */
export type ChannelChange =
  | { readonly kind: "archive" | "unarchive"; readonly as: string; readonly channel: string }
  /** Adds somebody, the bot too. */
  | { readonly kind: "invite"; readonly as: string; readonly channel: string; readonly user: string }
  /** Takes somebody out, the bot too. */
  | { readonly kind: "kick"; readonly as: string; readonly channel: string; readonly user: string }
  | { readonly kind: "topic"; readonly as: string; readonly channel: string; readonly topic: string }
  | { readonly kind: "rename"; readonly as: string; readonly channel: string; readonly name: string };

/** What happens to channels and people, with the messages and events that go with it. */
export function createChanges(service: Service): Changes {
  const { workspace, bot } = service;
  const stamp = () => ({ event_ts: workspace.newTs() });

  /** Slack writes most changes into the channel as a message with a subtype. */
  function write(channel: Channel, user: string, subtype: string, text: string, extra: Json = {}): void {
    postMessage(service, { channel, user, text, subtype, extra });
  }

  function invite(channel: Channel, inviter: string, user: string): void {
    need(workspace.users, user, "user");
    channel.members.add(user);
    const named = channel.type === "group" ? "group_join" : "channel_join";
    write(channel, user, named, `<@${user}> has joined the channel`, { inviter });
    service.emit(
      {
        type: "member_joined_channel",
        user,
        channel: channel.id,
        channel_type: channel.id.slice(0, 1),
        team: workspace.teamId,
        inviter,
        ...stamp(),
      },
      { channel, subscription: "member_joined_channel" },
    );
  }

  function kick(channel: Channel, user: string, as: string): void {
    if (!channel.members.has(user)) throw new Error(`${user} is not in ${channel.id}`);
    const isPrivate = channel.type === "group";
    if (user !== bot.id) {
      write(channel, user, isPrivate ? "group_leave" : "channel_leave", `<@${user}> has left the channel`);
    }
    channel.members.delete(user);
    if (user === bot.id) {
      const type = isPrivate ? "group_left" : "channel_left";
      service.emit({ type, channel: channel.id, actor_id: as, ...stamp() }, { subscription: type });
      return;
    }
    service.emit(
      {
        type: "member_left_channel",
        user,
        channel: channel.id,
        channel_type: channel.id.slice(0, 1),
        team: workspace.teamId,
        ...stamp(),
      },
      { channel, subscription: "member_left_channel" },
    );
  }

  return {
    changeChannel(change) {
      const channel = need(workspace.channels, change.channel, "channel");
      switch (change.kind) {
        case "archive":
        case "unarchive": {
          const type = `channel_${change.kind}`;
          write(channel, change.as, type, `<@${change.as}> ${change.kind}d the channel`);
          channel.archived = change.kind === "archive";
          service.emit(
            { type, channel: channel.id, user: change.as, ...stamp() },
            { channel, subscription: type },
          );
          break;
        }
        case "invite":
          invite(channel, change.as, change.user);
          break;
        case "kick":
          kick(channel, change.user, change.as);
          break;
        case "topic":
          channel.topic = change.topic;
          write(
            channel,
            change.as,
            "channel_topic",
            `<@${change.as}> set the channel's topic: ${change.topic}`,
            {
              topic: change.topic,
            },
          );
          break;
        case "rename":
          write(channel, change.as, "channel_name", `<@${change.as}> renamed the channel`, {
            old_name: channel.name,
            name: change.name,
          });
          channel.name = change.name;
          break;
        default:
          change satisfies never;
      }
    },
    changeUser(id, { admin, guest, deleted }) {
      const user = need(workspace.users, id, "user");
      if (admin !== undefined) user.isAdmin = admin;
      // An owner is an admin always.
      if (admin === false) user.isOwner = false;
      if (guest !== undefined) user.isRestricted = guest;
      if (deleted !== undefined) user.deleted = deleted;
      service.emit(
        {
          type: "user_change",
          user: userPayload(user),
          cache_ts: Math.floor(workspace.now() / 1_000),
          ...stamp(),
        },
        { subscription: "user_change" },
      );
    },
  };
}
