import { isObject } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";
import { checkBlocks } from "./blocks.ts";
import { checkMarkdown, readBlocks, readMetadata } from "./content.ts";
import { messagePayload } from "./message-payload.ts";
import { announceChange, postMessage } from "./messages.ts";
import { postableChannel, threadOf } from "./methods-chat.ts";
import { visibleChannel } from "./method.ts";
import type { MethodCall, Methods } from "./method.ts";
import type { Service } from "./service.ts";
import { SlackRefusal, invalidArguments } from "./slack-refusal.ts";
import { findMessage } from "./workspace.ts";
import type { Json, StoredMessage, Stream } from "./workspace.ts";

export interface StreamOptions {
  /** From the start, whatever is appended; about 5 min with Slack (slackapi/python-slack-sdk#1859). */
  readonly lifeMs: number;
  /** Channels are refused, as some workspaces do (`channel_type_not_supported`). */
  readonly imsOnly: boolean;
  /** An agent session gets this status when its stream stops. */
  readonly onSessionStatus: (message: StoredMessage, status: string) => void;
}

interface Piece {
  readonly mode: Stream["mode"];
  readonly text: string;
  readonly blocks: readonly Json[];
}

const chunkTypes = new Set(["markdown_text", "task_update", "plan_update", "blocks"]);
const maxTaskTextChars = 256;
const sessionStatuses = ["active", "processing", "suspended", "closed"];

type StreamMessage = StoredMessage & { stream: Stream };

/** docs.slack.dev/reference/methods: chat.startStream, appendStream, stopStream. */
export function streamMethods(service: Service, options: StreamOptions): Methods {
  const { workspace, bot } = service;
  const newBlockId = () => workspace.newId("b").slice(2, 7);
  const chatWrite = { scopes: ["chat:write"], json: true } as const;

  function start({ args, scopes }: MethodCall): Json {
    const piece = readPiece(args);
    const channel = postableChannel(service, args.need("channel"), scopes);
    const { imsOnly, lifeMs } = options;
    if (imsOnly && channel.type !== "im") throw new SlackRefusal("channel_type_not_supported");
    const threadTs = threadOf(service, channel, args.need("thread_ts"));
    const recipientUser = args.text("recipient_user_id");
    if (channel.type !== "im") checkRecipient(recipientUser, args.text("recipient_team_id"));
    const message = postMessage(service, {
      channel,
      user: bot.id,
      text: piece.text,
      isMarkdown: true,
      blocks: piece.blocks.length > 0 ? piece.blocks : undefined,
      threadTs,
      unfurl: { links: false, media: true },
      stream: {
        state: "in_progress",
        mode: piece.mode,
        recipientUser,
        expiresAt: workspace.now() + lifeMs,
        stoppedByUser: false,
        replaced: false,
      },
    });
    setTimeout(() => expire(service, message), lifeMs + 1).unref();
    return { channel: channel.id, ts: message.ts };
  }

  function checkRecipient(user: string | undefined, team: string | undefined): void {
    // Slack names the team first (openclaw/openclaw#21213).
    if (!team) throw new SlackRefusal("missing_recipient_team_id");
    if (!user) throw new SlackRefusal("missing_recipient_user_id");
    const person = workspace.users.get(user);
    if (!person || person.bot) throw new SlackRefusal("user_not_found");
    if (person.teamId !== team) throw new SlackRefusal("team_not_found");
  }

  function append({ args }: MethodCall): Json {
    const piece = readPiece(args);
    const message = openStream(args);
    if (piece.mode === undefined) throw new SlackRefusal("no_text");
    const previous = messagePayload(service, message);
    add(message, piece);
    announceChange(service, message, previous);
    return { channel: message.channel.id, ts: message.ts };
  }

  function stop({ args }: MethodCall): Json {
    const piece = readPiece(args);
    const blocks = readBlocks(args, newBlockId);
    const metadata = readMetadata(args);
    const status = args.text("session_status");
    if (status !== undefined && !sessionStatuses.includes(status)) {
      throw invalidArguments("invalid value [json-pointer:/session_status]");
    }
    const message = openStream(args);
    const previous = messagePayload(service, message);
    add(message, piece);
    if (blocks) message.blocks = [...(message.blocks ?? []), ...blocks];
    if (metadata) message.metadata = metadata;
    message.stream.state = "completed";
    announceChange(service, message, previous);
    if (status !== undefined) options.onSessionStatus(message, status);
    const { channel, ts } = message;
    return { channel: channel.id, ts, message: messagePayload(service, message, true) };
  }

  function openStream(args: Arguments): StreamMessage {
    const channel = visibleChannel(service, args.need("channel"));
    const message = findMessage(workspace, channel.id, args.need("ts"));
    if (!message) throw new SlackRefusal("message_not_found");
    if (message.user !== bot.id) throw new SlackRefusal("message_not_owned_by_app");
    expire(service, message);
    if (message.stream?.stoppedByUser) throw new SlackRefusal("stopped_by_user");
    if (message.stream?.state !== "in_progress") throw new SlackRefusal("message_not_in_streaming_state");
    if (channel.archived) throw new SlackRefusal("is_archived");
    return message as StreamMessage;
  }

  /** A stream takes only what it first was given: text, or chunks of every kind. */
  function add(message: StreamMessage, { mode, text, blocks }: Piece): void {
    if (mode === undefined) return;
    message.stream.mode ??= mode;
    if (message.stream.mode !== mode) throw new SlackRefusal("streaming_mode_mismatch");
    message.text += text;
    if (blocks.length > 0) message.blocks = [...(message.blocks ?? []), ...blocks];
  }

  return {
    "chat.startStream": { ...chatWrite, required: ["channel", "thread_ts"], run: start },
    "chat.appendStream": { ...chatWrite, required: ["channel", "ts"], run: append },
    "chat.stopStream": { ...chatWrite, required: ["channel", "ts"], run: stop },
  };
}

