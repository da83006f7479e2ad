import type { LogFields, Logger, Metrics } from "../../src/core/ports.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps every line, debug ones included. */
export function createMemoryLog(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: LogLine["level"]) => (fields: LogFields, message: string) => {
    lines.push({ level, message, fields });
  };
  return { lines, debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** Counts nothing. */
export const noMetrics: Pick<Metrics, "rateLimitWaited" | "judged"> = {
  rateLimitWaited: () => undefined,
  judged: () => undefined,
};
