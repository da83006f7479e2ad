import { isObject } from "./arguments.ts";
import { checkBlocks } from "./blocks.ts";
import type { Methods } from "./method.ts";
import { visibleChannel } from "./method.ts";
import { changeReaction } from "./people.ts";
import type { Service } from "./service.ts";
import { SlackRefusal, invalidArguments } from "./slack-refusal.ts";
import type { Triggers } from "./triggers.ts";
import { findMessage } from "./workspace.ts";
import type { Json, StoredMessage } from "./workspace.ts";

export interface OpenView {
  readonly user: string;
  readonly view: Json;
}

const maxMetadataChars = 3_000;
const maxTitleChars = 24;

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
        views.push({ user, view });
        return { view };
      },
    },
  };
}

/** The outline of a modal (docs.slack.dev/reference/views/modal-views). */
function checkView(value: unknown): Json {
  if (!isObject(value)) throw invalidArguments("must be an object [json-pointer:/view]");
  const { type, title, blocks, private_metadata: metadata } = value;
  if (type !== "modal") throw invalidArguments("unsupported type [json-pointer:/view/type]");
  const titleText = isObject(title) && typeof title.text === "string" ? title.text : "";
  if (titleText === "" || titleText.length > maxTitleChars) {
    throw invalidArguments(
      `must be less than ${maxTitleChars + 1} characters [json-pointer:/view/title/text]`,
    );
  }
  if (!Array.isArray(blocks) || !blocks.every(isObject)) {
    throw invalidArguments("missing required field: blocks [json-pointer:/view]");
  }
  if (typeof metadata === "string" && metadata.length > maxMetadataChars) {
    throw invalidArguments("must be less than 3001 characters [json-pointer:/view/private_metadata]");
  }
  checkBlocks(blocks);
  return value;
}
