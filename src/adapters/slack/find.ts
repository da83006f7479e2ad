import type { Place } from "../../core/event.ts";
import type { CauseId, MessageId } from "../../core/ids.ts";
import type { Api } from "./api.ts";
import { causeHash, eventType } from "./messages.ts";
import { readMessages } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";

const pageSize = 200;
const maxPages = 5;

/** The messages of a place since a moment (a message's id), oldest first, with their metadata. @throws AppError `platform_*` */
export async function readSince(
  api: Api,
  { channel, thread }: Pick<Place, "channel" | "thread">,
  oldest: string,
  signal: AbortSignal,
): Promise<readonly MessagePayload[]> {
  const found: MessagePayload[] = [];
  let cursor = "";
  for (let page = 0; page < maxPages; page++) {
    const args = {
      channel,
      oldest,
      inclusive: true,
      limit: pageSize,
      include_all_metadata: true,
      ...(thread !== undefined && { ts: thread }),
      ...(cursor !== "" && { cursor }),
    };
    const method = thread === undefined ? "conversations.history" : "conversations.replies";
    const answer = (await api.call(method, args, { repeatable: true, signal })) as Page;
    found.push(...readMessages(answer.messages));
    cursor = answer.response_metadata?.next_cursor ?? "";
    if (cursor === "") break;
  }
  return found.toSorted((a, b) => Number(a.ts) - Number(b.ts));
}

export interface Page {
  readonly messages?: unknown;
  readonly response_metadata?: { readonly next_cursor?: string };
}

/**
 * Parley's messages of a cause among those of a place: by their metadata, and those without any, which are streams
 * that nobody ended (a stream takes metadata only at its end).
 */
export function ofCause(
  messages: readonly MessagePayload[],
  cause: CauseId,
  own: { readonly userId: string; readonly question: string | undefined },
): readonly { readonly id: MessageId; readonly part: number }[] {
  const hash = causeHash(cause);
  return messages
    .filter(({ user }) => user === own.userId)
    .flatMap(({ ts, metadata }) => {
      const payload = metadata?.event_type === eventType ? metadata.event_payload : undefined;
      if (payload)
        return payload["cause"] === hash ? [{ id: ts as MessageId, part: Number(payload["part"]) }] : [];
      const isOrphan =
        metadata === undefined && own.question !== undefined && Number(ts) > Number(own.question);
      return isOrphan ? [{ id: ts as MessageId, part: 0 }] : [];
    })
    .toSorted((a, b) => a.part - b.part);
}
