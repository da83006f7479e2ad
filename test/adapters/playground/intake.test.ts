import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import { intent } from "../../support/intent.ts";
import { placeIn, signal, startPlayground } from "./playground-server.ts";
import { unwatched } from "../../support/fence.ts";

describe("what is said reaches Parley", () => {
  it("a mention in a channel begins a thread at that message", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ada", "general", "Hello @Parley, how are you?");
    expect(playground.events).toEqual([
      {
        kind: "message",
        deliveryIds: [expect.stringContaining(id)],
        conversation: `playground/playground/general/${id}`,
        place: placeIn("general", id),
        message: id,
        sentAt: expect.any(Number),
        author: { id: "ada", name: "Ada Okafor", isBot: false },
        text: "Hello @Parley, how are you?",
        attachments: [],
        channelKind: "public",
        addressed: "mention",
      },
    ]);
  });

  it("a direct message belongs to the one conversation of its channel", async () => {
    await using playground = await startPlayground();
    await playground.post("gus", "dm-gus", "Hello");
    expect(playground.events).toMatchObject([
      {
        conversation: "playground/playground/dm-gus",
        place: placeIn("dm-gus"),
        channelKind: "direct",
        addressed: "direct",
      },
    ]);
  });

  it.each([
    ["a mention", "@Parley hi", "mention"],
    ["a mention in lower case", "hi @parley!", "mention"],
    ["the name without an at", "Parley hi", "none"],
    ["an address", "mail x@parley.org", "none"],
    ["a longer name", "@Parleys hi", "none"],
    ["a domain", "@parley.org is taken", "none"],
    ["somebody else", "@Ben Lindqvist hi", "none"],
  ])("%s in a channel is addressed as %j → %s", async (_what, text, addressed) => {
    await using playground = await startPlayground();
    await playground.post("ben", "guest-project", text);
    expect(playground.events).toMatchObject([{ addressed, channelKind: "private" }]);
  });

  it("in a thread nobody needs a mention to address it", async () => {
    await using playground = await startPlayground();
    const quiet = await playground.post("ada", "general", "Lunch?");
    await playground.post("ben", "general", "Yes", quiet.id);
    const called = await playground.post("ada", "general", "@Parley?");
    await playground.post("ada", "general", "and @Parley, quickly", called.id);
    expect(playground.events).toMatchObject([
      { text: "Lunch?", addressed: "none" },
      { text: "Yes", addressed: "thread", conversation: `playground/playground/general/${quiet.id}` },
      { text: "?", addressed: "mention" },
      {
        text: "and @Parley, quickly",
        addressed: "mention",
        conversation: `playground/playground/general/${called.id}`,
      },
    ]);
  });

  it("an edit, a deletion and a stop carry the conversation of their message", async () => {
    await using playground = await startPlayground();
    const { id } = await playground.post("ada", "general", "@Parley hi");
    const live = playground.platform.openReply(placeIn("general", id), intent("c1"));
    const [replyId] = await live.show(["Wri"], {
      final: false,
      buttons: [],
      ...unwatched(signal),
    });
    const path = `/api/channels/general/messages`;
    const stop = await playground.call("POST", `${path}/${replyId}/press`, {
      action: "stop",
      as: "ben",
      pressId: randomUUID(),
      thread: id,
    });
    const edit = await playground.call("PUT", `${path}/${id}`, {
      as: "ada",
      editId: randomUUID(),
      text: "@Parley hello",
    });
    const remove = await playground.call("DELETE", `${path}/${id}`, { as: "ada" });
    expect([stop.status, edit.status, remove.status]).toEqual([202, 200, 204]);
    const conversation = `playground/playground/general/${id}`;
    expect(playground.events.slice(1)).toMatchObject([
      { kind: "pressed", action: { name: "stop" }, by: { id: "ben" }, message: replyId, conversation },
      { kind: "edited", message: id, text: "hello", conversation, editedAt: expect.any(Number) },
      { kind: "deleted", message: id, conversation },
    ]);
  });
});
