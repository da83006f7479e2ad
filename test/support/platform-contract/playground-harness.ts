import { randomUUID } from "node:crypto";

import { createWebServer } from "../../../src/adapters/http/server.ts";
import { createPlayground } from "../../../src/adapters/playground/adapter.ts";
import { channels, workspaceId } from "../../../src/adapters/playground/workspace.ts";
import { commandTable } from "../../../src/core/command/table.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import type { Storage } from "../../../src/core/storage.ts";
import { watch } from "../../adapters/playground/playground-server.ts";
import { createPlaygroundForms } from "../form-client.ts";
import { formsOf } from "../forms.ts";
import { createMemoryLog } from "../log.ts";
import type { Harness, PlatformTraits, Room, Said, Saying, Who } from "./harness.ts";
import { factsOf, memberNames, roomNames, same, sees, seenBy, viewMessage } from "./playground-view.ts";
import type { Listing, Seen } from "./playground-view.ts";
import { readHtml } from "./readable.ts";
import { createRecordedIntake } from "./recorded-intake.ts";

export const playgroundTraits: PlatformTraits = {
  acks: true,
  guests: true,
  moves: false,
  otherBots: false,
  replies: false,
  attachments: false,
  previews: false,
  remote: false,
  fieldErrors: true,
  activityIn: ["public", "private", "direct"],
};

const maxAttempts = 3;

interface Draft {
  readonly as: string;
  readonly clientId: string;
  readonly text: string;
  readonly thread?: string;
}

