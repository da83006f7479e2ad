import { describe, expect, test } from "vitest";

import { createSignals } from "../../src/adapters/storage/embedded/signals.ts";
import type { AccessChange, AccessLook, ListedAccess, ListedChannel } from "../../src/core/access.ts";
import { AppError } from "../../src/core/errors.ts";
import type { Place } from "../../src/core/event.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../src/core/ids.ts";
import type { Signals } from "../../src/core/storage.ts";
import { audienceKey } from "../../src/core/visibility.ts";
import { createVisibility } from "../../src/handlers/visible-audiences.ts";
import { createMemoryLog } from "../support/log.ts";

const never = new AbortController().signal;
const at = { platform: "slack", workspace: "T1" as WorkspaceId } as const;
const [ada, bo] = ["U1", "U2"] as readonly string[] as readonly [PersonId, PersonId];
const [open, closed] = ["C1", "C2"].map((id) => ({ ...at, channel: id as ChannelId })) as [Place, Place];
const [openKey, closedKey] = [audienceKey(open), audienceKey(closed)];

/** A platform with two channels, and who is in the closed one. */
function createPlatform() {
  const inClosed = new Set<PersonId>([ada, bo]);
  const state = {
    inClosed,
    looks: 0,
    asked: 0,
    forgotten: [] as AccessChange[],
    /** Awaited before each answer. */
    meanwhile: async (_signal: AbortSignal): Promise<void> => {},
  };
  const facts = (place: Place | undefined): ListedAccess => ({
    kind: "listed",
    people: new Map([ada, bo].map((id) => [id, "member"] as const)),
    channels: [
      { audience: open, kind: "public", inside: new Set() },
      { audience: closed, kind: "private", inside: new Set(inClosed) } satisfies ListedChannel,
    ],
    ...(place && { along: { everyMember: place.channel === open.channel, people: new Set(inClosed) } }),
  });
  const lookAtAccess = (): AccessLook => {
    state.looks++;
    return {
      audienceOf: async ({ channel }) => ({ ...at, channel }),
      async facts({ place }, signal) {
        state.asked++;
        const found = facts(place);
        await state.meanwhile(signal);
        return found;
      },
      forget: (change) => state.forgotten.push(change),
    };
  };
  return { state, platformOf: () => ({ lookAtAccess }) };
}

async function begin({ signals = createSignals(createMemoryLog()) }: { signals?: Signals } = {}) {
  const platform = createPlatform();
  const clock = { now: 1_000 };
  const log = createMemoryLog();
  const visibility = await createVisibility({ ...platform, signals, now: () => clock.now, log });
  return { ...platform, clock, visibility, log };
}

describe("what may be used in an answer", () => {
  test("is the asker's in a private one, and in a public one everybody's and the place's own", async () => {
    const { visibility } = await begin();
    const keys = async (place: Place, privacy: "private" | "public") => [
      ...(await visibility.forAnswer(place, ada, privacy, never)).audiences,
    ];
    expect(await keys(open, "private")).toEqual([openKey, closedKey]);
    expect(await keys(open, "public")).toEqual([openKey]);
    expect(await keys(closed, "public")).toEqual([openKey, closedKey]);
    expect([...(await visibility.forPerson(open, bo, never)).audiences]).toEqual([openKey, closedKey]);
  });
});

describe("what is known of a workspace", () => {
  test("is looked at anew after a minute", async () => {
    const { visibility, state, clock } = await begin();
    await visibility.forPerson(open, ada, never);
    clock.now += 59_999;
    await visibility.forPerson(open, ada, never);
    expect(state.looks).toBe(1);
    clock.now += 1;
    await visibility.forPerson(open, ada, never);
    expect(state.looks).toBe(2);
  });

  test("is forgotten where something changed, by every instance, and of no other workspace", async () => {
    const signals = createSignals(createMemoryLog());
    const [one, other] = [await begin({ signals }), await begin({ signals })];
    for (const { visibility } of [one, other]) await visibility.forPerson(open, ada, never);
    one.visibility.changed("slack", { workspace: "T2" as WorkspaceId });
    one.visibility.changed("discord", { workspace: at.workspace });
    const change = { workspace: at.workspace, channel: closed.channel, person: bo };
    one.visibility.changed("slack", change);
    expect(one.state.forgotten[0]).toEqual(change);
    await expect.poll(() => other.state.forgotten).toEqual([change]);
  });

  test("is asked again where it changed while it was asked", async () => {
    const { visibility, state } = await begin();
    let changes = 1;
    state.meanwhile = async () => {
      if (changes-- <= 0) return;
      state.inClosed.delete(bo);
      visibility.changed("slack", { workspace: at.workspace, channel: closed.channel, person: bo });
    };
    expect([...(await visibility.forPerson(open, bo, never)).audiences]).toEqual([openKey]);
    expect(state.asked).toBeGreaterThan(1);
  });

  test("is not asked for ever", async () => {
    const { visibility, state } = await begin();
    state.meanwhile = async () => visibility.changed("slack", { workspace: at.workspace });
    await visibility.forPerson(open, bo, never);
    expect(state.asked).toBe(3);
  });
});

describe("a platform that doesn't answer", () => {
  const away = () => Promise.reject(new AppError("platform_unreachable", "nobody is there"));

  test("leaves the place itself, and says so", async () => {
    const { visibility, state, log } = await begin();
    state.meanwhile = away;
    for (const privacy of ["private", "public"] as const)
      expect(await visibility.forAnswer(closed, ada, privacy, never)).toEqual({
        audiences: new Set([closedKey]),
        failed: "platform_unreachable",
      });
    expect(log.lines.map(({ fields }) => fields)).toContainEqual({ error: "platform_unreachable" });
  });

  test("leaves nothing to who looks from elsewhere", async () => {
    const { visibility, state } = await begin();
    state.meanwhile = away;
    expect(await visibility.forPerson(open, ada, never)).toEqual({
      audiences: new Set(),
      failed: "platform_unreachable",
    });
  });

  test("is asked again the next time", async () => {
    const { visibility, state } = await begin();
    state.meanwhile = away;
    await visibility.forPerson(open, ada, never);
    state.meanwhile = async () => {};
    expect((await visibility.forPerson(open, ada, never)).audiences.size).toBe(2);
  });

  test("is no reason to go on where the question was given up", async () => {
    const { visibility, state } = await begin();
    const asking = new AbortController();
    state.meanwhile = async (signal) => {
      asking.abort();
      signal.throwIfAborted();
    };
    await expect(visibility.forAnswer(open, ada, "public", asking.signal)).rejects.toThrow();
  });
});
