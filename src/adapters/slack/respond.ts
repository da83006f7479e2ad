import { AppError } from "../../core/errors.ts";
import { attemptMs } from "./api.ts";
import { toPlatformError } from "./errors.ts";
import type { Button } from "../../core/platform.ts";
import { privateBody } from "./messages.ts";

export interface Response {
  readonly markdown: string;
  readonly buttons?: readonly Button[];
  /** Stands in place of the message in which something was pressed. */
  readonly replaces?: boolean;
  readonly thread?: string | undefined;
}

/**
 * Answers a command or a press through the address that came with it, also where Parley isn't in the channel: five times within half
 * an hour (docs.slack.dev/interactivity/handling-user-interaction).
 * @throws AppError `platform_refused` where the address is used up, `platform_unreachable`, `aborted`
 */
export async function respond(
  url: string,
  { markdown, buttons, replaces = false, thread }: Response,
  privacy: "private" | "public",
  signal: AbortSignal,
): Promise<void> {
  const body = {
    response_type: privacy === "private" ? "ephemeral" : "in_channel",
    replace_original: replaces,
    ...(thread !== undefined && !replaces && { thread_ts: thread }),
    ...privateBody(markdown, buttons),
  };
  let status: number;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
    });
    status = response.status;
    await response.body?.cancel();
  } catch (error) {
    throw toPlatformError(error, signal);
  }
  if (status < 300) return;
  const isPassing = status === 429 || status >= 500;
  const code = isPassing ? "platform_unreachable" : "platform_refused";
  throw new AppError(code, "Slack did not take an answer", { facts: { status } });
}
