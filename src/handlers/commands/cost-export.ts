import { createLedgerFile } from "../../core/ledger-file.ts";
import type { CostCommandDeps, CostCommands } from "./cost.ts";
import { readPeriod } from "../reports/read-period.ts";

const mediaTypes = { csv: "text/csv; charset=utf-8", json: "application/json" } as const;

/** `cost export`: paid calls one by one, everybody's for an admin and one's own for others. */
export function createCostExport(deps: CostCommandDeps): CostCommands["cost export"] {
  const { storage, platformOf } = deps;
  const { ledger, audit } = deps.stores;
  const { words, now } = deps.ambient;

  return async ({ period: name = "month", format = "csv" }, { place, by, person, rights, id, signal }) => {
    const { period, title } = readPeriod(name, deps);
    const pages = rights.isAdmin ? ledger.entries(place, period) : ledger.entriesOf(person, place, period);
    const file = createLedgerFile(format, platformOf(place).limits.maxFileBytes);
    let isWhole = true;
    for await (const page of pages) {
      signal.throwIfAborted();
      isWhole = page.every((entry) => file.add(entry));
      if (!isWhole) break;
    }
    if (rights.isAdmin) {
      const command = `cost export ${name} ${format}`;
      await storage.commit([audit.adding({ id, at: now(), place, by: by.id, command, outcome: "ran" })]);
    }
    if (file.entries === 0) return { text: words.costs.nothingToExport(title) };
    const parts = [
      words.costs.exported(file.entries, title, rights.isAdmin ? "all" : "own"),
      !isWhole && words.costs.exportCut,
      deps.costs.isOffline && words.costs.offline,
    ];
    return {
      text: parts.filter(Boolean).join(" "),
      files: [
        {
          name: `costs-${new Date(now()).toISOString().slice(0, 10)}.${format}`,
          mediaType: mediaTypes[format],
          bytes: file.bytes(),
          altText: words.costs.exportAlt,
        },
      ],
    };
  };
}
