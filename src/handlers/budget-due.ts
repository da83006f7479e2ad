import { joinKey } from "../core/ids.ts";
import type { CallContext } from "../core/ledger.ts";
import type { Place } from "../core/event.ts";
import type { Operation } from "../core/storage.ts";

/** What the inbox holds where a call may have brought a budget to one of its marks. */
export interface BudgetDue {
  readonly kind: "budget";
  readonly place: Place;
  readonly context: CallContext;
  /** When the call was made: what it counts in. Milliseconds since the epoch. */
  readonly at: number;
  /** The sum that had no room for it. */
  readonly refused?: string;
}

/** Puts a look at the budgets of a call into the inbox, once a call, or once a sum that had no room for any. */
export function checkingBudgets(
  due: Pick<BudgetDue, "context" | "at"> & ({ readonly callId: string } | { readonly refused: string }),
): Operation {
  const { context, at } = due;
  const { platform, workspace, channel } = context;
  const id = "callId" in due ? joinKey("budget", due.callId) : joinKey("budget", "refused", due.refused);
  const payload: BudgetDue = {
    kind: "budget",
    place: { platform, workspace, channel },
    context,
    at,
    ...("refused" in due && { refused: due.refused }),
  };
  return {
    op: "queue.enqueue",
    key: joinKey("budget", platform, workspace),
    ids: [id],
    payload,
    people: [context.person],
  };
}
