import type { Agents, AgentThread } from "./agents.ts";
import { isObject } from "./arguments.ts";
import type { Delivery, EnvelopeKind } from "./delivery.ts";
import { messagePayload } from "./message-payload.ts";
import type { OpenView } from "./methods-views.ts";
import { fillIn } from "./modal.ts";
import type { MessageRef } from "./people.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { openIm } from "./seeded-workspace.ts";
import type { Service } from "./service.ts";
import type { Triggers } from "./triggers.ts";
import { findMessage, maySee, need } from "./workspace.ts";
import type { Channel, Json, User } from "./workspace.ts";

/** What people do with the app itself. Each answers what was delivered, or does what an event says. */
export interface UsingApp {
  /** A click on an element of a message, an ephemeral one too. */
  press(act: {
    readonly as: string;
    readonly message: MessageRef;
    readonly actionId: string;
    /** Chooses among elements with the same `action_id` (feedback, menus). */
    readonly value?: string;
  }): Delivery;
  slash(act: {
    readonly as: string;
    readonly channel: string;
    readonly command: string;
    readonly text?: string;
  }): Delivery;
  /** Fills in the modal that stands open for this person, by block id, and submits it. What isn't named stays as it is. */
  submitView(act: { readonly as: string; readonly values: Readonly<Record<string, string>> }): Delivery;
  /** Chooses one of the app's entries in the menu of a message. */
  shortcut(act: { readonly as: string; readonly message: MessageRef; readonly callbackId: string }): Delivery;
  /** Opens the app's messages tab, while looking at a channel. */
  openAgentTab(act: { readonly as: string; readonly lookingAt?: string }): void;
  /** Looks at another channel with the agent's pane open. */
  lookElsewhere(act: { readonly as: string; readonly lookingAt: string }): void;
  /** Slack's own stop button. */
  stopAgentSession(act: { readonly as: string; readonly channel: string; readonly threadTs: string }): void;
  /** What the agent shows in a thread now. */
  agentThread(channel: string, threadTs: string): AgentThread | undefined;
}

export interface UsingAppDeps {
  readonly service: Service;
  readonly agents: Agents;
  readonly responseUrls: ResponseUrls;
  readonly triggers: Triggers;
  readonly views: readonly OpenView[];
  readonly deliver: (kind: EnvelopeKind, payload: Json) => Delivery;
}

