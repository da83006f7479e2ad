import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { AppError } from "../../../src/core/errors.ts";
import { intent } from "../../support/intent.ts";
import { connect, showing } from "./connected.ts";
import type { Connected } from "./connected.ts";

const say = ({ server }: Connected, text: string, as = server.users.ada): string =>
  server.say({ as, channel: server.channels.general, text: `<@${server.bot.userId}> ${text}` }).ts;

const untilDetail = ({ server, platform }: Connected, part: string | RegExp) =>
  server.until(
    () => platform.health().detail.match(part) !== null && platform.health(),
    `health to say ${String(part)}`,
  );

describe("what Slack refuses is said once, with what to do, and nothing is tried again", () => {
  test.each<[string, Parameters<typeof connect>[0], RegExp]>([
    ["a wrong bot token", { slack: { botToken: "xoxb-wrong" } }, /refuses SLACK_BOT_TOKEN: copy it again/],
    [
      "a wrong app token",
      { slack: { appToken: "xapp-1-A0-1-wrong" } },
      /Check SLACK_APP_TOKEN: it begins with xapp-/,
    ],
    ["a bot token for the socket", { slack: { appToken: "xoxb-wrong" } }, /Check SLACK_APP_TOKEN/],
  ])("%s", async (_what, options, sentence) => {
    await using slack = await connect({ unhealthy: true, ...options });
    const health = await untilDetail(slack, sentence);
    expect(health.ok).toBe(false);
    const asked = slack.server.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(slack.server.calls.length).toBe(asked);
  });

  test("a token that is revoked later is noticed by what it is refused", async () => {
    await using slack = await connect();
    say(slack, "hello");
    const { place } = await slack.heard("hello");
    slack.server.spoilToken("bot", "token_revoked");
    const reply = slack.platform.openReply(place, intent("c1", [], slack.server.users.ada));
    await expect(reply.show(["No."], showing(true))).rejects.toMatchObject({ code: "platform_refused" });
    expect(slack.platform.health()).toEqual({
      ok: false,
      detail: expect.stringContaining("was revoked") as string,
    });
  });

  test("a missing scope is named", async () => {
    await using slack = await connect();
    say(slack, "hello");
    const { place } = await slack.heard("hello");
    slack.server.fail("chat.postMessage", {
      error: "missing_scope",
      extra: { needed: "chat:write", provided: "" },
    });
    const reply = slack.platform.openReply(place, intent("c1"));
    await expect(reply.show(["No."], showing(true))).rejects.toThrow("lacks the scope chat:write");
  });
});

describe("the socket", () => {
  test("comes back after whatever happens to it, tells of the gap, and hears again", async () => {
    await using slack = await connect();
    const { server, platform } = slack;
    for (const [index, harm] of [
      () => server.dropSockets(),
      () => server.disconnectSockets({ reason: "refresh_requested" }),
      () => server.fail("apps.connections.open", { status: 503 }, 2),
    ].entries()) {
      const gaps = slack.gaps();
      harm();
      if (index === 2) server.dropSockets();
      await server.until(() => slack.gaps() > gaps && platform.health().ok, "the next socket");
      say(slack, `again ${index}`);
      await slack.heard(`again ${index}`);
    }
  });

  test("is waited for while Slack can't be reached", async () => {
    await using slack = await connect();
    await slack.server.goDown();
    await untilDetail(slack, /trying again|down/);
    await slack.server.comeBack();
    await slack.server.until(() => slack.platform.health().ok, "the connection");
  });

  test("that is deaf is made anew, and left at once where Parley stops", async () => {
    await using slack = await connect();
    const { server, platform } = slack;
    server.deafenSockets();
    await server.until(() => slack.gaps() === 2, "another socket");
    expect(server.openSockets()).toBe(1);
    say(slack, "again");
    await slack.heard("again");
    server.deafenSockets();
    const stoppedAt = Date.now();
    await platform.stop();
    // Slack's client would wait for a pong for 5 s before it gives up.
    expect(Date.now() - stoppedAt).toBeLessThan(4_000);
    await sleep(200);
    expect(server.openSockets()).toBe(0);
  });

  test("that Slack ends at once, again and again, isn't asked for without a pause", async () => {
    await using slack = await connect();
    const { server } = slack;
    const asked = () => server.calls.filter(({ method }) => method === "apps.connections.open").length;
    const before = asked();
    const ending = setInterval(() => server.dropSockets(), 5);
    await sleep(3_000);
    clearInterval(ending);
    expect(asked() - before).toBeGreaterThan(0);
    expect(asked() - before).toBeLessThan(6);
  });

  test("acks an envelope only when it is in the inbox; one that isn't comes again", async () => {
    let failures = 0;
    await using slack = await connect({
      server: { ackTimeoutMs: 200, retryDelaysMs: [0, 50] },
      intake: async () => {
        if (failures++ === 0) throw new AppError("storage_failed", "disk");
      },
    });
    const ts = say(slack, "hello");
    await slack.heard("hello");
    const deliveries = slack.server.deliveries.filter(
      ({ payload }) => (payload as { event?: { ts?: string } }).event?.ts === ts,
    );
    await slack.server.until(() => deliveries.every(({ ackedAt }) => ackedAt !== undefined), "the acks");
    expect(deliveries.some(({ attempts }) => attempts.length > 1)).toBe(true);
  });
});

describe("requests over HTTP", () => {
  test.each([
    ["wrongSignature", 401],
    ["noSignature", 401],
    ["stale", 401],
    ["future", 401],
    ["malformed", 400],
    ["oversize", 413],
  ] as const)("with the fault %s are answered %i", async (fault, status) => {
    await using slack = await connect({ server: { mode: "http" } });
    expect(await slack.server.sendForged(fault)).toBe(status);
    expect(slack.events).toEqual([]);
  });

  test("verify the address, and bring events once they are in the inbox", async () => {
    await using slack = await connect({ server: { mode: "http" } });
    const { status, body, challenge } = await slack.server.verifyUrl();
    expect(status).toBe(200);
    expect(body).toContain(challenge);
    say(slack, "hello");
    await slack.heard("hello");
  });

  test("are not acked when the inbox fails, and come again", async () => {
    let failures = 0;
    await using slack = await connect({
      server: { mode: "http", retryDelaysMs: [0, 50] },
      intake: async () => {
        if (failures++ === 0) throw new AppError("storage_failed", "disk");
      },
    });
    say(slack, "hello");
    await slack.heard("hello");
    const statuses = () =>
      slack.server.deliveries.flatMap(({ attempts }) => attempts.map(({ status }) => status));
    await slack.server.until(() => statuses().includes(200), "the ack");
    expect(statuses()).toContain(503);
  });
});
