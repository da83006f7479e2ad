import { Hono } from "hono";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

import { toAppError } from "../../core/errors.ts";
import type { MessageId, ThreadId } from "../../core/ids.ts";
import type { Logger } from "../../core/ports.ts";
import { addCommandRoutes, answerForm } from "./command-routes.ts";
import type { Commands } from "./commands.ts";
import { addFileRoutes } from "./file-routes.ts";
import type { Live } from "./live.ts";
import type { MessageStore, PlaygroundMessage, Spot } from "./messages.ts";
import { slashCommandIn } from "./mention.ts";
import type { Notices } from "./notices.ts";
import { servePage } from "./page-files.ts";
import type { Post } from "./post.ts";
import { addPressRoutes } from "./press-routes.ts";
import { renderBlocks } from "./render.ts";
import { bodyOf, check, memberOf, placeFor, refuse } from "./request.ts";
import { ChangedMessage, Listing, MessageParam, NewMessage, Target, Viewer } from "./schema.ts";
import type { Shelf } from "./shelf.ts";
import { viewThreads } from "./view.ts";
import type { Viewers } from "./viewers.ts";
import { channelsOf, members, parleyId, people, workspaceName } from "./workspace.ts";
import type { Channel, Member } from "./workspace.ts";

export interface RouteDeps {
  readonly store: MessageStore;
  readonly live: Live;
  readonly viewers: Viewers;
  readonly notices: Notices;
  readonly shelf: Shelf;
  readonly post: Post;
  readonly commands: Commands;
  readonly log: Logger;
  readonly banner?: string;
}

/** Messages that one page of a listing holds. */
const pageSize = 60;

/** The page and what it talks to. Every route checks who asks against what that person may see. */
export function createRoutes(deps: RouteDeps): Hono {
  const { store, live, viewers, notices, post, commands, log, banner } = deps;
  const routes = new Hono();
  servePage(routes);

  routes.get("/api/workspace", (c) => {
    const member = memberOf(check(Viewer, c.req.query()).as);
    return c.json({
      name: workspaceName,
      me: member.id,
      parley: parleyId,
      members,
      people: people.map((person) => person.id),
      menu: commands.menu,
      channels: channelsOf(member).map(({ invited: _invited, ...channel }) => channel),
      banner: banner === undefined ? [] : renderBlocks(banner),
    });
  });

  routes.get("/api/events", (c) => {
    const member = memberOf(check(Viewer, c.req.query()).as);
    return c.body(viewers.open(member), 200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
  });

  routes.get("/api/channels/:channel/messages", async (c) => {
    const { as, before } = check(Listing, c.req.query());
    const [member, channel] = placeFor(as, c.req.param("channel"));
    const spot = { channel: channel.id };
    const found = await store.list(spot, pageSize, before as MessageId | undefined);
    const shown = found.filter((message) => post.isVisibleTo(message, member.id)).toReversed();
    const threads = await viewThreads(
      store,
      channel.id,
      shown.map((message) => message.id as string as ThreadId),
    );
    return c.json({
      messages: shown.map((message, index) => ({
        ...post.view(message),
        ...(threads[index] && { answers: threads[index] }),
      })),
      more: found.length === pageSize,
      notices: notices.of(member.id, spot),
    });
  });

  routes.get("/api/channels/:channel/threads/:root", async (c) => {
    const { as, before } = check(Listing, c.req.query());
    const [member, channel] = placeFor(as, c.req.param("channel"));
    const root = await threadRoot(channel, check(MessageParam, c.req.param("root")), member);
    const spot = { channel: channel.id, thread: root.id as string as ThreadId };
    const found = await store.list(spot, pageSize, before as MessageId | undefined);
    const shown = found.filter((message) => post.isVisibleTo(message, member.id)).toReversed();
    return c.json({
      root: post.view(root),
      messages: shown.map((message) => post.view(message)),
      more: found.length === pageSize,
      notices: notices.of(member.id, spot),
    });
  });

  routes.post("/api/channels/:channel/messages", async (c) => {
    const draft = check(NewMessage, await bodyOf(c));
    const [member, channel] = placeFor(draft.as, c.req.param("channel"));
    if (draft.thread !== undefined) await threadRoot(channel, draft.thread, member);
    const { clientId, text, thread } = draft;
    const begun = { clientId, ...(thread !== undefined && { thread: thread as ThreadId }) };
    const written = slashCommandIn(text);
    if (written !== undefined) {
      return answerForm(c, await commands.give(member.id, channel, { ...begun, written }));
    }
    const said = await post.say(member.id, channel, { ...begun, text });
    if (!said) refuse(410, "This message was deleted meanwhile.");
    return c.json({ message: said }, 201);
  });

  routes.put("/api/channels/:channel/messages/:id", async (c) => {
    const edit = check(ChangedMessage, await bodyOf(c));
    const [member, channel, message] = await messageFor(edit.as, c, edit.thread);
    if (message.author !== member.id) refuse(403, "Only the author can edit a message.");
    return c.json({ message: await post.change(message, channel, { editId: edit.editId, text: edit.text }) });
  });

  routes.delete("/api/channels/:channel/messages/:id", async (c) => {
    const { as, thread } = check(Target, await bodyOf(c));
    const [member, channel, message] = await messageFor(as, c, thread);
    if (message.author !== member.id && member.role !== "admin") {
      refuse(403, "Only the author or an admin can delete a message.");
    }
    await post.remove(message, channel);
    return c.body(null, 204);
  });

  addPressRoutes(routes, { live, notices, post, messageFor });

  addFileRoutes(routes, deps);

  addCommandRoutes(routes, { commands, messageFor });

  routes.delete("/api/notices/:id", async (c) => {
    const { as } = check(Viewer, await bodyOf(c));
    notices.dismiss(memberOf(as).id, c.req.param("id"));
    return c.body(null, 204);
  });

  routes.onError((thrown, c) => {
    if (thrown instanceof HTTPException) return c.json({ error: thrown.message }, thrown.status);
    const error = toAppError(thrown);
    log.warn({ code: error.code, path: c.req.routePath }, "a request of the playground failed");
    if (error.code === "closed")
      return c.json({ error: "Parley is shutting down. Please try again in a minute." }, 503);
    return c.json(
      { error: "Parley couldn't take this in just now. Nothing is lost: please try again." },
      503,
    );
  });
  return routes;

  /** The message a route is about, where the person may see it. */
  async function messageFor(
    as: string,
    c: Context,
    thread: string | undefined,
  ): Promise<[Member, Channel, PlaygroundMessage]> {
    const [member, channel] = placeFor(as, c.req.param("channel") ?? "");
    const id = check(MessageParam, c.req.param("id")) as MessageId;
    const spot: Spot = { channel: channel.id, ...(thread !== undefined && { thread: thread as ThreadId }) };
    const message = await store.get(spot, id);
    if (!message || message.deletedAt !== undefined || !post.isVisibleTo(message, member.id))
      refuse(404, noMessage);
    return [member, channel, message];
  }

  async function threadRoot(channel: Channel, id: string, member: Member): Promise<PlaygroundMessage> {
    const root =
      channel.kind === "direct" ? undefined : await store.get({ channel: channel.id }, id as MessageId);
    if (!root || !post.isVisibleTo(root, member.id)) refuse(404, "There is no such thread.");
    return root;
  }
}

const noMessage = "There is no such message.";
