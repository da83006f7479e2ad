import { messagePayload } from "./message-payload.ts";
import { announceChange } from "./messages.ts";
import type { Service } from "./service.ts";
import type { Channel, StoredMessage } from "./workspace.ts";

/** How the agent shows itself in a thread (docs.slack.dev/ai/agent-sessions). */
export interface AgentThread {
  readonly channel: string;
  readonly threadTs: string;
  /** Of the session: `processing` shows Slack's own stop button. */
  sessionStatus: string | undefined;
  sessionTitle: string | undefined;
  title: string | undefined;
  /** What `setStatus` shows beside the name until the next message. */
  status: string;
  loadingMessages: readonly string[];
  /** Milliseconds since the epoch; a status goes by itself after two minutes. */
  statusAt: number;
}

export interface SuggestedPrompts {
  readonly channel: string;
  readonly title: string | undefined;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

const statusLifeMs = 120_000;

export function createAgents(service: Service) {
  const { workspace, bot } = service;
  const threads = new Map<string, AgentThread>();
  const prompts: SuggestedPrompts[] = [];

  function thread(channel: string, threadTs: string): AgentThread {
    const key = `${channel} ${threadTs}`;
    const known = threads.get(key);
    if (known) return known;
    const made: AgentThread = {
      channel,
      threadTs,
      sessionStatus: undefined,
      sessionTitle: undefined,
      title: undefined,
      status: "",
      loadingMessages: [],
      statusAt: 0,
    };
    threads.set(key, made);
    return made;
  }

  function postsSince(channel: string, threadTs: string, at: number): boolean {
    return (workspace.messages.get(channel) ?? []).some(
      (message) =>
        message.user === bot.id && message.threadTs === threadTs && Number(message.ts) * 1_000 > at,
    );
  }

  return {
    thread,
    prompts,
    /** As `chat.stopStream` does with `session_status`. */
    setSessionStatus(message: StoredMessage, status: string): void {
      thread(message.channel.id, message.threadTs ?? message.ts).sessionStatus = status;
    },
    /** As a person sees it now; `undefined` while the agent never showed itself there. */
    look(channel: string, threadTs: string): AgentThread | undefined {
      const known = threads.get(`${channel} ${threadTs}`);
      if (!known) return undefined;
      const isOver =
        workspace.now() - known.statusAt > statusLifeMs || postsSince(channel, threadTs, known.statusAt);
      return { ...known, ...(isOver && { status: "", loadingMessages: [] }) };
    },
    /** Slack's own stop button: ends what is streaming there, and tells the app. */
    stop(channel: Channel, threadTs: string, user: string): void {
      if (threads.get(`${channel.id} ${threadTs}`)?.sessionStatus !== "processing") {
        throw new Error("there is a stop button only while a session is processing");
      }
      const streaming = (workspace.messages.get(channel.id) ?? []).filter(
        (message) => message.threadTs === threadTs && message.stream?.state === "in_progress",
      );
      for (const message of streaming) stopStream(service, message);
      service.emit(
        {
          type: "agent_session_stopped",
          channel: channel.id,
          user,
          thread_ts: threadTs,
          streaming_message_ts: streaming.map(({ ts }) => ts),
          event_ts: workspace.newTs(),
        },
        { subscription: "agent_session_stopped" },
      );
    },
  };
}

export type Agents = ReturnType<typeof createAgents>;

function stopStream(service: Service, message: StoredMessage): void {
  const previous = messagePayload(service, message);
  if (!message.stream) return;
  message.stream.stoppedByUser = true;
  message.stream.state = "completed";
  announceChange(service, message, previous);
}
