import type { OpenAI } from "openai";

import { openModerated } from "../../core/moderation.ts";
import type { ChatMessage, ChatRequest } from "../../core/ports.ts";
import { dataUrl } from "./data-url.ts";
import { hashPerson } from "./person-hash.ts";

type ChatBody = OpenAI.ChatCompletionCreateParamsStreaming;

/** The body of a streamed chat completion. Parameters that are not set are not sent: models differ in what they allow. */
export function chatBody(request: ChatRequest): ChatBody {
  const { parameters, tools } = request;
  const { temperature, topP, frequencyPenalty, presencePenalty, stop, reasoningEffort, verbosity } =
    parameters;
  return {
    model: request.model,
    messages: request.messages.map(messageParam),
    stream: true,
    stream_options: { include_usage: true },
    max_completion_tokens: parameters.maxTokens,
    safety_identifier: hashPerson(request.person),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(frequencyPenalty !== undefined && { frequency_penalty: frequencyPenalty }),
    ...(presencePenalty !== undefined && { presence_penalty: presencePenalty }),
    ...(stop?.length && { stop: [...stop] }),
    ...(reasoningEffort !== undefined && { reasoning_effort: reasoningEffort }),
    ...(verbosity !== undefined && { verbosity }),
    ...(tools?.length && { tools: tools.map(toolParam) }),
  };
}

function messageParam(message: ChatMessage): OpenAI.ChatCompletionMessageParam {
  const content = openModerated(message.content);
  switch (message.role) {
    case "system":
      return { role: "system", content };
    case "user": {
      const { pictures } = message;
      if (!pictures?.length) return { role: "user", content };
      const parts = pictures.map((picture) => ({
        type: "image_url" as const,
        image_url: { url: dataUrl(openModerated(picture)) },
      }));
      return { role: "user", content: [{ type: "text", text: content }, ...parts] };
    }
    case "assistant": {
      const { toolCalls } = message;
      if (!toolCalls?.length) return { role: "assistant", content };
      return { role: "assistant", content: content || null, tool_calls: toolCalls.map(toolCallParam) };
    }
    case "tool":
      return { role: "tool", content, tool_call_id: message.toolCallId };
    default:
      return message satisfies never;
  }
}

function toolCallParam(call: { readonly id: string; readonly name: string; readonly arguments: string }) {
  return { id: call.id, type: "function" as const, function: { name: call.name, arguments: call.arguments } };
}

function toolParam(tool: NonNullable<ChatRequest["tools"]>[number]): OpenAI.ChatCompletionTool {
  const { name, description, parameters } = tool;
  return { type: "function", function: { name, description, parameters: { ...parameters } } };
}
