import { formatAmount } from "../amount.ts";
import type { BudgetPeriod } from "../budget-period.ts";

type ScopeKind = "person" | "channel" | "persona" | "workspace";

/** A budget that had no room for a call. */
export interface UsedUpBudget {
  readonly scope: string;
  readonly per: string;
  readonly capMicroUsd: number;
  /** Milliseconds since the epoch. */
  readonly resetsAt: number;
  readonly timeZone: string;
}

const whose: Readonly<Record<string, string>> = {
  person: "Your budget",
  channel: "This channel's budget",
  persona: "The budget of the persona that answers here",
  workspace: "The budget of this workspace",
};

const perPeriod: Readonly<Record<string, string>> = { day: "a day", week: "a week", month: "a month" };

/** What is said about budgets. Names that people chose come in already quoted. */
export const budgetsInEnglish = {
  usedUp: (budget: UsedUpBudget | undefined) =>
    budget === undefined
      ? "A budget is used up, so I can't answer. An admin can raise it."
      : `${whose[budget.scope] ?? "A budget"} of ${amountPer(budget.capMicroUsd, budget.per)} is used up, so I can't answer. It begins anew on ${moment(budget.resetsAt, budget.timeZone)}; an admin can raise or lift it.`,
  replaced: (model: string) => `*A budget is used up, so the cheaper model \`${model}\` answered.*`,

  /** `name`: of the persona. */
  warning: (
    scope: ScopeKind,
    name: string | undefined,
    {
      percent,
      usedMicroUsd,
      capMicroUsd,
      per,
      resetsAt,
      timeZone,
    }: Omit<UsedUpBudget, "scope"> & { readonly percent: number; readonly usedMicroUsd: number },
  ) => {
    const budget = `${scope === "persona" ? `The budget of the persona ${name ?? ""}` : whose[scope]} of ${amountPer(capMicroUsd, per)}`;
    const spent =
      percent === 100
        ? `is used up: ${formatAmount(usedMicroUsd)} are spent, and a further call is refused.`
        : `is used by ${percent} %: ${formatAmount(usedMicroUsd)} are spent.`;
    return `${percent === 100 ? "🔴" : "🟡"} ${budget} ${spent} It begins anew on ${moment(resetsAt, timeZone)}.`;
  },

  scope: {
    me: "You",
    person: (id: string) => `Person ${id}`,
    channel: (name: string) => `Channel ${name}`,
    persona: (name: string) => `Persona ${name}`,
    workspace: "This workspace",
  },
  title: "Budgets",
  none: "There are no budgets that you may see here.",
  head: ["Whose", "May spend", "Spent", "Begins anew"],
  cap: (capMicroUsd: number, per: BudgetPeriod) => amountPer(capMicroUsd, per),
  spent: (usedMicroUsd: number, capMicroUsd: number) =>
    `${formatAmount(usedMicroUsd)} (${Math.floor((usedMicroUsd * 100) / capMicroUsd).toLocaleString("en")} %)`,
  resets: moment,
  lifted: (until: string) => `lifted until ${until}`,
  stopped: "🛑 All paid calls are stopped here. `/parley budget go` lets them go on.",
  change: "`/parley budget set <scope> <amount> <day|week|month>` changes it.",

  set: (whoseItIs: string, capMicroUsd: number, per: BudgetPeriod, usedMicroUsd: number) =>
    `${whoseItIs}: from now on ${amountPer(capMicroUsd, per)}, of which ${formatAmount(usedMicroUsd)} are spent.`,
  cleared: (whoseItIs: string) => `${whoseItIs}: there is no budget any more.`,
  notSet: (whoseItIs: string) => `${whoseItIs}: there is no budget.`,
  liftedNow: (whoseItIs: string, until: string) => `${whoseItIs}: nothing is refused until ${until}.`,
  stoppedNow: (everywhere: boolean) =>
    `All paid calls are stopped ${everywhere ? "everywhere" : "in this workspace"}, also those under way. \`/parley budget go\` lets them go on.`,
  goesOn: (everywhere: boolean) =>
    `Paid calls go on ${everywhere ? "everywhere" : "in this workspace"}. What was asked meanwhile has to be asked again.`,
  stillStopped: "Paid calls are also stopped everywhere, which is the operator's to end.",
  noAmount: (written: string) =>
    `${written} is no amount that I can read. Write dollars, such as \`$5\` or \`0.50\`, above zero and up to a million.`,
  noScope: (written: string) =>
    `${written} is nobody's budget. Say whose it is: \`@somebody\`, \`#channel\`, the name of a persona, or \`workspace\`.`,
  operatorOnly: "Only those whom the configuration names as admins do that everywhere.",
};

function amountPer(capMicroUsd: number, per: string): string {
  return `${formatAmount(capMicroUsd)} ${perPeriod[per] ?? per}`;
}

/** `Tue 24 Nov, 00:00 (Europe/Berlin)` */
function moment(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  return `${read("weekday")} ${read("day")} ${read("month")}, ${read("hour")}:${read("minute")} (${timeZone})`;
}
