import type { Delivery } from "./delivery.ts";
import type { Methods } from "./method.ts";
import { visibleChannel } from "./method.ts";
import { checkView } from "./modal.ts";
import { changeReaction } from "./people.ts";
import type { Service } from "./service.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import type { Triggers } from "./triggers.ts";
import { findMessage } from "./workspace.ts";
import type { Json, StoredMessage } from "./workspace.ts";

export interface OpenView {
  readonly user: string;
  readonly view: Json;
  /** Gone once it was submitted and nothing was wrong with it. */
  isOpen: boolean;
  /** What the app said of it: block → a sentence. */
  errors: Readonly<Record<string, string>>;
}

/** docs.slack.dev/reference/methods: views.open, reactions.*. */
export function viewMethods(service: Service, triggers: Triggers, views: OpenView[]): Methods {
  const { workspace, bot } = service;
  const reactionArgs = {
    scopes: ["reactions:write"],
    required: ["channel", "name", "timestamp"],
    json: true,
  };

  function target(channelId: string, ts: string): StoredMessage {
    const channel = visibleChannel(service, channelId);
    if (!channel.members.has(bot.id)) throw new SlackRefusal("not_in_channel");
    const message = findMessage(workspace, channel.id, ts);
    if (!message) throw new SlackRefusal("message_not_found");
    if (channel.archived) throw new SlackRefusal("is_archived");
    return message;
  }

  function reaction(type: "reaction_added" | "reaction_removed", refusal: string): Methods[string] {
    return {
      ...reactionArgs,
      run({ args }) {
        const emoji = args.need("name");
        const message = target(args.need("channel"), args.need("timestamp"));
        if (!/^[\w+'-]+(::skin-tone-\d)?$/.test(emoji)) throw new SlackRefusal("invalid_name");
        if (!changeReaction(service, message, { user: bot.id, emoji, type })) throw new SlackRefusal(refusal);
        return {};
      },
    };
  }

  return {
    "reactions.add": reaction("reaction_added", "already_reacted"),
    "reactions.remove": reaction("reaction_removed", "no_reaction"),
    "views.open": {
      json: true,
      required: ["trigger_id", "view"],
      run({ args }) {
        const draft = checkView(args.structure("view", "invalid_arguments"));
        const user = triggers.redeem(args.need("trigger_id"));
        const view = {
          ...draft,
          id: workspace.newId("V"),
          team_id: workspace.teamId,
          state: { values: {} },
          hash: String(Math.floor(workspace.now())),
          app_id: bot.bot.appId,
          bot_id: bot.bot.botId,
        };
        views.push({ user, view, isOpen: true, errors: {} });
        return { view };
      },
    },
  };
}

/** What the app answers to a modal: it stays open with errors, each at a block that it has, and is gone otherwise. */
export function answerView(views: readonly OpenView[], { payload }: Delivery, response: unknown): void {
  const { type, view } = payload as { type?: unknown; view?: { id?: unknown; blocks?: readonly Json[] } };
  const open = type === "view_submission" ? views.find((each) => each.view.id === view?.id) : undefined;
  if (!open) return;
  const { response_action: action, errors = {} } = (response ?? {}) as {
    response_action?: unknown;
    errors?: Readonly<Record<string, string>>;
  };
  const inputs = (view?.blocks ?? [])
    .filter((block) => block.type === "input")
    .map((block) => block.block_id);
  const isRight = Object.keys(errors).every((id) => inputs.includes(id));
  if (action !== undefined && (action !== "errors" || !isRight || Object.keys(errors).length === 0))
    throw new Error("Slack shows no such answer to a modal");
  open.isOpen = action === "errors";
  open.errors = errors;
}
