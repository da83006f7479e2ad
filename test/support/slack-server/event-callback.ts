import type { AppEvent, Service } from "./service.ts";
import type { Json } from "./workspace.ts";

/** The wrapper of every event (docs.slack.dev/apis/events-api, Callback field overview). */
export function eventCallback(service: Service, event: AppEvent, eventId: string): Json {
  const { workspace, bot } = service;
  const channel = channelOf(event);
  return {
    token: "local-verification-token",
    team_id: workspace.teamId,
    context_team_id: workspace.teamId,
    context_enterprise_id: null,
    api_app_id: bot.bot.appId,
    event,
    type: "event_callback",
    event_id: eventId,
    event_time: Math.floor(workspace.now() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.teamId,
        user_id: bot.id,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel:
      channel === undefined ? false : (workspace.channels.get(channel)?.extShared ?? false),
    event_context: `4-${Buffer.from(eventId).toString("base64url")}`,
  };
}

function channelOf(event: AppEvent): string | undefined {
  return typeof event.channel === "string" ? event.channel : undefined;
}
