import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openEmbeddedStorage } from "../../../src/adapters/storage/embedded/storage.ts";
import type { EmbeddedStorage } from "../../../src/adapters/storage/embedded/storage.ts";
import { createAudit } from "../../../src/adapters/storage/stores/audit.ts";
import { createLedger } from "../../../src/adapters/storage/stores/ledger.ts";
import { createSchedules } from "../../../src/adapters/storage/stores/schedules.ts";
import { createSpending } from "../../../src/adapters/storage/stores/spending.ts";
import type { CommandArguments } from "../../../src/core/command/table.ts";
import type { PaidCall } from "../../../src/core/ledger.ts";
import type { ChannelId, PersonId, PersonKey, WorkspaceId } from "../../../src/core/ids.ts";
import { createPriceOf } from "../../../src/core/pricing.ts";
import type { RatesOf } from "../../../src/core/pricing.ts";
import type { ChannelFacts, PersonFacts, Platform } from "../../../src/core/platform.ts";
import type { CostChart } from "../../../src/core/report/chart.ts";
import type { Storage } from "../../../src/core/storage.ts";
import { en } from "../../../src/core/words/en.ts";
import { createCostCommands } from "../../../src/handlers/commands/cost.ts";
import { createMakeReport } from "../../../src/handlers/reports/make-report.ts";
import { createReadCosts } from "../../../src/handlers/reports/read-costs.ts";
import { createMemoryLog } from "../../support/log.ts";
import { concerns, createDice, makeCall, sumCalls } from "../../support/made-ledger.ts";
import { contextOf, placeOf, workspace } from "./command-world.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const november = { from: Date.parse("2026-11-01T00:00:00Z"), to: now };
const known: RatesOf = (model) => (model === "nobody-knows" ? undefined : { input: 1, output: 4 });
const person = "playground/W/U1" as PersonKey;
const admin = { isAdmin: true, isChannelManager: true };
const nobody = { isAdmin: false, isChannelManager: false };

