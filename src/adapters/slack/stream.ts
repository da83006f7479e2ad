import { toAppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { MessageId, PersonId } from "../../core/ids.ts";
import type { Fence } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { refusalOf } from "./errors.ts";
import { actionBlocks, metadataOf } from "./messages.ts";
import type { Content, Mark } from "./messages.ts";
import { Posted } from "./schema.ts";

/** A message that Slack shows growing. `over`: the stream takes no more, and the whole text is to be put in its place. */
export interface Stream {
  readonly id: MessageId;
  append(text: string, fence: Fence): Promise<"shown" | "over" | "gone">;
  end(content: Content, mark: Mark, fence: Fence): Promise<"shown" | "over" | "gone">;
}

/** Of one call (docs.slack.dev/reference/methods/chat.appendStream). */
const maxPieceChars = 12_000;

/**
 * Begins a stream with a text; answers nothing where Slack refuses one here. A lost answer is an error: the stream may
 * stand, and is found as Parley's own message without metadata. @throws AppError `platform_unreachable`, `aborted`
 */
export async function createStream(
  place: Place,
  asker: PersonId,
  beginning: string,
  fence: Fence,
  api: Api,
): Promise<Stream | undefined> {
  const { channel, thread, workspace } = place;
  let appended = beginning;
  const start = {
    channel,
    thread_ts: thread,
    recipient_team_id: workspace,
    recipient_user_id: asker,
    // Without a text it stands all the same (ChatStreamer.stop of @slack/web-api begins one so).
    ...(beginning !== "" && { markdown_text: beginning }),
  };
  let id: MessageId;
  try {
    // Where Slack asks to wait, a message of the other kind may go out at once.
    const { signal, check } = fence;
    const answer = await api.call("chat.startStream", start, {
      repeatable: false,
      optional: true,
      signal,
      check,
    });
    id = Posted.parse(answer).ts as MessageId;
  } catch (error) {
    const { code, retryAfterMs } = toAppError(error);
    if (code === "platform_refused" || retryAfterMs !== undefined) return undefined;
    throw error;
  }

  /** What of a text is to be appended; nothing where it no longer begins with what stands there. */
  function restOf(text: string): string | undefined {
    const rest = text.startsWith(appended) ? text.slice(appended.length) : undefined;
    return rest !== undefined && rest.length <= maxPieceChars ? rest : undefined;
  }

  return {
    id,
    async append(text, { signal, check }) {
      const rest = restOf(text);
      // Held back: the end puts the whole text in place.
      if (rest === undefined || rest === "" || !api.pace.hasRoom("chat.appendStream")) return "shown";
      try {
        const args = { channel, ts: id, markdown_text: rest };
        await api.call("chat.appendStream", args, { repeatable: false, optional: true, signal, check });
        appended = text;
        return "shown";
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === "message_not_found") return "gone";
        // Slack asks to wait: it was not appended.
        if (toAppError(error).retryAfterMs !== undefined) return "shown";
        // Whether it was appended isn't known: never appended again, the end replaces it.
        appended = `${text}\u0000`;
        if (refusal === undefined) throw error;
        return "over";
      }
    },
    async end({ markdown, buttons = [] }, mark, { signal, check }) {
      const rest = restOf(markdown);
      try {
        const piece = rest === undefined || rest === "" ? {} : { markdown_text: rest };
        const blocks = actionBlocks(buttons);
        const below = rest !== undefined && blocks.length > 0 ? { blocks } : {};
        const args = { channel, ts: id, ...piece, ...below, metadata: metadataOf(mark) };
        // A lost answer is no loss: what follows replaces the whole text.
        await api.call("chat.stopStream", args, { repeatable: false, signal, check });
        return rest === undefined ? "over" : "shown";
      } catch (error) {
        if (refusalOf(error) === "message_not_found") return "gone";
        if (toAppError(error).code === "aborted") throw error;
        return "over";
      }
    },
  };
}
