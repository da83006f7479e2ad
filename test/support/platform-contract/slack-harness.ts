import { randomUUID } from "node:crypto";

import { createWebServer } from "../../../src/adapters/http/server.ts";
import { createSlack } from "../../../src/adapters/slack/adapter.ts";
import type { SlackOptions } from "../../../src/adapters/slack/adapter.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { Place } from "../../../src/core/event.ts";
import type { ChannelId, MessageId, PersonId } from "../../../src/core/ids.ts";
import { createMemoryLog, noMetrics } from "../log.ts";
import { startSlackServer } from "../slack-server.ts";
import type { SlackServer } from "../slack-server.ts";
import { until } from "./harness.ts";
import type { Harness, OpenOptions, PlatformTraits, Room, Said, Who } from "./harness.ts";
import { createRecordedIntake } from "./recorded-intake.ts";
import { makeSlackNoise } from "./slack-noise.ts";
import { channelsOf, namesIn, person } from "./slack-seed.ts";
import { viewEphemeral, viewMessage } from "./slack-view.ts";
import { createSlackForms } from "../form-client.ts";
import { formsOf } from "../forms.ts";

export const slackTraits: PlatformTraits = {
  acks: true,
  guests: true,
  moves: true,
  otherBots: true,
  replies: false,
  attachments: true,
  previews: false,
  remote: true,
  fieldErrors: true,
  // Outside of threads of the app's own tab the growing message is the sign.
  activityIn: [],
};

/** In the app's tab, with Slack's own streams. chat.startStream takes no `unfurl_media` (slackapi/node-slack-sdk#2389). */
export const slackTabTraits: PlatformTraits = { ...slackTraits, previews: true, activityIn: ["direct"] };

export interface SlackHarnessOptions extends Pick<SlackOptions, "streaming"> {
  readonly mode: "socket" | "http";
  /** Direct messages are written in a thread of the app's own tab. */
  readonly inTab?: boolean;
}

