/** What Discord refuses a request with: `{ message, code, errors? }` (developers/topics/opcodes-and-status-codes). */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: ErrorTree | undefined;

  constructor(status: number, code: number, message: string, errors?: ErrorTree) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  get body(): object {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

/** Keyed as the request is, down to `_errors` at the field that is wrong. */
export interface ErrorTree {
  [key: string]: ErrorTree | readonly FieldError[];
}

export interface FieldError {
  readonly code: string;
  readonly message: string;
}

const known = {
  unauthorized: [401, 0, "401: Unauthorized"],
  noRoute: [404, 0, "404: Not Found"],
  wrongMethod: [405, 0, "405: Method Not Allowed"],
  unknownChannel: [404, 10003, "Unknown Channel"],
  unknownGuild: [404, 10004, "Unknown Guild"],
  unknownMember: [404, 10007, "Unknown Member"],
  unknownMessage: [404, 10008, "Unknown Message"],
  unknownUser: [404, 10013, "Unknown User"],
  unknownEmoji: [400, 10014, "Unknown Emoji"],
  unknownWebhook: [404, 10015, "Unknown Webhook"],
  unknownInteraction: [404, 10062, "Unknown interaction"],
  tooLarge: [413, 40005, "Request entity too large"],
  alreadyAcknowledged: [400, 40060, "Interaction has already been acknowledged."],
  noUserAgent: [403, 40333, "internal network error"],
  wrongApplication: [403, 20012, "You are not authorized to perform this action on this application"],
  missingAccess: [403, 50001, "Missing Access"],
  notInDms: [403, 50003, "Cannot execute action on a DM channel"],
  notYours: [403, 50005, "Cannot edit a message authored by another user"],
  emptyMessage: [400, 50006, "Cannot send an empty message"],
  dmsClosed: [403, 50007, "Cannot send messages to this user"],
  notText: [400, 50008, "Cannot send messages in a non-text channel"],
  missingPermissions: [403, 50013, "Missing Permissions"],
  bulkDeleteCount: [
    400,
    50016,
    "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages to delete",
  ],
  systemMessage: [403, 50021, "Cannot execute action on a system message"],
  wrongChannelType: [400, 50024, "Cannot execute action on this channel type"],
  tooOldToDelete: [400, 50034, "You can only bulk delete messages that are under 14 days old."],
  archivedThread: [400, 50083, "Thread is archived"],
  badJson: [400, 50109, "The request body contains invalid JSON."],
  noHistoryToReply: [400, 160002, "You cannot reply without permission to read message history"],
  threadExists: [400, 160004, "A thread has already been created for this message"],
  threadLocked: [403, 160005, "Thread is locked"],
} as const satisfies Record<string, readonly [number, number, string]>;

/** One of Discord's own refusals, to be thrown. */
export function refusal(name: keyof typeof known): DiscordError {
  const [status, code, message] = known[name];
  return new DiscordError(status, code, message);
}

/** Gathers everything that is wrong with a body, as Discord reports it all at once (50035). */
export function createFormErrors() {
  const tree: ErrorTree = {};
  let count = 0;
  return {
    /** `path` as in `embeds.0.title`; empty for the body itself. */
    add(path: string, code: string, message: string): void {
      count++;
      let node: ErrorTree = tree;
      for (const key of path.split(".").filter(Boolean)) {
        node[key] ??= {};
        node = node[key] as ErrorTree;
      }
      node["_errors"] = [...((node["_errors"] as FieldError[] | undefined) ?? []), { code, message }];
    },
    throwIfAny(): void {
      if (count > 0) throw invalidForm(tree);
    },
  };
}

export type FormErrors = ReturnType<typeof createFormErrors>;

/** A form with one wrong field. */
export function formError(path: string, code: string, message: string): DiscordError {
  const leaf: ErrorTree = { _errors: [{ code, message }] };
  return invalidForm(
    path
      .split(".")
      .filter(Boolean)
      .reduceRight((node, key) => ({ [key]: node }), leaf),
  );
}

function invalidForm(tree: ErrorTree): DiscordError {
  return new DiscordError(400, 50035, "Invalid Form Body", tree);
}
