import { Refusal, unknownModel, wrongKey } from "./refusal.ts";

/** What goes wrong with a request. The messages quote the key and the prompt, which real services do too. */
export type Fault = RefusingFault | ConnectionFault | StreamFault;

export type RefusingFault =
  | { readonly kind: "unauthorized" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "unknownModel" }
  | { readonly kind: "rateLimited"; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "quotaExhausted" }
  | {
      readonly kind: "serverError";
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "contextLength" }
  | { readonly kind: "contentRefused" }
  | { readonly kind: "badRequest" }
  /** Says that the model takes no tools, as Ollama does. */
  | { readonly kind: "noTools" };

export type ConnectionFault =
  /** The socket is reset before a header is sent. */
  | { readonly kind: "reset" }
  /** Nothing is ever answered. */
  | { readonly kind: "silence" }
  /** A proxy's page with status 200. */
  | { readonly kind: "page" }
  /** JSON that ends too soon. */
  | { readonly kind: "garbled" };

/** Only for chat; `afterChunks` counts chunks with text. */
export type StreamFault =
  | { readonly kind: "stall"; readonly afterChunks: number }
  | { readonly kind: "cut"; readonly afterChunks: number }
  | { readonly kind: "malformedFrame"; readonly afterChunks: number }
  | { readonly kind: "wrongShape"; readonly afterChunks: number }
  | { readonly kind: "errorEvent"; readonly afterChunks: number }
  | { readonly kind: "endWithoutFinish"; readonly afterChunks: number; readonly done: boolean }
  | { readonly kind: "noUsage" }
  | { readonly kind: "cutBeforeUsage" }
  | { readonly kind: "stallBeforeUsage" }
  | { readonly kind: "filtered"; readonly afterChunks: number };

export interface Quoted {
  readonly key: string;
  readonly model: string;
  readonly prompt: string;
}

/** The refusal that a fault stands for. */
export function refusalOf(fault: RefusingFault, { key, model, prompt }: Quoted): Refusal {
  const quote = `(key ${key}, input ${JSON.stringify(prompt)})`;
  switch (fault.kind) {
    case "unauthorized":
      return wrongKey(`${key} ${quote}`);
    case "forbidden":
      return new Refusal(403, {
        message: `Country not supported ${quote}`,
        type: "request_forbidden",
        code: "unsupported_country_region_territory",
      });
    case "unknownModel":
      return unknownModel(`${model} ${quote}`);
    case "rateLimited":
      return new Refusal(
        429,
        { message: `Rate limit reached ${quote}`, type: "requests", code: "rate_limit_exceeded" },
        fault.headers,
      );
    case "quotaExhausted":
      return new Refusal(429, {
        message: `You exceeded your current quota ${quote}`,
        type: "insufficient_quota",
        code: "insufficient_quota",
      });
    case "serverError":
      return new Refusal(
        fault.status ?? 500,
        { message: `The server had an error ${quote}`, type: "server_error" },
        fault.headers,
      );
    case "contextLength":
      return new Refusal(400, {
        message: `This model's maximum context length is 1 tokens ${quote}`,
        param: "messages",
        code: "context_length_exceeded",
      });
    case "contentRefused":
      return new Refusal(400, {
        message: `The response was filtered ${quote}`,
        param: "prompt",
        code: "content_filter",
      });
    case "badRequest":
      return new Refusal(400, {
        message: `Invalid value ${quote}`,
        param: "messages[0]",
        code: "invalid_value",
      });
    case "noTools":
      return badRequestOf(`registry.local/library/${model} does not support tools`);
    default:
      return fault satisfies never;
  }
}

function badRequestOf(message: string): Refusal {
  return new Refusal(400, { message, type: "api_error" });
}

const connectionFaults: readonly Fault["kind"][] = ["reset", "silence", "page", "garbled"];

export function isConnectionFault(fault: Fault): fault is ConnectionFault {
  return connectionFaults.includes(fault.kind);
}

const refusingFaults: readonly Fault["kind"][] = [
  "unauthorized",
  "forbidden",
  "unknownModel",
  "rateLimited",
  "quotaExhausted",
  "serverError",
  "contextLength",
  "contentRefused",
  "badRequest",
  "noTools",
];

export function isRefusingFault(fault: Fault): fault is RefusingFault {
  return refusingFaults.includes(fault.kind);
}

/** Faults set for the next requests of a kind, each used up in turn, and those that befall any share of them. */
export function createFaultQueue<Kind extends string>() {
  const often = new Map<Kind, { readonly share: number; readonly faults: readonly Fault[] }>();
  const queues = new Map<Kind, { readonly fault: Fault; left: number }[]>();
  return {
    add(kind: Kind, fault: Fault, times: number): void {
      queues.set(kind, [...(queues.get(kind) ?? []), { fault, left: times }]);
    },
    /** `share` is from 0 to 1. */
    addOften(kind: Kind, share: number, faults: readonly Fault[]): void {
      often.set(kind, { share, faults });
    },
    next(kind: Kind): Fault | undefined {
      const queue = queues.get(kind);
      const first = queue?.[0];
      if (!queue || !first) {
        const { share, faults } = often.get(kind) ?? { share: 0, faults: [] };
        return Math.random() < share ? faults[Math.floor(Math.random() * faults.length)] : undefined;
      }
      first.left--;
      if (first.left <= 0) queue.shift();
      return first.fault;
    },
    clear(): void {
      queues.clear();
      often.clear();
    },
  };
}
