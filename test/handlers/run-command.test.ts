import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createMetrics } from "../../src/adapters/http/metrics.ts";
import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createAudit } from "../../src/adapters/storage/stores/audit.ts";
import { createParticipation } from "../../src/adapters/storage/stores/participation.ts";
import { readCommand } from "../../src/core/command/parse.ts";
import { commandTable } from "../../src/core/command/table.ts";
import { AppError } from "../../src/core/errors.ts";
import type { CommandGiven } from "../../src/core/event.ts";
import type { PersonId } from "../../src/core/ids.ts";
import type { OutgoingAnswer, Platform } from "../../src/core/platform.ts";
import type { Storage } from "../../src/core/storage.ts";
import type { Audit } from "../../src/core/stores.ts";
import { en } from "../../src/core/words/en.ts";
import type { CommandHandlers } from "../../src/handlers/commands/command.ts";
import { createMayAnswer } from "../../src/handlers/taking-part.ts";
import { createDispatch } from "../../src/handlers/dispatch.ts";
import type { Dispatch, DispatchHandlers } from "../../src/handlers/dispatch.ts";
import { createEndCommand } from "../../src/handlers/end-command.ts";
import { createExplain } from "../../src/handlers/explain.ts";
import { createHandleFailedCommand } from "../../src/handlers/failed-command.ts";
import { createRunCommand } from "../../src/handlers/run-command.ts";
import { commandGiven } from "../support/events.ts";
import { createMemoryLog } from "../support/log.ts";

let dir: string;
let storage: Storage;
let audit: Audit;
let dispatch: Dispatch;
let log: ReturnType<typeof createMemoryLog>;
/** What the platform was told to say. */
let answers: OutgoingAnswer[];
let direct: string[];
/** Thrown by the platform, one an answer. */
let troubles: AppError[];
let ran: number;
let handlers: Partial<CommandHandlers>;

const file = { name: "a.csv", mediaType: "text/csv", bytes: new Uint8Array([1]), altText: "A table" };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-commands-"));
  log = createMemoryLog();
  storage = await openEmbeddedStorage({ dir, now: Date.now, log });
  audit = createAudit(storage);
  [answers, direct, troubles, ran] = [[], [], [], 0];
  handlers = {
    help: async () => ({ text: `help ${++ran}` }),
    "chat mode": async ({ mode }) => ({ text: `${mode} ${++ran}` }),
    "persona use": async () => ({ text: "There is no such persona.", isPrivate: true }),
    "chat export": async () => ({ text: `export ${++ran}`, files: [file] }),
    status: async () => {
      throw new AppError("model_unauthorized", "no");
    },
  };
});

afterEach(async () => {
  await dispatch.stop(0);
  await storage.close();
  await rm(dir, { recursive: true, force: true });
});

/** People called boss are admins there, people called keeper manage the channel. */
const platform = {
  name: "playground",
  limits: { maxMessageChars: 1_000 },
  ready: async () => {},
  rights: async (_place, person) => ({
    isAdmin: person === "boss",
    isChannelManager: person === "keeper",
  }),
  async answerCommand(_command, answer) {
    const trouble = troubles.shift();
    if (trouble) throw trouble;
    answers.push(answer);
  },
  async sendDirect(_workspace, _person, _cause, text) {
    direct.push(text);
  },
} satisfies Partial<Omit<Platform, "limits">> & { readonly limits: object } as unknown as Platform;

