import { AppError } from "../../core/errors.ts";

/** What an operator can do about an error of Slack's (docs.slack.dev/reference/methods, Errors). */
const remedies: Readonly<Record<string, string>> = {
  invalid_auth: "Slack refuses SLACK_BOT_TOKEN: copy it again from the app's page Install App",
  not_authed: "Slack misses a token: set SLACK_BOT_TOKEN",
  token_revoked: "SLACK_BOT_TOKEN was revoked: install the app again and copy the new token",
  token_expired: "SLACK_BOT_TOKEN has expired: install the app again and copy the new token",
  account_inactive: "the app was removed from the workspace: install it again and copy the new token",
  not_allowed_token_type:
    "a token of the wrong kind: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
  not_in_channel: "Parley is not in this channel: invite it with /invite",
  channel_not_found: "Parley does not see this channel: invite it with /invite",
  is_archived: "the channel is archived",
  method_not_supported_for_channel_type:
    "a direct message or a group's has no list of threads: name a channel that Parley is in",
  invalid_cursor: "the list went on from a place that is none: begin it anew",
};

/** What Slack would refuse, or answers in another way, as its refusal. */
export function refuse(error: keyof typeof remedies): AppError {
  return new AppError("platform_refused", remedies[error] ?? `Slack refused: ${error}`, { facts: { error } });
}

/** Slack's own troubles, which another attempt may not meet. */
const passing = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "accesslimited",
]);

interface VendorError {
  readonly code?: string;
  readonly retryAfter?: number;
  readonly statusCode?: number;
  readonly data?: { readonly error?: string; readonly needed?: string };
}

/**
 * The client's errors as `platform_refused` (another attempt would be refused too, `facts.error` is Slack's word),
 * `platform_unreachable` (another may do) or `aborted`. Source: @slack/web-api, errors.
 */
export function toPlatformError(thrown: unknown, signal?: AbortSignal): AppError {
  if (thrown instanceof AppError) return thrown;
  if (signal?.aborted) return new AppError("aborted", "the call was given up", { cause: signal.reason });
  const { code, retryAfter, statusCode, data } = thrown as VendorError;
  if (code === "slack_webapi_rate_limited_error")
    return new AppError("platform_unreachable", "Slack asks to wait", {
      retryAfterMs: Math.max(1, retryAfter ?? 1) * 1_000,
    });
  if (code === "slack_webapi_platform_error") {
    const error = data?.error ?? "unknown_error";
    if (passing.has(error)) return new AppError("platform_unreachable", "Slack failed", { facts: { error } });
    const { needed } = data ?? {};
    const message =
      error === "missing_scope"
        ? `the Slack app lacks the scope ${needed ?? "that this needs"}: add it under OAuth & Permissions and reinstall the app`
        : refuse(error).message;
    return new AppError("platform_refused", message, {
      facts: { error, ...(needed !== undefined && { needed }) },
    });
  }
  return new AppError("platform_unreachable", "Slack could not be reached", {
    facts: { ...(statusCode !== undefined && { status: statusCode }) },
  });
}

/** Slack's word for a refusal. */
export function refusalOf(error: unknown): string | undefined {
  const word =
    error instanceof AppError && error.code === "platform_refused" ? error.facts["error"] : undefined;
  return typeof word === "string" ? word : undefined;
}
