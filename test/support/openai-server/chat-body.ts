import { z } from "zod";

import { imagePart } from "./image-url.ts";
import { badRequest } from "./refusal.ts";

/** A parameter that is null is one that wasn't sent. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });
const content = z.union([z.string(), z.array(textPart).min(1)]);
const shownContent = z.union([z.string(), z.array(z.union([textPart, imagePart])).min(1)]);
const toolCall = z.strictObject({
  id: z.string().min(1),
  type: z.literal("function"),
  function: z.strictObject({ name: z.string().regex(/^[\w-]{1,64}$/), arguments: z.string() }),
});

const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "developer"]), content, name: z.string().optional() }),
  z.strictObject({ role: z.literal("user"), content: shownContent, name: z.string().optional() }),
  z
    .strictObject({
      role: z.literal("assistant"),
      content: content.nullish(),
      name: z.string().optional(),
      refusal: z.string().nullish(),
      tool_calls: z.array(toolCall).min(1).optional(),
    })
    .refine(
      (said) => isSet(said.content) || said.tool_calls !== undefined,
      "content or tool_calls is required",
    ),
  z.strictObject({ role: z.literal("tool"), content, tool_call_id: z.string().min(1) }),
]);

/** Parameters of POST /v1/chat/completions, as in openai 7.57's types; another name is refused. */
const chatBody = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish(),
  seed: z.int().nullish(),
  n: z.literal(1).nullish(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  verbosity: z.enum(["low", "medium", "high"]).nullish(),
  safety_identifier: z.string().min(1).max(64).nullish(),
  prompt_cache_key: z.string().max(64).nullish(),
  user: z.string().optional(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  store: z.boolean().nullish(),
  service_tier: z.enum(["auto", "default", "flex", "scale", "priority", "fast"]).nullish(),
  parallel_tool_calls: z.boolean().optional(),
  tool_choice: z.unknown().optional(),
  response_format: z.unknown().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal("function"),
        function: z.strictObject({
          name: z.string().regex(/^[\w-]{1,64}$/),
          description: z.string().optional(),
          parameters: z.record(z.string(), z.unknown()).optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    )
    .min(1)
    .max(128)
    .optional(),
});

export type ChatBody = z.infer<typeof chatBody>;

/** @throws Refusal for what OpenAI refuses */
export function readChatBody(value: unknown, reasons: boolean): ChatBody {
  const body = parseBody(chatBody, value);
  if (isSet(body.max_tokens)) {
    const hint = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    throw badRequest(`Unsupported parameter: ${hint}`, "max_tokens", "unsupported_parameter");
  }
  if (isSet(body.stream_options) && !body.stream) {
    throw badRequest(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      "stream_options",
    );
  }
  if (reasons && body.reasoning_effort !== "none") {
    for (const name of ["temperature", "top_p", "tools"] as const) {
      if (!isSet(body[name])) continue;
      throw badRequest(
        `Unsupported parameter: '${name}' is not supported with this model unless 'reasoning_effort' is 'none'.`,
        name,
        "unsupported_parameter",
      );
    }
  }
  checkToolAnswers(body.messages);
  return body;
}

/** Every call of a tool is answered right after it, and every answer belongs to a call. */
function checkToolAnswers(messages: ChatBody["messages"]): void {
  let open = new Set<string>();
  for (const [i, said] of messages.entries()) {
    if (said.role === "tool") {
      if (!open.delete(said.tool_call_id)) {
        throw badRequest(
          "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
          `messages[${i}]`,
        );
      }
      continue;
    }
    if (open.size > 0) throw unanswered(i);
    open = new Set(said.role === "assistant" ? said.tool_calls?.map((call) => call.id) : []);
  }
  if (open.size > 0) throw unanswered(messages.length);
}

function unanswered(at: number) {
  return badRequest(
    "An assistant message with 'tool_calls' must be followed by tool messages.",
    `messages[${at}]`,
  );
}

/** @throws Refusal for an unknown parameter or a wrong value */
export function parseBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys") {
    const param = [path, issue.keys[0]].filter(Boolean).join(".");
    throw badRequest(`Unrecognized request argument supplied: ${param}`, param, "unknown_parameter");
  }
  throw badRequest(`Invalid '${path}': ${issue?.message ?? "invalid"}`, path, "invalid_value");
}

export function textOf(value: string | readonly object[] | null | undefined): string {
  if (typeof value === "string") return value;
  return (value ?? []).map((part) => ("text" in part ? String(part.text) : "")).join("");
}
