import { setTimeout as sleep } from "node:timers/promises";

/** What people do and see on any of the platforms, under the playground's names for people and channels. */
export interface ChatClient {
  /** Says something; `@Parley` is a mention. Answers the message's id, under which its thread is found too. */
  post(draft: ChatDraft): Promise<{ readonly id: string }>;
  edit(target: ChatTarget, text: string): Promise<void>;
  remove(target: ChatTarget): Promise<void>;
  /** Presses stop under a reply. */
  stop(target: ChatTarget): Promise<void>;
  /** Presses a button under a message, also one that this person alone sees. */
  press(target: ChatTarget, action: string): Promise<void>;
  /** Puts 👍 or 👎 under a message, or takes it off. */
  react(target: ChatTarget, emoji: "👍" | "👎", isOn: boolean): Promise<void>;
  /** What a person sees there, oldest first. */
  messages(where: ChatPlace): Promise<readonly SeenMessage[]>;
  /** What Parley told this person alone. */
  notices(where: ChatPlace): Promise<readonly string[]>;
  /** The same, with what can be pressed there, the latest last; what answers a press is among them. */
  told(where: ChatPlace): Promise<readonly SeenNotice[]>;
  /** Complete answers of Parley's, oldest first, once there are so many. */
  answers(where: ChatPlace, count?: number): Promise<readonly SeenMessage[]>;
  /** Parley's answer while it is being written. */
  writing(where: ChatPlace): Promise<SeenMessage>;
  /** The same message is delivered once more, as the platform does after a lost ack. */
  deliverAgain(target: ChatTarget): Promise<void>;
  until<T>(probe: () => Promise<T | undefined>, what: string): Promise<T>;
}

export type Who = "ada" | "ben";
export type Where = "general" | "random" | "dm-ada" | "dm-ben";

export interface ChatPlace {
  readonly as: Who;
  readonly channel: Where;
  /** The message that the thread hangs on. */
  readonly thread?: string;
}

export interface ChatDraft extends ChatPlace {
  readonly text: string;
  /** Not in the playground, which takes none. */
  readonly files?: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly content: string | Uint8Array;
  }[];
}

export interface ChatTarget extends ChatPlace {
  readonly id: string;
}

export interface SeenMessage {
  readonly id: string;
  readonly isOwn: boolean;
  readonly text: string;
  readonly writing: boolean;
  /** The actions of its buttons. */
  readonly buttons: readonly string[];
  /** What pictures in it say to those who can't see them. */
  readonly pictures: readonly string[];
}

export interface SeenNotice {
  readonly id: string;
  readonly text: string;
  readonly buttons: readonly string[];
}

const patienceMs = 20_000;

/** What is the same on every platform, over what differs. */
export function completeChatClient(
  client: Omit<ChatClient, "answers" | "writing" | "until" | "stop">,
): ChatClient {
  const until: ChatClient["until"] = async (probe, what) => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = await probe();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
      await sleep(15);
    }
  };
  const own = async (where: ChatPlace) => (await client.messages(where)).filter(({ isOwn }) => isOwn);
  return {
    ...client,
    until,
    stop: (target) => client.press(target, "stop"),
    answers: (where, count = 1) =>
      until(
        async () => {
          const answers = await own(where);
          return answers.length >= count && !answers.some(({ writing }) => writing) ? answers : undefined;
        },
        `${count} complete answer(s) in ${where.channel}/${where.thread ?? ""}`,
      ),
    writing: (where) =>
      until(async () => (await own(where)).find(({ writing }) => writing), "an answer that is being written"),
  };
}
