import { describe, expect, test } from "vitest";

import type { CommandGiven } from "../../../src/core/event.ts";
import type { CauseId, PersonId } from "../../../src/core/ids.ts";
import type { OutgoingAnswer } from "../../../src/core/platform.ts";
import { connect, never } from "./connected.ts";
import type { Connected } from "./connected.ts";

const answer: OutgoingAnswer = { cause: "c" as CauseId, text: "For you.", privacy: "private" };

async function slash(slack: Connected, channel: string, text = "help"): Promise<CommandGiven> {
  const { server, events } = slack;
  const before = events.length;
  server.slash({ as: server.users.bo, channel, command: "/parley", text });
  return server.until(
    () => events.slice(before).find((event): event is CommandGiven => event.kind === "command"),
    "the command",
  );
}

describe.each(["socket", "http"] as const)("over %s", (mode) => {
  test("nothing is said with the ack, and a command that can't be taken in is not acked", async () => {
    let isFull = false;
    await using slack = await connect({
      server: { mode },
      intake: async () => {
        if (isFull) throw new Error("the disk is full");
      },
    });
    const { server } = slack;
    const { general } = server.channels;
    await slash(slack, general);
    await server.until(() => server.deliveries.at(-1)?.ackedAt, "the ack");
    expect(server.ephemerals(server.users.bo)).toEqual([]);
    isFull = true;
    const refused = server.slash({ as: server.users.bo, channel: general, command: "/parley", text: "help" });
    await server.until(() => refused.attempts.length > 0, "the attempt");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(refused.ackedAt).toBeUndefined();
  });
});

test("where Parley isn't a member a command is answered all the same, privately and openly", async () => {
  await using slack = await connect();
  const { server, platform } = slack;
  const { elsewhere } = server.channels;
  const command = await slash(slack, elsewhere);
  await platform.answerCommand(command, answer, never);
  expect(server.ephemerals(server.users.bo)).toMatchObject([{ channel: elsewhere, text: "For you." }]);
  await platform.answerCommand(command, { ...answer, text: "For all.", privacy: "public" }, never);
  expect(server.messages(elsewhere).map(({ shown }) => shown)).toContain("For all.");
});

test("when a command's own address is used up, its answer comes as another private message", async () => {
  await using slack = await connect();
  const { server, platform } = slack;
  const { general } = server.channels;
  const command = await slash(slack, general);
  for (let use = 1; use <= 6; use++)
    await platform.answerCommand(command, { ...answer, text: `answer ${use}` }, never);
  const told = server.ephemerals(server.users.bo).map(({ text }) => text);
  expect(told).toEqual([1, 2, 3, 4, 5, 6].map((use) => `answer ${use}`));
  expect(server.calls.filter(({ method }) => method === "chat.postEphemeral")).toHaveLength(1);
});

test("mentions, links and entities of a command are read as in a message", async () => {
  await using slack = await connect();
  const { server } = slack;
  const { users, channels } = server;
  const text = `ask is <@${users.ada}|ada> &lt; <#${channels.general}|general> at <https://example.org>?`;
  const { reading } = await slash(slack, channels.general, text);
  expect(reading).toMatchObject({
    command: { name: "ask", arguments: { text: "is @ada < #general at https://example.org?" } },
  });
});

test("whoever created a channel manages it, and who is an admin is asked each time", async () => {
  await using slack = await connect();
  const { server, platform } = slack;
  const { place } = await slash(slack, server.channels.general);
  const rights = () => platform.rights(place, server.users.ada as PersonId, never);
  expect(await rights()).toEqual({ isAdmin: true, isChannelManager: true });
  server.changeUser(server.users.ada, { admin: false });
  expect(await rights()).toEqual({ isAdmin: false, isChannelManager: true });
});

test("the address that answers a command never stands in the log", async () => {
  await using slack = await connect();
  const { answerTo = "" } = await slash(slack, slack.server.channels.general);
  expect(answerTo).toMatch(/^http/);
  expect(JSON.stringify(slack.log)).not.toContain(answerTo);
});
