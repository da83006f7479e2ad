import { createAnswers } from "../adapters/storage/stores/answers.ts";
import { createAudit } from "../adapters/storage/stores/audit.ts";
import { createChannelSettings } from "../adapters/storage/stores/channel-settings.ts";
import { createConversations } from "../adapters/storage/stores/conversations.ts";
import { createEndings } from "../adapters/storage/stores/endings.ts";
import { createFeedback } from "../adapters/storage/stores/feedback.ts";
import { createHints } from "../adapters/storage/stores/hints.ts";
import { createHistoryJobs } from "../adapters/storage/stores/history-jobs.ts";
import { createLedger } from "../adapters/storage/stores/ledger.ts";
import { createModerationRules } from "../adapters/storage/stores/moderation-rules.ts";
import { createParticipation } from "../adapters/storage/stores/participation.ts";
import { createPauses } from "../adapters/storage/stores/pauses.ts";
import { createPersonaBindings } from "../adapters/storage/stores/persona-bindings.ts";
import { createPresence } from "../adapters/storage/stores/presence.ts";
import { createReviews } from "../adapters/storage/stores/reviews.ts";
import { createSavedPersonas } from "../adapters/storage/stores/saved-personas.ts";
import { createSchedules } from "../adapters/storage/stores/schedules.ts";
import { createShares } from "../adapters/storage/stores/shares.ts";
import { createSpending } from "../adapters/storage/stores/spending.ts";
import { createStops } from "../adapters/storage/stores/stops.ts";
import { createSummaries } from "../adapters/storage/stores/summaries.ts";
import { createThreadExclusions, createThreads } from "../adapters/storage/stores/threads.ts";
import { createVerdictLog } from "../adapters/storage/stores/verdict-log.ts";
import type { LedgerEntry } from "../core/ledger.ts";
import type { Now } from "../core/ports.ts";
import type { PriceOf } from "../core/pricing.ts";
import type { Storage } from "../core/storage.ts";
import { settleCalls } from "../handlers/settle-calls.ts";

/** What Parley remembers, each in its own store over one storage. */
export function createStores(
  storage: Storage,
  deps: {
    readonly now: Now;
    readonly verdictsKeptMs: number;
    readonly priceOf: PriceOf;
    readonly note: (entry: LedgerEntry) => void;
  },
) {
  const { now, verdictsKeptMs } = deps;
  return {
    answers: createAnswers(storage),
    audit: createAudit(storage),
    bindings: createPersonaBindings(storage),
    channelSettings: createChannelSettings(storage),
    conversations: createConversations(storage),
    endings: createEndings(storage, now),
    feedback: createFeedback(storage),
    historyJobs: createHistoryJobs(storage),
    hints: createHints(storage, now),
    ledger: settleCalls(createLedger(storage, deps), deps.priceOf),
    moderationRules: createModerationRules(storage),
    pauses: createPauses(storage),
    participation: createParticipation(storage),
    presence: createPresence(storage),
    reviews: createReviews(storage),
    savedPersonas: createSavedPersonas(storage),
    schedules: createSchedules(storage),
    shares: createShares(storage, now),
    spending: createSpending(storage),
    stops: createStops(storage),
    summaries: createSummaries(storage),
    threads: createThreads(storage),
    threadExclusions: createThreadExclusions(storage),
    verdicts: createVerdictLog(storage, { keptMs: verdictsKeptMs, now }),
  };
}
