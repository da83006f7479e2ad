import { DiscordAPIError, HTTPError } from "discord.js";

import { AppError } from "../../core/errors.ts";

// Codes of Discord's refusals (developers/topics/opcodes-and-status-codes, JSON Error Codes).
export const refusals = {
  unknownChannel: 10_003,
  unknownMember: 10_007,
  unknownMessage: 10_008,
  unknownUser: 10_013,
  alreadyAcknowledged: 40_060,
  missingAccess: 50_001,
  notInDirect: 50_003,
  wrongChannelType: 50_024,
  invalidForm: 50_035,
  archivedThread: 50_083,
  noHistory: 160_002,
  threadExists: 160_004,
} as const;

/** What an operator can do about a refusal; the rest says itself what it is about. */
const remedies: Readonly<Record<number, string>> = {
  50_001: "Parley cannot see this channel; give its role View Channel there",
  50_013:
    "Parley lacks a permission in this channel; give its role Send Messages, Send Messages in Threads, Create Public Threads and Read Message History there",
  50_003: "a direct channel has no threads: name a channel of a server",
  50_024: "this channel has no threads: name a text channel, an announcement channel or a forum",
  160_002: "Parley lacks Read Message History in this channel; give it to its role there",
};

/** What Discord would refuse, or answers in another way, as its refusal. */
export function refuse(code: (typeof refusals)[keyof typeof refusals]): AppError {
  return new AppError("platform_refused", remedies[code] ?? "Discord refused the request", {
    facts: { code },
  });
}

/**
 * Discord's errors and the network's as `platform_refused` (another attempt would be refused too), `platform_unreachable`
 * (another attempt may do) or `aborted`.
 */
export function toPlatformError(thrown: unknown, signal?: AbortSignal): AppError {
  if (thrown instanceof AppError) return thrown;
  if (signal?.aborted) return new AppError("aborted", "the call was given up", { cause: thrown });
  if (thrown instanceof DiscordAPIError) {
    const { status, method } = thrown;
    const code = Number(thrown.code);
    const message = remedies[code] ?? `Discord refused the request: ${thrown.message}`;
    const facts = { status, code, method };
    return new AppError("platform_refused", message, { cause: withoutRequest(thrown), facts });
  }
  if (thrown instanceof HTTPError) {
    const { status, method } = thrown;
    const facts = { status, method };
    return new AppError("platform_unreachable", "Discord failed", { cause: withoutRequest(thrown), facts });
  }
  // After a 401 the client has forgotten the token (@discordjs/rest, handleErrors and resolveRequest).
  if (thrown instanceof Error && thrown.message.startsWith("Expected token to be set"))
    return new AppError("platform_refused", "Discord refused the token before", { cause: thrown });
  return new AppError("platform_unreachable", "Discord could not be reached", { cause: thrown });
}

/** The client's errors carry the request, and with it what was to be said. */
function withoutRequest({ name, message, stack }: Error): Error {
  return Object.assign(new Error(message), { name, stack });
}

/** The code of a refusal by Discord. */
export function refusalCode(error: unknown): number | undefined {
  const code = error instanceof AppError ? error.facts["code"] : undefined;
  return typeof code === "number" ? code : undefined;
}
