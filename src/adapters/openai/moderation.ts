import type { OpenAI } from "openai";
import { z } from "zod";

import { AppError } from "../../core/errors.ts";
import { noTokens } from "../../core/ledger.ts";
import type { ModelCall } from "../../core/ledger.ts";
import { worstOf } from "../../core/moderation.ts";
import type { CategoryScores, ModerationModel, NewId, Now } from "../../core/ports.ts";
import { modelError, translateError } from "./errors.ts";
import { dataUrl } from "./data-url.ts";
import { splitIntoPieces } from "./pieces.ts";
import type { PieceSize } from "./pieces.ts";
import { watchCall } from "./watch-call.ts";

type ImageInput = OpenAI.ModerationImageURLInput;

export interface ModerationModelOptions {
  /** `omni-moderation-latest` when left out. */
  readonly model?: string;
  readonly pieceSize?: PieceSize;
  /** For one call of the service, with its repetitions; the client's own when left out. */
  readonly timeoutMs?: number;
}

const defaultPieceSize: PieceSize = { maxChars: 8_000, overlapChars: 200 };

/** The service has refused longer lists as too many inputs; its documentation names no number. */
const maxPiecesPerRequest = 32;

/** `illicit` and `illicit/violent` are null where a model doesn't know them. */
const moderationResult = z.object({
  flagged: z.boolean(),
  categories: z.record(z.string(), z.boolean().nullable()),
  category_scores: z.record(z.string(), z.number().nullable()),
});

const moderationResponse = z.object({
  id: z.string().optional(),
  model: z.string().optional(),
  results: z.array(moderationResult),
});

/** Text moderation. Long texts are judged in pieces, and a text has the worst score of its pieces. */
export function createModerationModel(
  client: OpenAI,
  options: ModerationModelOptions,
  deps: { readonly now: Now; readonly newId: NewId },
): ModerationModel {
  const {
    model = "omni-moderation-latest",
    pieceSize = defaultPieceSize,
    timeoutMs = client.timeout,
  } = options;
  const { now, newId } = deps;

  async function request(input: readonly string[] | readonly [ImageInput], signal: AbortSignal) {
    const call = watchCall(signal, model);
    try {
      call.signal.throwIfAborted();
      call.wait("model_timeout", timeoutMs);
      const created = client.moderations.create(
        { model, input: [...input] as string[] | ImageInput[] },
        { signal: call.signal },
      );
      const { data, request_id: requestId } = await created.withResponse();
      const { success, data: parsed } = moderationResponse.safeParse(data);
      if (!success || parsed.results.length !== input.length) {
        throw modelError("model_malformed", { model, ...(requestId && { requestId }) });
      }
      return { ...parsed, results: parsed.results.map(readScores), responseId: requestId ?? parsed.id };
    } catch (thrown) {
      const error = call.reason() ?? translateError(thrown, { model, begun: false });
      if (error.code === "aborted") throw error;
      throw moderationUnavailable(error);
    } finally {
      call.close();
    }
  }

  return {
    async classify(texts, signal) {
      const startedAt = now();
      const pieces = texts.flatMap((text, index) =>
        splitIntoPieces(text, pieceSize).map((piece) => ({ index, piece })),
      );
      const results: CategoryScores[] = texts.map(() => ({}));
      let answeredBy = model;
      let responseId: string | undefined;
      for (let from = 0; from < pieces.length; from += maxPiecesPerRequest) {
        const batch = pieces.slice(from, from + maxPiecesPerRequest);
        // oxlint-disable-next-line no-await-in-loop -- one message never holds more than one place at the service.
        const answer = await request(
          batch.map(({ piece }) => inputOf(piece)),
          signal,
        );
        for (const [i, { index }] of batch.entries()) {
          results[index] = worstOf([results[index] ?? {}, answer.results[i] ?? {}]);
        }
        answeredBy = answer.model ?? model;
        responseId ??= answer.responseId;
      }
      return { results, call: callOf(answeredBy, responseId, startedAt) };
    },
    async classifyPicture(picture, signal) {
      const startedAt = now();
      // One picture a request (platform.openai.com/docs/guides/moderation).
      const answer = await request([{ type: "image_url", image_url: { url: dataUrl(picture) } }], signal);
      const scores = worstOf(answer.results);
      return { scores, call: callOf(answer.model ?? model, answer.responseId, startedAt) };
    },
  };

  function callOf(answeredBy: string, responseId: string | undefined, startedAt: number): ModelCall {
    return {
      callId: newId(),
      ...(responseId !== undefined && { responseId }),
      model: answeredBy,
      kind: "moderation",
      tokens: noTokens,
      estimated: false,
      startedAt,
      durationMs: now() - startedAt,
      finishReason: "stop",
    };
  }
}

function moderationUnavailable(error: AppError): AppError {
  const { facts, retryAfterMs, code } = error;
  return new AppError("moderation_unavailable", "moderation is unavailable", {
    cause: error,
    facts: { ...facts, reason: code },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Empty input is refused by some services, and a message may be nothing but a file. */
function inputOf(piece: string): string {
  return piece.trim() === "" ? "." : piece;
}

/** A result that is flagged without saying why counts as one category of its own, so that it isn't lost. */
function readScores(result: z.infer<typeof moderationResult>): CategoryScores {
  const names = new Set([...Object.keys(result.categories), ...Object.keys(result.category_scores)]);
  const scores: Record<string, { flagged: boolean; score: number }> = {};
  for (const name of names) {
    const flagged = result.categories[name] ?? undefined;
    const score = result.category_scores[name] ?? undefined;
    if (flagged === undefined && score === undefined) continue;
    scores[name] = { flagged: flagged ?? false, score: score ?? (flagged ? 1 : 0) };
  }
  const isExplained = Object.values(scores).some(({ flagged }) => flagged);
  return result.flagged && !isExplained ? { ...scores, flagged: { flagged: true, score: 1 } } : scores;
}