/** The playground over its real store, with its page's requests in the hands of people. */
export async function openPlayground(storage: Storage): Promise<Harness> {
  const intake = createRecordedIntake();
  const drafts = new Map<MessageId, Draft>();
  let running = await begin();
  const forms = createPlaygroundForms(() => running.url);

  async function begin() {
    const log = createMemoryLog();
    const { platform, routes } = createPlayground({
      table: commandTable,
      forms: formsOf(() => platform),
      completionValues: async () => ({}),
      storage,
      now: Date.now,
      newId: randomUUID,
      log,
      address: () => "http://playground.test",
    });
    const parts = async () => ({ playground: platform.health() });
    const web = createWebServer({ host: "127.0.0.1", port: 0, log, parts, routes: [routes] });
    await platform.start(intake.take, () => {});
    const { url } = await web.start();
    return { platform, web, url, page: await watch(url, memberNames.member) };
  }

  async function end(): Promise<void> {
    await running.platform.stopIntake();
    await running.platform.stop();
    await running.page.close();
    await running.web.stop();
  }

  const call = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${running.url}/api/channels/${path}`, {
      method,
      headers: { "content-type": "application/json", origin: running.url },
      ...(body && { body: JSON.stringify(body) }),
    });

  async function succeed(response: Response): Promise<Response> {
    if (!response.ok) throw new Error(`${response.status} of ${response.url}: ${await response.text()}`);
    return response;
  }

  async function list(as: string, channel: string, thread?: string): Promise<Listing> {
    const path = thread === undefined ? "messages" : `threads/${thread}`;
    return (await (await succeed(await call("GET", `${channel}/${path}?as=${as}`))).json()) as Listing;
  }

  const channelOf = (room: Room, as: Who): string =>
    room === "direct" ? `dm-${memberNames[as]}` : roomNames[room];

  /** As the page does: what was refused is sent again under the same id; it stands for its author meanwhile. */
  async function send(saying: Saying, body: Draft): Promise<MessageId> {
    const channel = channelOf(saying.room, saying.as);
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const response = await call("POST", `${channel}/messages`, body);
      if (response.status !== 503) {
        const { message } = (await (await succeed(response)).json()) as { message: Seen };
        drafts.set(message.id, body);
        return message.id;
      }
    }
    const { messages } = await list(memberNames[saying.as], channel, saying.thread);
    const standing = messages.find(({ clientId }) => clientId === body.clientId);
    if (!standing) throw new Error("what was refused doesn't stand");
    return standing.id;
  }

  const target = (said: Said, as = said.as): { readonly as: string; readonly thread?: string } => ({
    as: memberNames[as],
    ...(said.thread !== undefined && { thread: said.thread }),
  });

  const pathOf = (said: Said): string => `${channelOf(said.room, said.as)}/messages/${said.id}`;

  return {
    get platform() {
      return running.platform;
    },
    intake,
    // A guest sees nothing of it.
    unreachable: factsOf("guest").id,
    people: { admin: factsOf("admin"), member: factsOf("member"), guest: factsOf("guest") },
    names: {
      parley: { typed: "@Parley", heard: "", heardWithin: "@Parley" },
      person: (who) => same(`@${factsOf(who).name}`),
      channel: (room) => same(`#${roomNames[room]}`),
      link: same("[a page](https://example.org/a?b=c)"),
      typed: (text) => text,
      live: ["@Parley", "@Ben Lindqvist", "@everyone", "<!channel>"],
    },
    channels: channels.map(({ id, name, kind }) => ({
      workspace: workspaceId,
      id,
      facts: { name, kind },
      title: `${name} (${id})`,
    })),

    async say(saying) {
      const { as, room, thread, text } = saying;
      const spot = thread === undefined ? {} : { thread };
      const draft = { as: memberNames[as], clientId: randomUUID(), text, ...spot };
      return { id: await send(saying, draft), as, room, ...spot };
    },
    async give({ as, room, text }) {
      const channel = channelOf(room, as);
      const seen = async () => {
        const { notices, messages } = await list(memberNames[as], channel);
        const told = notices.map(({ id, blocks, buttons }) => ({
          id: id as MessageId,
          text: "",
          blocks,
          writing: false,
          buttons,
        }));
        return [...told, ...messages.filter(({ author }) => author === "parley")].map(viewMessage);
      };
      const before = (await seen()).length;
      const draft = { as: memberNames[as], clientId: randomUUID(), text: `/parley ${text}`.trim() };
      let isAcked = false;
      const sending = call("POST", `${channel}/messages`, draft).then(async (response) => {
        isAcked = response.status === 202;
        await forms.note(memberNames[as], { channel }, response);
      });
      return {
        isAcked: () => isAcked,
        async answers() {
          await sending;
          return (await seen()).slice(before);
        },
      };
    },
    forms,
    async edit(said, text) {
      await succeed(await call("PUT", pathOf(said), { ...target(said), text, editId: randomUUID() }));
    },
    async remove(said, as) {
      await succeed(await call("DELETE", pathOf(said), target(said, as)));
    },
    async press(as, { channel, thread }, message, action) {
      await succeed(
        await call("POST", `${channel}/messages/${message}/press`, {
          as: memberNames[as],
          thread,
          action,
          pressId: randomUUID(),
        }),
      );
    },
    async react(as, { channel, thread }, message, emoji, on) {
      const body = { as: memberNames[as], thread, emoji, on };
      await succeed(await call("PUT", `${channel}/messages/${message}/reaction`, body));
    },
    async removeOwn({ channel, thread }, message) {
      await succeed(
        await call("DELETE", `${channel}/messages/${message}`, { as: memberNames.admin, thread }),
      );
    },
    // Nothing but people's messages happens there.
    makeNoise: async () => {},
    botSays: () => Promise.reject(new Error("no other programs write in the playground")),
    async deliverAgain(said) {
      const body = drafts.get(said.id);
      if (body) await succeed(await call("POST", `${channelOf(said.room, said.as)}/messages`, body));
    },
    wasAcked: (text) => [...drafts.values()].some((draft) => draft.text === text),

    async shown({ channel, thread }, as) {
      const [reader = "admin"] = as ? [as] : (seenBy[channel] ?? []);
      const { messages } = await list(memberNames[reader], channel, thread);
      return messages.filter(({ author, deleted }) => author === "parley" && !deleted).map(viewMessage);
    },
    async notices({ channel, thread }, who) {
      const { notices } = await list(memberNames[who], channel, thread);
      return notices.map(({ id, blocks, buttons }) =>
        viewMessage({ id: id as MessageId, text: "", blocks, writing: false, buttons }),
      );
    },
    async everythingSeenBy(who) {
      const as = memberNames[who];
      const texts: string[] = [];
      const add = ({ messages, notices }: Listing) => {
        for (const { blocks } of [...messages, ...notices]) texts.push(readHtml(blocks.join("\n")).text);
      };
      for (const { id } of channels) {
        if (!sees(who, id)) continue;
        const listing = await list(as, id);
        add(listing);
        if (id.startsWith("dm-")) continue;
        for (const message of listing.messages) add(await list(as, id, message.id));
      }
      return texts;
    },
    canSee: (who, { id }) => sees(who, id),
    letIn: () => Promise.reject(new Error("nobody comes or goes in the playground")),
    activity: ({ channel, thread }) =>
      running.page.seen.filter(
        (event) => event.kind === "activity" && event["channel"] === channel && event["thread"] === thread,
      ).length,

    disturb() {
      throw new Error("nothing is between the playground and its adapter");
    },
    async restart(meanwhile) {
      // What the page sends while nothing is taken in any more stands until the next start.
      await running.platform.stopIntake();
      await meanwhile?.();
      await end();
      running = await begin();
    },
    [Symbol.asyncDispose]: end,
  };
}
