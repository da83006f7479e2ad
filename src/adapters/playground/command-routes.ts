import type { Context, Hono } from "hono";

import { writeFormKey } from "../../core/form.ts";
import type { Form } from "../../core/form.ts";
import type { ThreadId } from "../../core/ids.ts";
import type { Commands } from "./commands.ts";
import type { PlaygroundMessage } from "./messages.ts";
import { bodyOf, check, placeFor } from "./request.ts";
import { CompletionQuery, FilledForm, MenuChoice } from "./schema.ts";
import type { Channel, Member } from "./workspace.ts";

/** What the page asks beside messages: how a command goes on, what a message's menu does, and what stands in forms. */
export function addCommandRoutes(
  routes: Hono,
  deps: {
    readonly commands: Commands;
    readonly messageFor: (
      as: string,
      c: Context,
      thread: string | undefined,
    ) => Promise<[Member, Channel, PlaygroundMessage]>;
  },
): void {
  const { commands, messageFor } = deps;

  routes.get("/api/channels/:channel/completions", async (c) => {
    const { as, text } = check(CompletionQuery, c.req.query());
    const [member, channel] = placeFor(as, c.req.param("channel"));
    return c.json({ completions: await commands.complete(member, channel, text) });
  });

  routes.post("/api/channels/:channel/messages/:id/menu", async (c) => {
    const { as, clientId, command, thread } = check(MenuChoice, await bodyOf(c));
    const [member, channel, message] = await messageFor(as, c, thread);
    return answerForm(c, await commands.giveOn(message, member.id, channel, { clientId, command }));
  });

  routes.post("/api/channels/:channel/forms", async (c) => {
    const { as, thread, ...filled } = check(FilledForm, await bodyOf(c));
    const [member, channel] = placeFor(as, c.req.param("channel"));
    const spot = thread === undefined ? {} : { thread: thread as ThreadId };
    const problems = await commands.fill(member.id, channel, { ...filled, ...spot });
    return Object.keys(problems).length > 0 ? c.json({ problems }) : c.body(null, 202);
  });
}

/** A command that was taken in has nothing to show yet. */
export function answerForm(c: Context, form: Form | undefined): Response {
  if (form === undefined) return c.body(null, 202);
  const { key, ...shown } = form;
  return c.json({ form: { ...shown, key: writeFormKey(key) } });
}
