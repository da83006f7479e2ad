import { csvLine } from "./csv.ts";
import type { Cell } from "./csv.ts";
import { outcomeOf } from "./ledger.ts";
import type { LedgerEntry } from "./ledger.ts";

export type LedgerFormat = "csv" | "json";

/** A file that grows by entries until it is full. */
export interface LedgerFile {
  /** False where it would be longer than it may be; then the entry is not in it, and nothing more fits. */
  add(entry: LedgerEntry): boolean;
  readonly entries: number;
  bytes(): Uint8Array;
}

/** What is known of a call, by the name of its column. An unknown price is empty, never 0. */
function rowOf(entry: LedgerEntry): Readonly<Record<string, Cell>> {
  const { tokens, microUsd } = entry;
  return {
    at: new Date(entry.startedAt).toISOString(),
    call_id: entry.callId,
    response_id: entry.responseId ?? null,
    platform: entry.platform,
    workspace: entry.workspace,
    channel: entry.channel,
    thread: entry.thread ?? null,
    person: entry.person,
    persona: entry.persona,
    kind: entry.kind,
    model: entry.model,
    outcome: outcomeOf(entry),
    finish_reason: entry.finishReason,
    estimated: entry.estimated,
    input_tokens: tokens.input,
    cached_input_tokens: tokens.cachedInput,
    cache_write_tokens: tokens.cacheWrite,
    output_tokens: tokens.output,
    reasoning_tokens: tokens.reasoning,
    cost_micro_usd: microUsd ?? null,
    duration_ms: entry.durationMs,
  };
}

const shapes = {
  csv: {
    begin: "",
    end: "",
    write: (row: Readonly<Record<string, Cell>>, isFirst: boolean) =>
      `${isFirst ? csvLine(Object.keys(row)) : ""}${csvLine(Object.values(row))}`,
  },
  json: {
    begin: "[",
    end: "\n]\n",
    write: (row: Readonly<Record<string, Cell>>, isFirst: boolean) =>
      `${isFirst ? "" : ","}\n${JSON.stringify(row)}`,
  },
} as const;

export function createLedgerFile(format: LedgerFormat, maxBytes: number): LedgerFile {
  const { begin, end, write } = shapes[format];
  const encoder = new TextEncoder();
  const chunks = [encoder.encode(begin)];
  let size = begin.length + end.length;
  let entries = 0;
  let isFull = false;
  return {
    add(entry) {
      const chunk = encoder.encode(write(rowOf(entry), entries === 0));
      isFull ||= size + chunk.length > maxBytes;
      if (isFull) return false;
      chunks.push(chunk);
      size += chunk.length;
      entries++;
      return true;
    },
    get entries() {
      return entries;
    },
    bytes() {
      const all = new Uint8Array(size);
      let offset = 0;
      for (const chunk of [...chunks, encoder.encode(end)]) {
        all.set(chunk, offset);
        offset += chunk.length;
      }
      return all;
    },
  };
}