/** @throws SlackRefusal */
function readPiece(args: Arguments): Piece {
  const markdown = args.text("markdown_text");
  const chunks = args.structure("chunks", "invalid_chunks");
  if (markdown !== undefined && markdown !== "" && chunks !== undefined) {
    throw invalidArguments("cannot provide both `markdown_text` and `chunks`");
  }
  if (chunks !== undefined) return readChunks(chunks);
  if (markdown === undefined || markdown === "") return { mode: undefined, text: "", blocks: [] };
  checkMarkdown(markdown);
  return { mode: "markdown_text", text: markdown, blocks: [] };
}

function readChunks(value: unknown): Piece {
  if (!Array.isArray(value) || !value.every(isObject)) throw new SlackRefusal("invalid_chunks");
  let text = "";
  const blocks: Json[] = [];
  for (const chunk of value) {
    if (!chunkTypes.has(String(chunk.type))) throw new SlackRefusal("invalid_chunks");
    if (chunk.type === "markdown_text") {
      if (typeof chunk.text !== "string") throw new SlackRefusal("invalid_chunks");
      checkMarkdown(chunk.text);
      text += chunk.text;
    } else if (chunk.type === "blocks") {
      if (!Array.isArray(chunk.blocks) || !chunk.blocks.every(isObject)) {
        throw new SlackRefusal("invalid_chunks");
      }
      checkBlocks(chunk.blocks);
      blocks.push(...chunk.blocks);
    } else if (typeof chunk.title !== "string" || chunk.title.length > maxTaskTextChars) {
      throw new SlackRefusal("invalid_chunks");
    }
  }
  // An empty list, with which the SDK's chat-stream ends a stream, is no content.
  return { mode: value.length > 0 ? "chunks" : undefined, text, blocks };
}

/** Ends a stream whose time is over; Slack leaves its text as it is and marks it as failed. */
function expire(service: Service, message: StoredMessage): void {
  const { stream } = message;
  if (message.deleted || stream?.state !== "in_progress" || stream.expiresAt > service.workspace.now())
    return;
  const previous = messagePayload(service, message);
  stream.state = "errored";
  announceChange(service, message, previous);
}
