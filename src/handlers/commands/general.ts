import { writeHelp } from "../../core/command/help.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import type { Platform } from "../../core/platform.ts";
import type { Now, PartHealth } from "../../core/ports.ts";
import type { Spending } from "../../core/spending.ts";
import { figuresOf } from "../../core/spent.ts";
import type { Audit, AuditEntry } from "../../core/stores.ts";
import type { Words } from "../../core/words/en.ts";
import type { CommandContext, RunCommand } from "./command.ts";

/** `help`: what this person may do here. */
export function createHelp({
  table,
  words,
}: {
  readonly table: CommandTable;
  readonly words: Words;
}): RunCommand<"help"> {
  return async ({ group }, { rights }) => ({ text: writeHelp(table, group, rights, words) });
}

const shownEntries = 5;
const halfHourMs = 1_800_000;
const halfHoursADay = 48;

/** `status`: how Parley is doing, and who did what here lately. */
export function createStatus(deps: {
  readonly version: string;
  readonly startedAt: number;
  /** Every part by its name, the storage and the inbox among them. */
  readonly parts: () => Promise<Readonly<Record<string, PartHealth>>>;
  readonly audit: Audit;
  readonly spending: Spending;
  readonly platformOf: (place: CommandContext["place"]) => Platform;
  readonly words: Words;
  readonly now: Now;
}): RunCommand<"status"> {
  const { version, startedAt, parts, audit, spending, platformOf, now } = deps;
  const { status } = deps.words.commands;
  const { lately } = deps.words.costs;

  return async (_given, { place, signal }) => {
    const [healths, entries, models] = await Promise.all([
      parts(),
      audit.newest(place, shownEntries),
      modelsLately(place),
    ]);
    const names = await namesOf(entries, platformOf(place), signal);
    const lines = entries.map(({ at, by, command, outcome }) =>
      status.auditLine(formatTime(at), names.get(by) ?? by, command, outcome),
    );
    const sections = [
      status.title(version, status.duration(now() - startedAt)),
      Object.entries(healths)
        .map(([name, { ok, detail }]) => status.part(name, ok, detail))
        .join("\n"),
      `${lately.title}\n${models}`,
      lines.length > 0 ? `${status.audit}\n${lines.join("\n")}` : `${status.audit}: ${status.noAudit}`,
    ];
    return { text: sections.join("\n\n") };
  };

  async function modelsLately(place: CommandContext["place"]): Promise<string> {
    const to = Math.ceil((now() + 1) / halfHourMs) * halfHourMs;
    const period = { from: to - (halfHoursADay + 1) * halfHourMs, to };
    const { requests, tokens, microUsd, unpriced, errorRate, average } = figuresOf(
      await spending.cells(place, { kind: "workspace" }, period),
    );
    if (requests === 0) return lately.none;
    return [
      lately.requests(requests, tokens, microUsd, unpriced),
      lately.errorRate(errorRate),
      lately.averages(average.tokens, Math.round(average.microUsd), average.durationMs),
    ].join("\n");
  }
}

/** As people see them now, with the id that doesn't change; a name that can't be looked up is left out. */
async function namesOf(
  entries: readonly AuditEntry[],
  platform: Platform,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const people = new Map(entries.map(({ by, place }) => [by, place.workspace]));
  const named = [...people].map(async ([id, workspace]) => {
    const facts = await platform.person(workspace, id, signal).catch(() => undefined);
    return [id, facts ? `${facts.name} (${id})` : id] as const;
  });
  return new Map(await Promise.all(named));
}

/** `2026-11-23 06:42 UTC` */
function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
