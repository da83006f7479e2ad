import type { Context, Hono } from "hono";

import { readAction } from "../../core/action.ts";
import type { Action } from "../../core/action.ts";
import { opinionOf } from "../../core/feedback.ts";
import type { MessageId } from "../../core/ids.ts";
import type { Button } from "../../core/platform.ts";
import type { Live } from "./live.ts";
import type { PlaygroundMessage } from "./messages.ts";
import type { Notices } from "./notices.ts";
import type { Post } from "./post.ts";
import { bodyOf, check, memberOf, refuse } from "./request.ts";
import { ButtonPress, Reaction } from "./schema.ts";
import { spotOf } from "./view.ts";
import { findChannel, parleyId } from "./workspace.ts";
import type { Channel, Member } from "./workspace.ts";

export interface PressRouteDeps {
  readonly live: Live;
  readonly notices: Notices;
  readonly post: Post;
  /** The message a route is about, where the person may see it. */
  readonly messageFor: (
    as: string,
    c: Context,
    thread: string | undefined,
  ) => Promise<[Member, Channel, PlaygroundMessage]>;
}

/** Buttons and thumbs. A button is pressed only where it stands. */
export function addPressRoutes(routes: Hono, { live, notices, post, messageFor }: PressRouteDeps): void {
  routes.post("/api/channels/:channel/messages/:id/press", async (c) => {
    const { as, thread, pressId, action: written } = check(ButtonPress, await bodyOf(c));
    const [member, channel, message] = await messageFor(as, c, thread);
    const isWriting = live.isWriting(message.id);
    const stands = isWriting ? written === "stop" : offers(message.buttons, written);
    if (!stands) refuse(409, written === "stop" ? "This answer is complete already." : noButton);
    const press = { by: member.id, action: actionIn(written), pressId, isNotice: false };
    await post.press(message, channel, press);
    return c.body(null, 202);
  });

  routes.put("/api/channels/:channel/messages/:id/reaction", async (c) => {
    const { as, thread, emoji, on } = check(Reaction, await bodyOf(c));
    const [member, channel, message] = await messageFor(as, c, thread);
    const opinion = opinionOf(emoji);
    if (message.author !== parleyId || opinion === undefined)
      refuse(400, "Only 👍 and 👎 can be put under Parley's messages.");
    await post.react(message, channel, { by: member.id, opinion, isOn: on });
    return c.body(null, 202);
  });

  routes.post("/api/notices/:id/press", async (c) => {
    const { as, pressId, action: written } = check(ButtonPress, await bodyOf(c));
    const member = memberOf(as);
    const notice = notices.find(member.id, c.req.param("id"));
    const channel = notice && findChannel(notice.channel);
    if (!notice || !channel || !offers(notice.buttons, written)) refuse(409, noButton);
    const pressed = { ...spotOf(notice), id: notice.id as MessageId };
    const press = { by: member.id, action: actionIn(written), pressId, isNotice: true };
    await post.press(pressed, channel, press);
    return c.body(null, 202);
  });
}

const noButton = "There is no such button any more.";

function offers(buttons: readonly Button[] | undefined, action: string): boolean {
  return buttons?.some((button) => button.action === action) === true;
}

function actionIn(written: string): Action {
  return readAction(written) ?? refuse(409, noButton);
}