export function createUsingApp(deps: UsingAppDeps): UsingApp {
  const { service, agents, responseUrls, triggers, deliver } = deps;
  const { workspace, bot } = service;

  function actor(as: string, channelId: string): { user: User; channel: Channel } {
    const user = need(workspace.users, as, "user");
    const channel = need(workspace.channels, channelId, "channel");
    if (!maySee(user, channel, workspace.teamId)) throw new Error(`${user.name} cannot see ${channelId}`);
    return { user, channel };
  }

  const common = (user: User) => ({
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: bot.bot.appId,
    token: "local-verification-token",
    trigger_id: triggers.issue(user.id),
    team: { id: workspace.teamId, domain: workspace.domain },
    enterprise: null,
    is_enterprise_install: false,
  });

  function context(lookingAt: string | undefined): Json {
    if (lookingAt === undefined) return {};
    const entity = { type: "slack#/types/channel_id", value: lookingAt, team_id: workspace.teamId };
    return { context: { entities: [entity] } };
  }

  return {
    press({ as, message: ref, actionId, value }) {
      const { user, channel } = actor(as, ref.channel);
      const message = findMessage(workspace, channel.id, ref.ts);
      const shown = workspace.ephemerals.find(({ ts, user: to }) => ts === ref.ts && to === as);
      const blocks = message?.blocks ?? shown?.blocks ?? [];
      const found = findElement(blocks, actionId, value);
      if (!found) throw new Error(`no element ${actionId} in message ${ref.ts}`);
      const threadTs = message?.threadTs ?? shown?.threadTs;
      return deliver("interactive", {
        type: "block_actions",
        ...common(user),
        container: {
          type: "message",
          message_ts: ref.ts,
          channel_id: channel.id,
          is_ephemeral: message === undefined,
          ...(threadTs !== undefined && { thread_ts: threadTs }),
        },
        channel: { id: channel.id, name: channel.type === "im" ? "directmessage" : channel.name },
        ...(message && { message: messagePayload(service, message) }),
        state: { values: {} },
        response_url: responseUrls.issue("actions", { channel, user: as, messageTs: ref.ts, threadTs }),
        actions: [{ ...found, action_ts: workspace.newTs() }],
      });
    },
    slash({ as, channel: channelId, command, text = "" }) {
      const { user, channel } = actor(as, channelId);
      return deliver("slash_commands", {
        token: "local-verification-token",
        team_id: workspace.teamId,
        team_domain: workspace.domain,
        channel_id: channel.id,
        channel_name:
          channel.type === "im" ? "directmessage" : channel.type === "group" ? "privategroup" : channel.name,
        user_id: user.id,
        user_name: user.name,
        command,
        text,
        api_app_id: bot.bot.appId,
        is_enterprise_install: "false",
        response_url: responseUrls.issue("commands", { channel, user: as }),
        trigger_id: triggers.issue(as),
      });
    },
    submitView({ as, values }) {
      const user = need(workspace.users, as, "user");
      const open = deps.views.findLast((view) => view.user === as && view.isOpen);
      if (!open) throw new Error(`no modal is open for ${user.name}`);
      return deliver("interactive", {
        type: "view_submission",
        ...common(user),
        view: { ...open.view, state: { values: fillIn(open.view, values) } },
        response_urls: [],
      });
    },
    shortcut({ as, message: ref, callbackId }) {
      const { user, channel } = actor(as, ref.channel);
      const message = findMessage(workspace, channel.id, ref.ts);
      if (!message) throw new Error(`no message ${ref.ts}`);
      const { threadTs } = message;
      return deliver("interactive", {
        type: "message_action",
        ...common(user),
        callback_id: callbackId,
        action_ts: workspace.newTs(),
        message_ts: ref.ts,
        channel: { id: channel.id, name: channel.type === "im" ? "directmessage" : channel.name },
        message: messagePayload(service, message),
        response_url: responseUrls.issue("actions", { channel, user: as, messageTs: ref.ts, threadTs }),
      });
    },
    openAgentTab({ as, lookingAt }) {
      const channel = openIm(workspace, as, bot.id);
      service.emit(
        {
          type: "app_home_opened",
          user: as,
          channel: channel.id,
          tab: "messages",
          ...(service.agentView && context(lookingAt)),
          event_ts: workspace.newTs(),
        },
        { subscription: "app_home_opened" },
      );
    },
    lookElsewhere({ as, lookingAt }) {
      if (!service.agentView) throw new Error("only an agent is told what people look at");
      const channel = openIm(workspace, as, bot.id);
      service.emit(
        {
          type: "app_context_changed",
          user: as,
          channel: channel.id,
          ...context(lookingAt),
          event_ts: workspace.newTs(),
        },
        { subscription: "app_context_changed" },
      );
    },
    stopAgentSession({ as, channel: channelId, threadTs }) {
      const { user, channel } = actor(as, channelId);
      agents.stop(channel, threadTs, user.id);
    },
    agentThread: agents.look,
  };
}

/** What a click on the element says, in an action's own fields. */
function findElement(blocks: readonly Json[], actionId: string, value: string | undefined): Json | undefined {
  for (const block of blocks) {
    const elements = [...(Array.isArray(block.elements) ? block.elements : []), block.accessory];
    for (const element of elements) {
      if (!isObject(element) || element.action_id !== actionId) continue;
      const chosen = choose(element, value);
      if (chosen) return { type: element.type, action_id: actionId, block_id: block.block_id, ...chosen };
    }
  }
  return undefined;
}

function choose(element: Json, value: string | undefined): Json | undefined {
  switch (element.type) {
    case "feedback_buttons": {
      const buttons = [element.positive_button, element.negative_button].filter(isObject);
      const pressed = buttons.find((button) => button.value === value);
      return pressed && { text: pressed.text, value };
    }
    case "static_select":
    case "overflow": {
      const options = (Array.isArray(element.options) ? element.options : []).filter(isObject);
      const selected = options.find((option) => option.value === value);
      return selected && { selected_option: selected };
    }
    default:
      if (value !== undefined && element.value !== value) return undefined;
      return { text: element.text, ...(element.value !== undefined && { value: element.value }) };
  }
}
