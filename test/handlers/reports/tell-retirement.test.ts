import { expect, it } from "vitest";

import { AppError } from "../../../src/core/errors.ts";
import type { ErrorCode } from "../../../src/core/errors.ts";
import type { ChannelId, PersonId, PersonKey, WorkspaceId } from "../../../src/core/ids.ts";
import type { Platform } from "../../../src/core/platform.ts";
import type { Operation } from "../../../src/core/storage.ts";
import { en } from "../../../src/core/words/en.ts";
import { createFindAdmins } from "../../../src/handlers/find-admins.ts";
import { createTellRetirement, createWatchModels } from "../../../src/handlers/reports/tell-retirement.ts";
import { createMemoryLog } from "../../support/log.ts";

const place = { platform: "slack", workspace: "T1" as WorkspaceId, channel: "C1" as ChannelId } as const;
const dayMs = 86_400_000;
const lastDay = "2027-03-01";
type Deps = Parameters<typeof createTellRetirement>[0];
const signal = new AbortController().signal;

it("admins are told of a model's end 60, 30 and 7 days before, once each, whoever of them can't be reached", async () => {
  const told: string[] = [];
  const posted = new Set<string>();
  const refusals: ErrorCode[] = ["platform_refused"];
  let nowMs = 0;
  const platform = {
    person: (_workspace: WorkspaceId, id: PersonId) =>
      Promise.resolve(id === "U1" ? { name: "Ada", isAdmin: true, isGuest: false, isBot: false } : undefined),
    ready: () => Promise.resolve(),
    sendDirect: (_workspace: WorkspaceId, person: PersonId, cause: string, text: string) => {
      const code = person === "U2" ? refusals.shift() : undefined;
      if (code !== undefined) return Promise.reject(new AppError(code, "no"));
      if (!posted.has(`${person} ${cause}`)) told.push(`${person}: ${text}`);
      posted.add(`${person} ${cause}`);
      return Promise.resolve();
    },
  } as unknown as Platform;
  const now = () => nowMs;
  const tell = createTellRetirement({
    platformOf: () => platform,
    ambient: { words: en, log: createMemoryLog(), now } as unknown as Deps["ambient"],
    models: { retirementOf: (model) => Promise.resolve(model === "old" ? lastDay : undefined) },
    schedules: {
      all: () => Promise.resolve([{ by: "slack/T1/U2" as PersonKey }]),
    } as unknown as Deps["schedules"],
    findAdmins: createFindAdmins({ platformOf: () => platform, admins: ["U1", "U9"] }),
  });

  for (let days = 70; days >= -2; days--) {
    nowMs = Date.parse(lastDay) - days * dayMs;
    for (const model of ["old", "new"]) {
      // oxlint-disable-next-line no-await-in-loop -- one day after the other.
      await tell({ kind: "retirement", place, model }, signal);
    }
  }
  expect(told.filter((text) => text.startsWith("U1")).map((text) => /(\d+) days/.exec(text)?.[1])).toEqual([
    "60",
    "30",
    "7",
  ]);
  expect(told.filter((text) => text.startsWith("U2"))).toHaveLength(3);
});

it("each model that answers is looked at once a day", () => {
  let nowMs = 0;
  const committed: Operation[] = [];
  const watch = createWatchModels({
    storage: {
      commit: (operations) => {
        committed.push(...operations);
        return Promise.resolve();
      },
    },
    log: createMemoryLog(),
    now: () => nowMs,
  });
  const entry = { ...place, kind: "chat", model: "old" } as const;
  for (const kind of ["chat", "chat", "moderation"] as const) watch({ ...entry, kind });
  watch({ ...entry, model: "other" });
  expect(committed).toHaveLength(2);
  nowMs = dayMs + 1;
  watch(entry);
  expect(committed).toHaveLength(3);
});