/** The adapter, connected by the real clients to a Slack of its own. */
export async function openSlack(
  { mode, streaming, inTab = false }: SlackHarnessOptions,
  { wrongToken = false }: OpenOptions = {},
): Promise<Harness> {
  const server = await startSlackServer({ mode, ackTimeoutMs: 1_000, retryDelaysMs: [0, 30] });
  const ids: Readonly<Record<Who, string>> = {
    admin: server.users.ada,
    member: server.users.bo,
    guest: server.users.guest,
  };
  const { general, secret } = server.channels;
  const intake = createRecordedIntake();
  const tabs = new Map(inTab ? Object.values(ids).map((id) => [id, beginTab(server, id)]) : []);
  await allFinished();
  let running = await begin();

  /** Slack has given up on what nobody acked. */
  async function allFinished(): Promise<void> {
    await until(() => server.deliveries.every(({ finished }) => finished), "the last attempts");
  }

  async function begin() {
    const log = createMemoryLog();
    const { botToken, appToken, signingSecret, apiUrl } = server;
    const secrets = mode === "socket" ? { appToken } : { signingSecret };
    const created = createSlack(
      { botToken: wrongToken ? `${botToken}x` : botToken, apiUrl, streaming, ...secrets },
      {
        table: commandTable,
        forms: formsOf(() => platform),
        now: Date.now,
        newId: randomUUID,
        log,
        metrics: noMetrics,
      },
    );
    const { platform } = created;
    const webhooks = created.webhooks ? [created.webhooks] : [];
    const parts = async () => ({ slack: platform.health() });
    const web = createWebServer({ host: "127.0.0.1", port: 0, log, parts, routes: [], webhooks });
    if (mode === "http") server.connectTo(new URL("/slack/events", (await web.start()).url).href);
    await platform.start(intake.take, () => {});
    if (!wrongToken) await until(() => platform.health().ok, "a connection to Slack");
    return { platform, web };
  }

  async function end(): Promise<void> {
    await running.platform.stopIntake();
    await running.platform.stop();
    await running.web.stop();
  }

  const roomId = (room: Room, as: Who): string =>
    room === "direct" ? server.im(ids[as]) : room === "public" ? general : secret;
  const ref = ({ room, as, id }: Said) => ({ channel: roomId(room, as), ts: id });
  const own = ({ channel, thread }: Place, as?: Who) =>
    server
      .messages(channel, { ...(thread && { threadTs: thread }), ...(as && { as: ids[as] }) })
      .filter(({ user }) => user === server.bot.userId);
  const isDirect = (channel: string): boolean => channel.startsWith("D");

  return {
    get platform() {
      return running.platform;
    },
    intake,
    unreachable: server.users.stranger as PersonId,
    people: {
      admin: person(ids.admin, "ada", { isAdmin: true }),
      member: person(ids.member, "bo"),
      guest: person(ids.guest, "guest", { isGuest: true }),
    },
    names: namesIn(server, ids),
    channels: channelsOf(server, ids),
    closed: server.channels.elsewhere as ChannelId,

    async say({ as, room, thread, text, files = [] }) {
      const threadTs = room === "direct" ? tabs.get(ids[as]) : thread;
      const { ts } = server.say({
        as: ids[as],
        channel: roomId(room, as),
        text,
        ...(threadTs !== undefined && { threadTs }),
        files: files.map(({ name, mediaType, bytes }) => ({ name, mediaType, content: bytes })),
      });
      return { id: ts as MessageId, as, room, ...(thread !== undefined && { thread }) };
    },
    async give({ as, room, text }) {
      const channel = roomId(room, as);
      const told = server.ephemerals(ids[as]).length;
      const direct = server.im(ids[as]);
      const posted = own({ channel } as Place, as).length;
      const sent = channel === direct ? 0 : own({ channel: direct } as Place, as).length;
      const delivery = server.slash({ as: ids[as], channel, command: "/parley", text });
      return {
        isAcked: () => delivery.ackedAt !== undefined,
        async answers() {
          const alone = server.ephemerals(ids[as]).slice(told).map(viewEphemeral);
          const open = own({ channel } as Place, as).slice(posted);
          const files = channel === direct ? [] : own({ channel: direct } as Place, as).slice(sent);
          return [...alone, ...[...open, ...files].map(viewMessage)];
        },
      };
    },
    forms: createSlackForms(server),
    async edit(said, text) {
      server.edit({ as: ids[said.as], message: ref(said), text });
    },
    async remove(said, as = said.as) {
      server.remove({ as: ids[as], message: ref(said) });
    },
    async press(as, { channel }, message, action) {
      server.press({ as: ids[as], message: { channel, ts: message }, actionId: action });
    },
    async react(as, { channel }, message, emoji, isOn) {
      const name = emoji === "👍" ? "+1::skin-tone-5" : "thumbsdown";
      const act = { as: ids[as], message: { channel, ts: message }, emoji: name };
      if (isOn) server.react(act);
      else server.unreact(act);
    },
    async removeOwn({ channel }, message) {
      server.remove({ as: ids.admin, message: { channel, ts: message } });
    },
    makeNoise: async (said) => makeSlackNoise(server, ids[said.as], ref(said)),
    async botSays(room, text) {
      const channel = roomId(room, "member");
      server.postByWebhook({ channel, name: "Hook", text });
      return server.say({ as: server.users.otherBot, channel, text }).ts as MessageId;
    },
    async deliverAgain(said) {
      const before = server.deliveries.filter(({ payload }) => eventIn(payload)?.ts === said.id);
      for (const delivery of before) server.repeat(delivery);
      server.resend(ref(said), "message");
      if (said.room !== "direct") server.resend(ref(said), "app_mention");
    },
    wasAcked: (text) =>
      server.deliveries.some(
        ({ payload, ackedAt }) => ackedAt !== undefined && eventIn(payload)?.text === text,
      ),

    shown: async (place, as) => own(place, as).map(viewMessage),
    async notices(place, who) {
      if (isDirect(place.channel)) return own(place, who).map(viewMessage);
      return server
        .ephemerals(ids[who])
        .filter(({ channel, threadTs }) => channel === place.channel && threadTs === place.thread)
        .map(viewEphemeral);
    },
    async everythingSeenBy(who) {
      const channels = [...Object.values(server.channels), ...Object.values(ids).map(server.im)];
      const messages = channels.flatMap((channel) => server.messages(channel, { as: ids[who] }));
      return [...messages.map(viewMessage), ...server.ephemerals(ids[who]).map(viewEphemeral)].map(
        ({ text }) => text,
      );
    },
    canSee(who, { id }) {
      // Somebody must have said something for it to be seen.
      if (server.messages(id).length === 0) {
        const as = ids.admin;
        if (id === (server.channels.archived as ChannelId))
          server.changeChannel({ kind: "archive", as, channel: id });
        else server.changeChannel({ kind: "topic", as, channel: id, topic: "Anything" });
      }
      return server.messages(id, { as: ids[who] }).length > 0;
    },
    async letIn(who, isIn) {
      const act = { as: ids.admin, channel: secret, user: ids[who] };
      server.changeChannel(isIn ? { kind: "invite", ...act } : { kind: "kick", ...act });
    },
    activity: ({ channel, thread = "" }) => (server.agentThread(channel, thread)?.status ? 1 : 0),

    disturb(call, trouble) {
      server.fail(call === "edit" ? "chat.update" : "chat.postMessage", faults[trouble]);
    },
    async restart(meanwhile) {
      await end();
      await meanwhile?.();
      await allFinished();
      running = await begin();
    },
    async [Symbol.asyncDispose]() {
      await end();
      await server.close();
    },
  };
}

const faults = {
  answerLost: { loseResponse: "close" },
  rateUsedUp: { retryAfterSec: 1 },
  failing: { status: 503 },
} as const;

interface SentEvent {
  readonly ts?: string;
  readonly text?: string;
}

const eventIn = (payload: unknown): SentEvent | undefined =>
  (payload as { readonly event?: SentEvent }).event;

/** What began a thread in the tab before Parley was there. */
const beginTab = (server: SlackServer, as: string): string =>
  server.say({ as, channel: server.im(as), text: "the beginning" }).ts;
