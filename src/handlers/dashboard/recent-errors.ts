import { toAppError } from "../../core/errors.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { Now } from "../../core/ports.ts";
import type { Explain } from "../explain.ts";

/** What people were told lately that went wrong, without what they had asked. */
export interface RecentErrors {
  /** The same explaining, remembered. */
  readonly noting: (explain: Explain) => Explain;
  /** The newest first. */
  newest(): readonly {
    readonly at: number;
    readonly code: ErrorCode;
    readonly reference: string | undefined;
  }[];
}

const maxKept = 50;

export function createRecentErrors(now: Now): RecentErrors {
  const kept: ReturnType<RecentErrors["newest"]>[number][] = [];
  return {
    noting: (explain) => (thrown, fields) => {
      const text = explain(thrown, fields);
      const reference = /\b[0-9a-f]{8}\b(?=\W*$)/.exec(text)?.[0];
      kept.unshift({ at: now(), code: toAppError(thrown).code, reference });
      kept.length = Math.min(kept.length, maxKept);
      return text;
    },
    newest: () => kept,
  };
}
