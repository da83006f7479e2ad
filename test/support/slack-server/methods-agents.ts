import type { AgentThread, Agents } from "./agents.ts";
import { isObject } from "./arguments.ts";
import { isTs } from "./ids.ts";
import { visibleChannel } from "./method.ts";
import type { MethodCall, Methods } from "./method.ts";
import type { Service } from "./service.ts";
import { SlackRefusal, invalidArguments } from "./slack-refusal.ts";
import type { Json } from "./workspace.ts";

const statuses = ["active", "processing", "suspended", "closed"];
const maxTitleChars = 200;
const maxPrompts = 4;
const maxLoadingMessages = 10;

/** docs.slack.dev/reference/methods: assistant.threads.*, agents.sessions.*. */
export function agentMethods(service: Service, agents: Agents): Methods {
  const { workspace, bot } = service;

  function place({ args }: MethodCall, missingThread = "invalid_thread_ts"): AgentThread {
    const channel = visibleChannel(service, args.need("channel_id"));
    if (!channel.members.has(bot.id)) throw new SlackRefusal("channel_not_found");
    const ts = args.need("thread_ts");
    const message = workspace.messageByTs.get(`${channel.id} ${ts}`);
    if (!isTs(ts) || !message || message.deleted) throw new SlackRefusal(missingThread);
    return agents.thread(channel.id, message.threadTs ?? ts);
  }

  function checkTitle(title: string): void {
    if (title.length > maxTitleChars) {
      throw invalidArguments(`must be less than ${maxTitleChars + 1} characters [json-pointer:/title]`);
    }
  }

  function requireAgent(): void {
    if (!service.agentView) throw new SlackRefusal("not_agent_app");
  }

  return {
    "assistant.threads.setStatus": {
      scopes: ["chat:write", "assistant:write"],
      json: true,
      required: ["channel_id", "thread_ts"],
      run(call) {
        const thread = place(call);
        const messages = call.args.structure("loading_messages", "invalid_arguments") ?? [];
        const isList = Array.isArray(messages) && messages.every((entry) => typeof entry === "string");
        if (!isList || messages.length > maxLoadingMessages) {
          throw invalidArguments("must be an array of strings [json-pointer:/loading_messages]");
        }
        // An empty status clears it.
        thread.status = call.args.text("status") ?? "";
        thread.loadingMessages = messages;
        thread.statusAt = workspace.now();
        return {};
      },
    },
    "assistant.threads.setTitle": {
      scopes: ["assistant:write"],
      json: true,
      required: ["channel_id", "thread_ts", "title"],
      run(call) {
        place(call).title = call.args.need("title");
        return {};
      },
    },
    "assistant.threads.setSuggestedPrompts": {
      scopes: ["assistant:write"],
      json: true,
      required: ["channel_id", "prompts"],
      run({ args }) {
        const channel = visibleChannel(service, args.need("channel_id"));
        const prompts = readPrompts(args.structure("prompts", "invalid_arguments"));
        // "Including it in a call for an agent app will cause the call to silently fail" (the method's page, thread_ts).
        if (service.agentView && args.given("thread_ts")) return {};
        agents.prompts.push({ channel: channel.id, title: args.text("title"), prompts });
        return {};
      },
    },
    "agents.sessions.setStatus": {
      scopes: ["chat:write"],
      json: true,
      required: ["status"],
      run(call) {
        requireAgent();
        const { args } = call;
        const status = args.need("status");
        if (!statuses.includes(status)) throw invalidArguments("invalid value [json-pointer:/status]");
        const title = args.text("title");
        if (title !== undefined) checkTitle(title);
        const thread = place(call, "thread_not_found");
        if (thread.sessionStatus === undefined && title !== undefined) thread.sessionTitle = title;
        thread.sessionStatus = status;
        const isDeaf = !service.subscriptions().has("agent_session_stopped");
        return {
          status,
          agent_status: status,
          ...(thread.sessionTitle !== undefined && { title: thread.sessionTitle }),
          ...(isDeaf && { warning: "missing_agent_session_stopped_event_subscription" }),
        };
      },
    },
    "agents.sessions.rename": {
      scopes: ["chat:write"],
      json: true,
      required: ["channel_id", "title"],
      run(call) {
        requireAgent();
        const title = call.args.need("title");
        checkTitle(title);
        const thread = place(call, "thread_not_found");
        if (thread.sessionStatus === undefined) throw new SlackRefusal("session_not_found");
        thread.sessionTitle = title;
        return { title };
      },
    },
  };
}

function readPrompts(value: unknown): readonly { readonly title: string; readonly message: string }[] {
  const isPrompt = (entry: unknown): entry is Json & { title: string; message: string } =>
    isObject(entry) && typeof entry.title === "string" && typeof entry.message === "string";
  if (!Array.isArray(value) || value.length > maxPrompts || !value.every(isPrompt)) {
    throw invalidArguments("failed to match all allowed schemas [json-pointer:/prompts]");
  }
  return value.map(({ title, message }) => ({ title, message }));
}
