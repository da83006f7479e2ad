import type { Channel, Json, User, Workspace } from "./workspace.ts";

/** An event for the app, as it stands in an `event_callback`. */
export type AppEvent = Json & { readonly type: string };

export interface EmitOptions {
  /** Events of a channel come only while the bot is in it. */
  readonly channel?: Channel;
  /** What the app must be subscribed to, such as `message.channels`. */
  readonly subscription: string;
}

/** What every part of the server works on. */
export interface Service {
  readonly workspace: Workspace;
  readonly bot: User & { readonly bot: { readonly botId: string; readonly appId: string } };
  /** The app is an agent (`features.agent_view` in its manifest). */
  readonly agentView: boolean;
  readonly subscriptions: () => ReadonlySet<string>;
  /** `app_mention` comes before the `message` event of the same message; either order is seen with Slack. */
  readonly mentionFirst: boolean;
  readonly emit: (event: AppEvent, options: EmitOptions) => void;
  /** `http://127.0.0.1:PORT` */
  readonly url: () => string;
}
