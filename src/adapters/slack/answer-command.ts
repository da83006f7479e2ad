import { splitAnswer } from "../../core/answer-parts.ts";
import type { CommandGiven, Place } from "../../core/event.ts";
import type { CauseId, MessageId } from "../../core/ids.ts";
import type { OutgoingAnswer, OutgoingFile, Platform } from "../../core/platform.ts";
import { en } from "../../core/words/en.ts";
import type { Api } from "./api.ts";
import { refusalOf } from "./errors.ts";
import { privateBody } from "./messages.ts";
import type { DirectChannels } from "./notice.ts";
import type { Post } from "./post.ts";
import { renderMessages } from "./render.ts";
import { respond } from "./respond.ts";
import type { Response } from "./respond.ts";
import type { Upload } from "./upload.ts";

/** One less than a command's own address can be used, so that rendering may split once more. */
const maxMessages = 4;
/** Between Slack's clock and Parley's. */
const skewMs = 60_000;

/**
 * Answers a command: privately by an ephemeral message, which Slack keeps nowhere, so that one whose answer was lost may come
 * twice; openly by messages that are found again.
 */
export function createAnswerCommand(deps: {
  readonly api: Api;
  readonly post: Pick<Post, "post" | "sendDirect">;
  readonly direct: DirectChannels;
  readonly upload: Upload;
  readonly maxMessageChars: number;
}): Platform["answerCommand"] {
  const { api, post, direct, upload, maxMessageChars } = deps;

  /** By the command's own address where it has one and it still works; else by what is left to a member of the channel. */
  async function tell(
    command: CommandGiven,
    response: Pick<Response, "markdown" | "buttons">,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { place, by, answerTo } = command;
    if (answerTo !== undefined && (await responded(answerTo, response, "private", signal))) return true;
    const thread = threadOf(place);
    const args = {
      channel: place.channel,
      user: by.id,
      ...(thread !== undefined && { thread_ts: thread }),
      ...privateBody(response.markdown, response.buttons),
    };
    try {
      await api.call("chat.postEphemeral", args, { repeatable: true, signal });
      return true;
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      return false;
    }
  }

  async function tellAll(
    command: CommandGiven,
    { cause, buttons }: Pick<OutgoingAnswer, "cause" | "buttons">,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { place, by } = command;
    const parts = texts.flatMap((text, index) =>
      renderMessages(text).map((markdown) => ({ markdown, index })),
    );
    for (const [at, { markdown, index }] of parts.entries()) {
      const response = { markdown, ...(at === parts.length - 1 && buttons && { buttons }) };
      const text = texts[index] ?? "";
      if (!(await tell(command, response, signal)))
        await post.sendDirect(place.workspace, by.id, partOf(cause, index), text, signal);
    }
  }

  async function postAll(
    command: CommandGiven,
    cause: CauseId,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { answerTo, place } = command;
    for (const [index, text] of texts.entries()) {
      try {
        await post.post(lookedUpSince(place, command.sentAt), partOf(cause, index), { text }, signal);
      } catch (error) {
        const isOut = refusalOf(error) !== undefined && answerTo !== undefined;
        if (!isOut) throw error;
        // Parley isn't in the channel.
        for (const markdown of renderMessages(text))
          if (!(await responded(answerTo, { markdown }, "public", signal))) throw error;
      }
    }
  }

  /** Nobody else sees a file in the direct channel. */
  async function attach(
    { place, by }: CommandGiven,
    { privacy }: OutgoingAnswer,
    files: readonly OutgoingFile[],
    signal: AbortSignal,
  ): Promise<void> {
    if (files.length === 0) return;
    const privately = async () => upload.share({ channel: await direct.open(by.id, signal) }, files, signal);
    if (privacy === "private") return privately();
    try {
      await upload.share({ channel: place.channel, thread: place.thread }, files, signal);
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      await privately();
    }
  }

  return async (command, answer, signal) => {
    const { texts, files } = splitAnswer(answer, { maxMessageChars, maxMessages }, en.commands);
    // With Parley alone, what is posted is as private, and stays.
    const isOpen = answer.privacy === "public" || command.channelKind === "direct";
    if (isOpen) await postAll(command, answer.cause, texts, signal);
    else await tellAll(command, answer, texts, signal);
    await attach(command, answer, files, signal);
  };
}

/** Whether the address still took it. */
async function responded(
  url: string,
  response: Response,
  privacy: OutgoingAnswer["privacy"],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await respond(url, response, privacy, signal);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === "platform_refused";
}

/** Nobody sees an ephemeral message in a thread that has not begun. */
function threadOf({ thread, replyTo }: Place): string | undefined {
  return (thread as string | undefined) === replyTo ? undefined : thread;
}

/** A slash command is no message; what answers it is looked for since a little before it. */
function lookedUpSince(place: Place, sentAt: number): Place {
  if (place.replyTo !== undefined) return place;
  return { ...place, replyTo: ((sentAt - skewMs) / 1_000).toFixed(6) as MessageId };
}

function partOf(cause: CauseId, index: number): CauseId {
  return `${cause}/${index}` as CauseId;
}