describe("costs in chat", () => {
  const calls: PaidCall[] = [];
  /** A channel that nobody here can read. */
  const hidden = "C3";
  let drawn: CostChart[] = [];
  /** Models that the service ends. */
  const retiring = new Map<string, string>();
  let dir: string;
  let storage: EmbeddedStorage;
  let ratesOf = known;
  const priceOf = createPriceOf((...use) => ratesOf(...use));

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "parley-costs-"));
    storage = await openEmbeddedStorage({ dir, now: () => now, log: createMemoryLog() });
    const ledger = createLedger(storage, { priceOf, note: () => undefined });
    const dice = createDice(11);
    for (let i = 0; i < 600; i++) {
      const made = makeCall(i, november, dice);
      const own = { ...workspace, person: made.person.replace("slack/T1", "playground/W") as PersonKey };
      calls.push({ ...made, ...own });
    }
    await storage.commit(calls.flatMap((call) => ledger.adding(call)));
  }, 60_000);
  afterAll(async () => {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  });

  function commandsWith(
    changes: { maxFileBytes?: number; commit?: Storage["commit"]; isOffline?: true } = {},
  ) {
    const { maxFileBytes = 1e6, commit = storage.commit, isOffline = false } = changes;
    const deps = {
      storage: { commit },
      stores: {
        ledger: createLedger(storage, { priceOf, note: () => undefined }),
        spending: createSpending(storage),
        audit: createAudit(storage),
        schedules: createSchedules(storage),
      },
      platformOf: () => ({
        limits: { maxFileBytes } as Platform["limits"],
        channel: async (_workspace: WorkspaceId, channel: ChannelId): Promise<ChannelFacts> => ({
          name: `room ${channel}`,
          kind: "public",
        }),
        person: async (_workspace: WorkspaceId, id: PersonId) => ({ name: `Person ${id}` }) as PersonFacts,
        canRead: async (_workspace: WorkspaceId, _person: PersonId, channel: ChannelId) =>
          (channel as string) !== hidden,
        rights: async () => nobody,
      }),
      reports: {
        charts: {
          drawMap: () => Promise.reject(new Error("nobody asked for a map")),
          async drawCosts(chart: CostChart) {
            drawn.push(chart);
            return new Uint8Array([1]);
          },
        },
        priceOf,
        hasBudget: async () => false,
        retirementOf: async (model: string) => retiring.get(model),
      },
      billed: undefined,
      admins: [],
      costs: { timeZone: "UTC", isOffline },
      ambient: { words: en, now: () => now },
    };
    return createCostCommands(deps, createMakeReport(deps, createReadCosts(deps)));
  }
  const own = () => calls.filter((call) => concerns({ kind: "person", person }, call));

  it("show each person their own sum, with every model by name and the unknown as unknown", async () => {
    const { text } = await commandsWith()["cost me"]({}, contextOf({ person }));
    const sums = sumCalls(own(), priceOf);
    expect(text).toContain(en.costs.usd(Number(sums.microUsd)));
    expect(text).toContain(`Calls: ${sums.calls}`);
    expect(text).toMatch(/`nobody-knows` \| answers \| \d+ \| [\d,]+ \| [\d,]+ \| unknown \|/);
    expect(text).toContain(`The price of \`nobody-knows\` isn't known: ${sums.unpriced} calls are in no sum`);
    expect(text).toContain("this month (2026-11-01 to 2026-11-30, UTC)");
    expect(text).not.toContain(en.costs.offline);
  });

  it("show a channel's sum, and say of the offline model that nothing is paid", async () => {
    const context = contextOf({ place: placeOf("C3") });
    const { text } = await commandsWith({ isOffline: true })["cost channel"]({}, context);
    const here = calls.filter(({ channel }) => channel === "C3");
    expect(text).toContain(en.costs.usd(Number(sumCalls(here, priceOf).microUsd)));
    expect(text).toContain(en.costs.offline);
  });

  async function reported(given: CommandArguments<"cost report">, changes: Parameters<typeof contextOf>[0]) {
    drawn = [];
    const { text, files = [] } = await commandsWith()["cost report"](
      given,
      contextOf({ person, ...changes }),
    );
    return { text, file: files[0], chart: drawn[0] };
  }
  const whole = (chart: CostChart | undefined) =>
    chart?.days.flatMap(({ byModel }) => byModel).reduce((sum, each) => sum + each, 0);

  it.each([
    ["an admin all", admin, /What Parley cost here this month/, calls],
    ["everybody else their own", nobody, /What Parley cost for you this month/, undefined],
  ] as const)("report to %s, with a picture of the same sums", async (_who, rights, title, theirs) => {
    const { text, file, chart } = await reported({}, { rights });
    const sum = Number(sumCalls(theirs ?? own(), priceOf).microUsd);
    expect(text).toMatch(title);
    expect(text).toContain(`**${en.costs.usd(sum)}** and what isn't known`);
    expect(chart).toMatchObject({ theme: "light", title: en.costs.usd(sum) });
    expect(chart?.days).toHaveLength(23);
    expect(whole(chart)).toBe(sum);
    expect(file).toMatchObject({ name: "costs-2026-11-23.png", mediaType: "image/png" });
    expect(file?.altText).toContain(en.costs.usd(sum));
    expect(text.includes("**Channels**")).toBe(rights.isAdmin);
  });

  it("report to who manages a channel what was spent there, and name no place that a reader can't see", async () => {
    const manager = { isAdmin: false, isChannelManager: true };
    const here = calls.filter(({ channel }) => channel === "C1");
    const { text } = await reported({ theme: "dark" }, { rights: manager, place: placeOf("C1") });
    expect(text).toContain(en.costs.usd(Number(sumCalls(here, priceOf).microUsd)));
    expect(text).not.toContain("room");
    const all = await reported({}, { rights: admin });
    expect(all.text).toContain("room C1");
    expect(all.text).not.toContain("room C3");
    expect((await reported({ by: "person" }, { rights: admin })).text).toContain("Person U1");
  });

  it("report nothing as nothing", async () => {
    const { text, chart } = await reported({ period: "last-year" }, { rights: admin });
    expect(text).toContain("**$0.00** for 0 answers, 0 calls and 0 tokens");
    expect(chart).toMatchObject({ models: [], shares: [] });
  });

  async function exported(
    format: "csv" | "json",
    changes: Parameters<typeof contextOf>[0],
    maxFileBytes = 1e6,
  ) {
    const answer = await commandsWith({ maxFileBytes })["cost export"](
      { format },
      contextOf({ person, ...changes }),
    );
    const [file] = answer.files ?? [];
    return { text: answer.text, name: file?.name, body: new TextDecoder().decode(file?.bytes) };
  }

  it("export one's own calls to anybody, one row each, and an unknown price as none", async () => {
    const { text, body, name } = await exported("json", { rights: nobody });
    const rows = JSON.parse(body) as { call_id: string; cost_micro_usd: number | null; person: string }[];
    expect(rows.map((row) => row.call_id).toSorted()).toEqual(
      own()
        .map(({ callId }) => callId)
        .toSorted(),
    );
    const priced = rows.map((row) => row.cost_micro_usd);
    expect(priced).toContain(null);
    expect(priced.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(
      Number(sumCalls(own(), priceOf).microUsd),
    );
    expect(text).toContain(`${rows.length} calls that were made for you`);
    expect(name).toBe("costs-2026-11-23.json");
  });

  it("export everybody's to an admin, which is written down", async () => {
    const { body } = await exported("csv", { rights: admin, id: "export-1" });
    const lines = body.trimEnd().split("\r\n");
    expect(lines).toHaveLength(calls.length + 1);
    expect(lines[0]).toMatch(/^"at","call_id"/);
    const [entry] = await createAudit(storage).newest(workspace, 1);
    expect(entry).toMatchObject({ id: "export-1", command: "cost export month csv" });
  });

  it("export as many of the newest as a file may hold, and say so", async () => {
    const { text, body } = await exported("json", { rights: admin }, 5_000);
    expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(5_000);
    const rows = JSON.parse(body) as { at: string }[];
    const newest = Math.max(...calls.map(({ startedAt }) => startedAt));
    expect(rows[0]?.at).toBe(new Date(newest).toISOString());
    expect(text).toContain(en.costs.exportCut);
  });

  it("are repriced once, and in the whole account, though whoever did it was killed on the way", async () => {
    ratesOf = (model) => (model === "nobody-knows" ? { input: 2, output: 2 } : known(model, 0, 0));
    let commits = 0;
    const dying: Storage["commit"] = async (operations) => {
      if (++commits === 4) throw new Error("killed");
      await storage.commit(operations);
    };
    const context = contextOf({ rights: admin, id: "reprice-1" });
    await expect(commandsWith({ commit: dying })["cost reprice"]({}, context)).rejects.toThrow("killed");
    const { text } = await commandsWith()["cost reprice"]({}, context);
    const unknownBefore = calls.filter(({ model, tokens }) => model === "nobody-knows" && tokens.input > 0);
    expect(text).toContain(`${unknownBefore.length} calls of the last 35 days got another price`);
    expect(text).toContain(`Of ${unknownBefore.length} of them the price was not known`);
    const month = { from: november.from, to: Date.parse("2026-12-01T00:00:00Z") };
    const cells = await createSpending(storage).cells(workspace, { kind: "workspace" }, month);
    expect(cells.reduce((sum, cell) => sum + cell.unpriced, 0)).toBe(0);
    expect(cells.reduce((sum, cell) => sum + cell.microUsd, 0)).toBe(
      Number(sumCalls(calls, priceOf).microUsd),
    );
    const again = await commandsWith()["cost reprice"]({}, contextOf({ rights: admin, id: "reprice-2" }));
    expect(again.text).toBe(en.costs.reprice.none(35));
  });

  it("keep the price that an entry has where nobody knows one any more", async () => {
    ratesOf = () => undefined;
    const spent = () => createSpending(storage).top(workspace, "persona", november, 10);
    const before = await spent();
    await commandsWith()["cost reprice"]({ days: 400 }, contextOf({ rights: admin, id: "reprice-3" }));
    expect(await spent()).toEqual(before);
  });
});
