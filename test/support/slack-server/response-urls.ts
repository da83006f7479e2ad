import type { IncomingMessage, ServerResponse } from "node:http";

import { createArguments, isObject } from "./arguments.ts";
import { readContent, saysSomething } from "./content.ts";
import { readBytes, sendJson, sendText } from "./http.ts";
import { changeMessage, deleteMessage, postMessage } from "./messages.ts";
import { threadOf } from "./methods-chat.ts";
import type { Service } from "./service.ts";
import { SlackRefusal } from "./slack-refusal.ts";
import { findMessage } from "./workspace.ts";
import type { Channel, Json } from "./workspace.ts";

// docs.slack.dev/interactivity/handling-user-interaction, Using a response URL: five uses within 30 minutes.
const maxUses = 5;
const lifeMs = 30 * 60_000;

export interface ResponseTarget {
  readonly channel: Channel;
  readonly user: string;
  /** The message that a button stands in; a command has none. */
  readonly messageTs?: string | undefined;
  readonly threadTs?: string | undefined;
}

interface Issued extends ResponseTarget {
  uses: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface RecordedResponse {
  readonly path: string;
  readonly body: Json;
  readonly status: number;
}

/** URLs that answer a command or an action. */
export function createResponseUrls(service: Service) {
  const { workspace, bot, url } = service;
  const issued = new Map<string, Issued>();
  const responses: RecordedResponse[] = [];
  const newBlockId = () => workspace.newId("b").slice(2, 7);

  /** Does what an answer says. @throws SlackRefusal */
  function apply(target: ResponseTarget, body: Json): void {
    const args = createArguments(body);
    const { channel, user } = target;
    if (args.flag("delete_original")) return removeOriginal(target);
    const content = readContent(args, newBlockId);
    if (!saysSomething(content)) throw new SlackRefusal("no_text");
    const { text = "", blocks, isMarkdown } = content;
    if (args.flag("replace_original")) return replaceOriginal(target, text, blocks);
    // The thread of the message isn't kept by itself: an answer says it.
    const threadTs = threadOf(service, channel, args.text("thread_ts"));
    if (args.text("response_type") === "in_channel") {
      const unfurl = { links: false, media: true };
      postMessage(service, { channel, user: bot.id, text, blocks, isMarkdown, threadTs, unfurl });
    } else {
      workspace.ephemerals.push({ ts: workspace.newTs(), channel: channel.id, user, text, blocks, threadTs });
    }
  }

  function removeOriginal({ channel, messageTs = "" }: ResponseTarget): void {
    const message = findMessage(workspace, channel.id, messageTs);
    if (message) return deleteMessage(service, message);
    const at = workspace.ephemerals.findIndex(({ ts }) => ts === messageTs);
    if (at < 0) throw new SlackRefusal("message_not_found");
    workspace.ephemerals.splice(at, 1);
  }

  function replaceOriginal(target: ResponseTarget, text: string, blocks: readonly Json[] | undefined): void {
    const { channel, messageTs = "" } = target;
    const message = findMessage(workspace, channel.id, messageTs);
    if (message) return changeMessage(service, message, { text, blocks });
    const at = workspace.ephemerals.findIndex(({ ts }) => ts === messageTs);
    const shown = workspace.ephemerals[at];
    if (!shown) throw new SlackRefusal("message_not_found");
    workspace.ephemerals[at] = { ...shown, text, blocks };
  }

  return {
    responses: responses as readonly RecordedResponse[],
    apply,
    issue(kind: "commands" | "actions", target: ResponseTarget): string {
      const path = `/${kind}/${workspace.teamId}/${workspace.newId("").slice(1)}/${issued.size + 1}`;
      issued.set(path, { ...target, uses: 0, until: workspace.now() + lifeMs });
      return url() + path;
    },
    has: (path: string) => issued.has(path),
    async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
      const target = issued.get(path);
      const body = parse(await readBytes(request));
      const finish = (status: number, refusal?: SlackRefusal) => {
        responses.push({ path, body: body ?? {}, status });
        if (refusal) sendJson(response, status, refusal.body);
        else sendText(response, status, "ok");
      };
      if (!target || target.until < workspace.now()) return finish(404, new SlackRefusal("expired_url"));
      if (target.uses >= maxUses) return finish(404, new SlackRefusal("used_url"));
      if (!body) return finish(400, new SlackRefusal("invalid_payload"));
      target.uses++;
      try {
        apply(target, body);
        finish(200);
      } catch (error) {
        if (!(error instanceof SlackRefusal)) throw error;
        finish(400, error);
      }
    },
  };
}

export type ResponseUrls = ReturnType<typeof createResponseUrls>;

function parse(bytes: Buffer): Json | undefined {
  try {
    const value = JSON.parse(bytes.toString()) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
