import { AppError } from "../../core/errors.ts";
import type { ChannelKind, CommandGiven, PlatformEvent } from "../../core/event.ts";
import type { Forms } from "../../core/command/forms.ts";
import type { Intake } from "../../core/platform.ts";
import type { Logger } from "../../core/ports.ts";
import type { Directory } from "./directory.ts";
import { readMetadata } from "./form.ts";
import { parseBody } from "./parse.ts";
import type { ParseContext } from "./spot.ts";
import { mentionedUsers, namelessChannels } from "./read-text.ts";
import type { MessagePayload } from "./schema.ts";

/** Hands what Slack sent to the inbox. */
export interface EventIntake {
  open(intake: Intake): void;
  /** Resolves when it is in the inbox, with what Slack is to be told; only then may it be acked. @throws AppError */
  take(body: unknown): Promise<unknown>;
  /** A message as history shows it. */
  understandMessage(
    message: MessagePayload & { readonly channel: string },
    signal: AbortSignal,
  ): Promise<PlatformEvent>;
  /** Takes nothing more; resolves when what is being taken in is in the inbox, or isn't. */
  close(): Promise<void>;
}

/** Slack waits three seconds for its ack; a name that takes longer stays unknown. */
const lookUpMs = 1_500;
const maxNames = 10;

export function createEventIntake(deps: {
  readonly directory: Directory;
  readonly forms: Pick<Forms, "problemsIn">;
  readonly openForm: (command: CommandGiven) => Promise<boolean>;
  readonly context: () => ParseContext;
  readonly log: Logger;
}): EventIntake {
  const { directory, forms, openForm, context, log } = deps;
  let intake: Intake | undefined;
  /** What is being taken in, the last of each thread. */
  const last = new Map<string, Promise<unknown>>();

  /** Looks up what is needed to read a payload and isn't known. A failure costs a name, not the message. */
  async function prepare(event: Wanted, signal: AbortSignal): Promise<void> {
    const { channel, channel_type: type } = event;
    if (channel !== undefined && type !== undefined) directory.learnKind(channel, kindNamed(type));
    const message = event.message ?? event;
    const wanted = [message.user, ...mentionedUsers(message.text ?? "", maxNames)].filter(
      (id) => id !== undefined && id !== context().botUserId && directory.userName(id) === undefined,
    );
    const lookUps = [...new Set(wanted as string[])].map((id) => directory.loadUser(id, signal));
    const channels = namelessChannels(message.text ?? "", maxNames).filter(
      (id) => directory.channelName(id) === undefined,
    );
    if (channel !== undefined && directory.channelKind(channel) === undefined) channels.unshift(channel);
    for (const id of new Set(channels)) lookUps.push(directory.loadChannel(id, signal).then(() => undefined));
    for (const outcome of await Promise.allSettled(lookUps))
      if (outcome.status === "rejected")
        log.debug({ error: codeOf(outcome.reason) }, "a name could not be looked up");
  }

  async function takeNow(body: unknown): Promise<unknown> {
    const to = intake;
    if (!to) throw new AppError("closed", "nothing is taken in now");
    const wanted = wantedOf(body);
    if (isWorthReading(wanted)) await prepare(wanted, AbortSignal.timeout(lookUpMs));
    const event = parseBody(body, context());
    if (event.kind === "command") {
      const errors = forms.problemsIn(event);
      // The form stays open, with what is wrong at each field.
      if (Object.keys(errors).length > 0) return { response_action: "errors", errors };
      if (await openForm(event)) return undefined;
    }
    await to(event);
    return undefined;
  }

  return {
    open(takes) {
      intake = takes;
    },
    take(body) {
      const thread = threadOf(body);
      // In the order in which they came, whatever has to be looked up for each.
      const taken = (last.get(thread) ?? Promise.resolve()).then(() => takeNow(body));
      const settled = taken.then(
        () => undefined,
        () => undefined,
      );
      last.set(thread, settled);
      void settled.then(() => last.get(thread) === settled && last.delete(thread));
      return taken;
    },
    async understandMessage(message, signal) {
      await prepare(message, signal);
      const event = { ...message, type: "message" };
      return parseBody(
        { type: "event_callback", team_id: context().teamId, event_id: `history/${message.ts}`, event },
        context(),
      );
    },
    async close() {
      intake = undefined;
      await Promise.all(last.values());
    },
  };

  function isWorthReading(event: Wanted): boolean {
    const { botUserId, botId } = context();
    const message = event.message ?? event;
    return message.user !== botUserId && (message.bot_id === undefined || message.bot_id !== botId);
  }
}

interface Wanted {
  readonly channel?: string;
  readonly channel_type?: string | undefined;
  readonly user?: string | undefined;
  readonly bot_id?: string | null | undefined;
  readonly text?: string | null | undefined;
  readonly message?: { readonly user?: string; readonly bot_id?: string; readonly text?: string };
}

/** What a payload names and may have to be looked up: of an event, a button, a menu, a form, a slash command. */
function wantedOf(body: unknown): Wanted {
  const { event, channel, type, user, view, ...command } = (body ?? {}) as {
    readonly event?: Wanted;
    readonly channel?: { readonly id?: string };
    readonly type?: unknown;
    readonly user?: { readonly id?: string };
    readonly view?: { readonly private_metadata?: string };
    readonly channel_id?: string;
    readonly user_id?: string;
    readonly text?: string;
  };
  if (event !== undefined) return event;
  if (type === "view_submission") {
    const form = readMetadata(view?.private_metadata ?? "");
    return form ? { channel: form.channel, user: user?.id } : {};
  }
  if (typeof channel?.id === "string") return { channel: channel.id, user: user?.id };
  if (typeof command.channel_id !== "string") return {};
  return { channel: command.channel_id, user: command.user_id, text: command.text };
}

function kindNamed(type: string): ChannelKind {
  if (type === "im") return "direct";
  return type === "channel" ? "public" : "private";
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : "unknown";
}

/** What has to stay in order: a thread with what it hangs on, and all of a direct channel. */
function threadOf(body: unknown): string {
  const {
    event,
    channel,
    channel_id: command,
    message,
  } = (body ?? {}) as {
    readonly event?: Spot & {
      readonly channel?: unknown;
      readonly message?: Spot;
      readonly previous_message?: Spot;
    };
    readonly channel?: { readonly id?: unknown };
    readonly channel_id?: unknown;
    readonly message?: Spot;
  };
  const id = textOf(event?.channel ?? channel?.id ?? command);
  if (id.startsWith("D")) return id;
  const spot = event?.message ?? event?.previous_message ?? event ?? message;
  return `${id}/${textOf(spot?.thread_ts ?? spot?.ts)}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

interface Spot {
  readonly ts?: unknown;
  readonly thread_ts?: unknown;
}