async function run(text: string, by = "U1", changes: Partial<CommandGiven> = {}): Promise<void> {
  const ambient = {
    words: en,
    explain: createExplain({ words: en, newId: randomUUID, log }),
    log,
    metrics: createMetrics(() => storage.queue.stats()).metrics,
    now: Date.now,
  };
  const common = { platformOf: () => platform, storage, audit, table: commandTable, ambient };
  const end = createEndCommand(common);
  const others = {} as Omit<DispatchHandlers, "command" | "failedCommand">;
  dispatch = createDispatch({
    queue: storage.queue,
    participation: createParticipation(storage),
    mayAnswer: createMayAnswer({
      pauses: { until: async () => undefined },
      participation: createParticipation(storage),
      chatSettings: { mode: async () => "mention" },
    }),
    handlers: {
      ...others,
      command: createRunCommand(
        { ...common, handlers, admins: ["named"], pauses: { until: async () => undefined } },
        end,
      ),
      failedCommand: createHandleFailedCommand(common, end),
    },
    settings: {
      burst: "together",
      leaseMs: 30_000,
      standInMs: 60_000,
      unjudgedMs: 30_000,
      concurrency: 8,
      bots: [],
    },
    ambient,
  });
  const author = { id: by as PersonId, name: "Somebody", isBot: false };
  await dispatch.intake(commandGiven({ by: author, reading: readCommand(commandTable, text), ...changes }));
  dispatch.start();
  await vi.waitFor(
    async () => expect(await storage.queue.stats()).toMatchObject({ waiting: 0, claimed: 0 }),
    { timeout: 10_000 },
  );
}

const audited = async () =>
  (await audit.newest(commandGiven().place, 10)).map(({ by, command, outcome }) => [by, command, outcome]);

describe("a command", () => {
  it.each([
    ["is answered as the table says", "help", "private", "help 1"],
    ["is answered openly where the table says so", "chat mode always", "public", "always 1"],
    ["is answered privately where its handler says so", "persona use none", "private", /no such persona/],
    ["that is mistyped is explained privately", "hlep", "private", /Did you mean `\/parley help`/],
    ["without a handler is explained privately", "chat info", "private", /no command `\/parley chat info`/],
  ])("%s", async (_what, text, privacy, said) => {
    await run(text, "boss");
    expect(answers).toMatchObject([{ privacy }]);
    expect(answers[0]?.text).toMatch(said);
    expect(log.lines.filter(({ message }) => message === "command ended")).toHaveLength(1);
  });

  it.each([
    ["an admin", "boss", "ran"],
    ["an admin named in the config", "named", "ran"],
    ["who manages the channel", "keeper", "ran"],
    ["anybody else", "U1", "refused"],
  ])("of channel managers, given by %s, is recorded (%s)", async (_who, by, outcome) => {
    await run("chat mode always", by);
    expect(ran).toBe(outcome === "ran" ? 1 : 0);
    expect(answers).toMatchObject([{ privacy: outcome === "ran" ? "public" : "private" }]);
    expect(await audited()).toEqual([[by, "chat mode always", outcome]]);
  });

  it("that everyone may give is not recorded", async () => {
    await run("help");
    expect(await audited()).toEqual([]);
  });

  it("that fails is explained privately with a reference, and recorded", async () => {
    await run("status", "boss");
    expect(answers).toMatchObject([{ privacy: "private" }]);
    expect(answers[0]?.text).toMatch(/doesn't accept Parley's key.*Reference [0-9a-f]{8}/s);
    expect(await audited()).toEqual([["boss", "status", "failed"]]);
  });

  it("whose answer is lost on its way is answered again without being run again", async () => {
    troubles.push(new AppError("platform_unreachable", "away"));
    await run("chat mode always", "boss");
    expect(ran).toBe(1);
    expect(answers.map(({ text }) => text)).toEqual(["always 1"]);
    expect(await audited()).toHaveLength(1);
  });

  it("whose answer has files is run again, as files are not stored", async () => {
    troubles.push(new AppError("platform_unreachable", "away"));
    await run("chat export");
    expect(ran).toBe(2);
    expect(answers).toMatchObject([{ text: "export 2", files: [{ name: "a.csv" }] }]);
  });

  it("whose answer may not be given there is answered directly", async () => {
    troubles.push(new AppError("platform_refused", "no"));
    await run("help");
    expect(answers).toEqual([]);
    expect(direct).toEqual([`${en.elsewhere}\n\nhelp 1`]);
  });

  it("of a bot is left alone", async () => {
    await run("help", "U1", { by: { id: "B1" as PersonId, name: "Bot", isBot: true } });
    expect([answers, direct]).toEqual([[], []]);
  });
});
