import { describe, expect, it } from "vitest";

import type { ChannelId, PersonId, PersonKey, WorkspaceId } from "../../../src/core/ids.ts";
import type { ChannelFacts } from "../../../src/core/platform.ts";
import type { SpendingScope } from "../../../src/core/spending.ts";
import { en } from "../../../src/core/words/en.ts";
import { createReadCosts } from "../../../src/handlers/reports/read-costs.ts";
import type { Reader } from "../../../src/handlers/reports/read-costs.ts";
import { priced } from "../../support/prices.ts";

const place = { platform: "slack", workspace: "T1" as WorkspaceId, channel: "Cown" as ChannelId } as const;
const channels = new Map<string, ChannelFacts>([
  ["Cown", { name: "board", kind: "private" }],
  ["Cpub", { name: "general", kind: "public" }],
  ["Csecret", { name: "mergers", kind: "private" }],
  ["Dada", { name: "ada", kind: "direct" }],
]);
/** Ada is in the board, and in nothing else that is private. */
const readable = new Set(["Cown", "Cpub"]);

const readCosts = createReadCosts({
  stores: {
    spending: {
      cells: () => Promise.resolve([]),
      top: (_at, kind) => {
        const scopes: SpendingScope[] =
          kind === "channel"
            ? [...channels.keys(), "Cgone"].map((channel) => ({ kind, channel: channel as ChannelId }))
            : [{ kind: "person", person: "slack/T1/U1" as PersonKey }];
        return Promise.resolve(scopes.map((scope) => ({ scope, microUsd: 1, calls: 1 })));
      },
    },
  },
  platformOf: () => ({
    channel: (_workspace, channel) => Promise.resolve(channels.get(channel)),
    person: () => Promise.resolve({ name: "Ada", isAdmin: true, isGuest: false, isBot: false }),
    canRead: (_workspace, _person, channel) => Promise.resolve(readable.has(channel)),
  }),
  costs: { timeZone: "UTC", isOffline: false },
  reports: {
    priceOf: () => priced(1),
    hasBudget: () => Promise.resolve(false),
    retirementOf: () => Promise.resolve(undefined),
  },
  ambient: { words: en, now: () => Date.UTC(2026, 10, 23) },
});

async function namesFor(reader: Reader, by: "channel" | "person") {
  const period = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 11, 1) };
  const asked = { place, scope: { kind: "workspace" }, period, dates: "", by, reader } as const;
  const { top } = await readCosts(asked, new AbortController().signal);
  return top.map(({ name }) => name);
}

describe("a report names", () => {
  it.each<[string, Reader, "channel" | "person", (string | undefined)[]]>([
    [
      "to everybody in a channel that one and what is public, and nobody",
      "everybody",
      "channel",
      ["board", "general", undefined, undefined, undefined],
    ],
    ["no person to a channel", "everybody", "person", [undefined]],
    [
      "to an operator what is public",
      "operator",
      "channel",
      [undefined, "general", undefined, undefined, undefined],
    ],
    ["people to an operator", "operator", "person", ["Ada"]],
    [
      "to a person what that person can read",
      { person: "U1" as PersonId },
      "channel",
      ["board", "general", undefined, undefined, undefined],
    ],
  ])("%s", async (_what, reader, by, names) => {
    expect(await namesFor(reader, by)).toEqual(names);
  });
});
