import type { CallContext } from "../../core/ledger.ts";
import type { CommandContext } from "./command.ts";

/** For whom a call of the model service is made that a command needs. */
export function callContextOf(
  { place, conversation, person }: Pick<CommandContext, "place" | "conversation" | "person">,
  persona: string,
): CallContext {
  const { platform, workspace, channel, thread } = place;
  return {
    platform,
    workspace,
    channel,
    ...(thread !== undefined && { thread }),
    conversation,
    person,
    persona,
  };
}
