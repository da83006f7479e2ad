import { commandsOnMessages } from "../../core/command/on-message.ts";
import { usageHint } from "../../core/command/format.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import { accessEvents } from "./access-changes.ts";

/** What Parley needs to be told (docs.slack.dev/reference/events). */
const botEvents = [
  ...accessEvents,
  "agent_session_stopped",
  "app_home_opened",
  "app_mention",
  "message.channels",
  "message.groups",
  "message.im",
  "message.mpim",
  "reaction_added",
  "reaction_removed",
].toSorted();

/** The least with which everything works; docs/slack.md says what each is for. */
export const scopes = [
  "app_mentions:read",
  "assistant:write",
  "channels:history",
  "channels:read",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
  "groups:read",
  "im:history",
  "im:read",
  "im:write",
  "mpim:history",
  "mpim:read",
  "reactions:read",
  "users:read",
];

/** Without these Parley lacks something that everybody uses; long answers as files and feedback are more seldom. */
export const neededScopes = scopes.filter((scope) => !["files:write", "reactions:read"].includes(scope));

/**
 * The app's manifest (docs.slack.dev/reference/app-manifest). With `publicUrl` Slack calls Parley there; without, Parley
 * connects to Slack.
 */
export function createSlackManifest({
  table,
  publicUrl,
}: {
  /** The commands that are offered. */
  readonly table: CommandTable;
  readonly publicUrl?: string | undefined;
}) {
  const url = publicUrl === undefined ? undefined : new URL("/slack/events", publicUrl).href;
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: "Parley",
      description: "Ask in a channel, a thread or directly",
      background_color: "#1f3a5f",
    },
    features: {
      agent_view: { agent_description: "Ask Parley anything. It remembers each conversation by itself." },
      app_home: {
        home_tab_enabled: false,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: "Parley", always_online: true },
      shortcuts: commandsOnMessages(table).map(({ name, label, help }) => ({
        name: label,
        type: "message",
        callback_id: name,
        description: help,
      })),
      slash_commands: [
        {
          command: "/parley",
          description: "Ask privately, and steer Parley",
          usage_hint: usageHint(table),
          should_escape: true,
          ...(url !== undefined && { url }),
        },
      ],
    },
    oauth_config: { scopes: { bot: scopes } },
    settings: {
      event_subscriptions: { bot_events: botEvents, ...(url !== undefined && { request_url: url }) },
      interactivity: { is_enabled: true, ...(url !== undefined && { request_url: url }) },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}
