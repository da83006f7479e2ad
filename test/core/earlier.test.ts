import { describe, expect, it } from "vitest";

import {
  chooseEarlier,
  earlierPeople,
  earlierTurns,
  isSharedEarlier,
  mayHaveEarlier,
} from "../../src/core/earlier.ts";
import type { Place } from "../../src/core/event.ts";
import type { ChannelId, MessageId, PersonId, ThreadId, WorkspaceId } from "../../src/core/ids.ts";
import type { HistoryMessage } from "../../src/core/platform.ts";
import { en } from "../../src/core/words/en.ts";

const place: Place = { platform: "slack", workspace: "T1" as WorkspaceId, channel: "C1" as ChannelId };
const ids = { message: "M2" as MessageId, thread: "M1" as ThreadId, own: "M2" as ThreadId };

function said(id: string, by: string, sentAt: number, changes: Partial<HistoryMessage> = {}): HistoryMessage {
  const author = { id: by as PersonId, name: by, isBot: false };
  return { message: id as MessageId, author, sentAt, text: id, attachments: [], isOwn: false, ...changes };
}

const bot = (name: string) => ({ id: `B${name}` as PersonId, name, isBot: true });
const file = { id: "F", name: "plan.pdf", mediaType: "application/pdf", sizeBytes: 1 };

describe("what was said before", () => {
  it.each([
    ["a message in a thread", { message: ids.message, place: { ...place, thread: ids.thread } }, true],
    ["one that begins a thread", { message: ids.message, place: { ...place, thread: ids.own } }, false],
    [
      "a reply that begins a thread",
      { message: ids.message, place: { ...place, thread: ids.own }, answers: "M1" as MessageId },
      true,
    ],
    ["one in a channel", { message: ids.message, place }, false],
  ])("there may be something for %s: %s", (_what, event, may) => {
    expect(mayHaveEarlier(event)).toBe(may);
  });

  it("belongs to its thread alone, and in a chain of replies to others too", () => {
    expect(isSharedEarlier({ ...place, thread: ids.thread, replyTo: ids.message })).toBe(false);
    expect(isSharedEarlier({ ...place, thread: ids.own, replyTo: ids.message })).toBe(true);
    expect(isSharedEarlier({ ...place, replyTo: ids.message })).toBe(true);
  });

  it("is neither too old, nor later, nor known, nor empty; the newest first", () => {
    const history = [
      said("old", "ada", 9),
      said("b", "ada", 20),
      said("known", "ada", 21),
      said("c", "ben", 30),
      said("empty", "ben", 31, { text: " " }),
      said("file", "ben", 32, { text: "", attachments: [file] }),
      said("later", "ben", 41),
    ];
    const bounds = { before: 40, since: 10, known: new Set(["known" as MessageId]) };
    expect(chooseEarlier(history, bounds).map(({ message }) => message)).toEqual(["file", "c", "b"]);
  });

  it("is of people in the order in which they spoke, of bots as such, and Parley's own by its ids alone", () => {
    const newestFirst = [
      said("5", "parley", 5, { isOwn: true, author: bot("Parley") }),
      said("4", "x", 4, { author: bot("Parley") }),
      said("3", "ben", 3, { text: "", attachments: [file], editedAt: 8 }),
      said("2", "x", 2, { author: bot("Build") }),
      said("1", "ada", 1),
    ];
    expect(earlierPeople(newestFirst).map(({ id }) => id)).toEqual(["ada", "ben"]);
    const labels = { ["ada" as PersonId]: "Ada", ["ben" as PersonId]: "Ben" };
    const turns = earlierTurns(newestFirst, { place, labels }, en);
    expect(turns.map(({ role, author }) => [role, author?.label])).toEqual([
      ["assistant", undefined],
      ["user", en.botLabel("“Parley”")],
      ["user", "Ben"],
      ["user", en.botLabel("Build")],
      ["user", "Ada"],
    ]);
    expect(turns[2]).toMatchObject({ id: "3", text: en.fileOnly, revision: 8, at: 3, messages: ["3"] });
  });
});
