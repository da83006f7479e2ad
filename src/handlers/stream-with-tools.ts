import type { AppError } from "../core/errors.ts";
import { withTools } from "../core/model-parameters.ts";
import { joinModerated, openModerated } from "../core/moderation.ts";
import type { Moderated } from "../core/moderation.ts";
import type { ChatMessage, ChatRequest, ToolCall, ToolDefinition } from "../core/ports.ts";
import { queryOf, searchThreadsTool, toolSays } from "../core/threads/search-tool.ts";
import { tokensPerMessage } from "../core/tokens.ts";
import { bookCalls } from "./book-calls.ts";
import type { ReplyGate } from "./reply-gate.ts";
import type { ChatMessageDeps } from "./story.ts";
import { streamAnswer } from "./stream-answer.ts";
import type { StreamedAnswer } from "./stream-answer.ts";
import type { Searching, SearchThreads } from "./threads/search-threads.ts";

export interface AskedWithTools {
  readonly request: ChatRequest;
  readonly promptTokens: number;
  /** For whom it is. */
  readonly searching: Searching;
  /** A gate for each round: what a model says before it calls a tool is not part of its answer. */
  readonly openGate: () => ReplyGate;
  /** Called when a tool is at work. */
  readonly onTool?: () => void;
  readonly onWaiting?: (ahead: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads one reply to its end, however often the model looks something up before. Calls but the last are booked here. Never throws
 * but AppError `storage_*`; see `streamAnswer`.
 */
export type StreamWithTools = (asked: AskedWithTools) => Promise<StreamedAnswer>;

export interface ToolDeps {
  readonly storage: Pick<ChatMessageDeps["storage"], "commit">;
  readonly stores: Pick<ChatMessageDeps["stores"], "ledger">;
  readonly models: Pick<ChatMessageDeps["models"], "chat" | "tokens">;
  readonly searchThreads: SearchThreads;
  readonly settings: { readonly limits: { readonly tools: readonly ToolDefinition[] } };
  readonly ambient: Pick<ChatMessageDeps["ambient"], "now" | "newId" | "log">;
}

const maxRounds = 3;
const maxCallsARound = 3;
/** A model behind a compatible server may not know tools; it is offered them again after that. */
const refusalMs = 3_600_000;

export function createStreamWithTools(deps: ToolDeps): StreamWithTools {
  const { models, searchThreads, settings } = deps;
  const { now, log } = deps.ambient;
  const refusedUntil = new Map<string, number>();

  return async ({ request, promptTokens, searching, openGate, onTool, onWaiting, signal }) => {
    const { model } = request;
    const { context } = searching;
    const parameters = settings.limits.tools.length > 0 ? withTools(model, request.parameters) : undefined;
    const isRefused = (refusedUntil.get(model) ?? 0) > now();
    let tools = parameters === undefined || isRefused ? [] : settings.limits.tools;
    const added: ChatMessage[] = [];
    let addedTokens = 0;
    for (let round = 0; ;) {
      const offered = round < maxRounds ? tools : [];
      const asked: ChatRequest = {
        ...request,
        messages: [...request.messages, ...added],
        ...(tools.length > 0 && parameters !== undefined && { parameters }),
        ...(offered.length > 0 && { tools: offered }),
      };
      // oxlint-disable-next-line no-await-in-loop -- each round reads what the one before it found.
      const answer = await streamAnswer(asked, openGate(), {
        ...deps.ambient,
        model: models.chat,
        tokens: models.tokens,
        promptTokens: promptTokens + addedTokens,
        context,
        kind: "chat",
        ...(onWaiting && { onWaiting }),
        signal,
      });
      const takesNone = offered.length > 0 && round === 0 && refusesTools(answer.error);
      if (!takesNone && (answer.error !== undefined || offered.length === 0 || answer.toolCalls.length === 0))
        return answer;
      // oxlint-disable-next-line no-await-in-loop -- it is booked before the next one is made.
      await bookCalls([answer.call, ...answer.judging], context, deps);
      if (takesNone) {
        log.warn({ model }, "the model refuses tools; asking without them");
        refusedUntil.set(model, now() + refusalMs);
        tools = [];
        continue;
      }
      onTool?.();
      // oxlint-disable-next-line no-await-in-loop -- as above.
      const said = await answerCalls(answer.toolCalls, searching, signal);
      added.push(...said);
      // oxlint-disable-next-line no-await-in-loop -- as above.
      addedTokens += await countTokens(said, model);
      round++;
    }
  };

  async function answerCalls(
    made: readonly ToolCall[],
    searching: Searching,
    signal: AbortSignal,
  ): Promise<readonly ChatMessage[]> {
    const answered = await Promise.all(
      made.slice(0, maxCallsARound).map(async (call, i) => {
        const isKnown = call.name === searchThreadsTool.name;
        const query = isKnown ? queryOf(call) : undefined;
        const found = await searchThreads(
          isKnown ? { query } : { refusal: toolSays.unknownTool },
          searching,
          signal,
        );
        await bookCalls(found.calls, searching.context, deps);
        return { id: call.id || `call_${i}`, query: found.query, content: found.content };
      }),
    );
    // What the model wrote comes back to it as far as it was judged.
    const toolCalls = answered.map(({ id, query }): ToolCall => ({
      id,
      name: searchThreadsTool.name,
      arguments: JSON.stringify(query === undefined ? {} : { query }),
    }));
    return [
      { role: "assistant", content: nothing, toolCalls },
      ...answered.map(({ id, content }): ChatMessage => ({ role: "tool", toolCallId: id, content })),
    ];
  }

  async function countTokens(said: readonly ChatMessage[], model: string): Promise<number> {
    const texts = said.flatMap((message) => [
      openModerated(message.content),
      ...(message.role === "assistant" ? (message.toolCalls ?? []).map((call) => call.arguments) : []),
    ]);
    const counts = await Promise.all(texts.map((text) => models.tokens.count(text, model)));
    return counts.reduce((sum, count) => sum + count, said.length * tokensPerMessage);
  }
}

const nothing: Moderated<string> = joinModerated([], "");

function refusesTools(error: AppError | undefined): boolean {
  return error?.facts["refusesTools"] === true;
}
