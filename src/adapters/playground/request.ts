import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";

import { canRead, findChannel, findMember } from "./workspace.ts";
import type { Channel, Member } from "./workspace.ts";

// What each route asks of a request before it does anything. @throws HTTPException

export function memberOf(as: string): Member {
  const member = findMember(as);
  if (!member || member.role === "bot") refuse(403, "There is no such person in this workspace.");
  return member;
}

/** A channel that the person may not see is, to them, not there. */
export function placeFor(as: string, id: string): [Member, Channel] {
  const member = memberOf(as);
  const channel = findChannel(id);
  if (!channel || !canRead(member, channel)) refuse(404, "There is no such channel.");
  return [member, channel];
}

export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) refuse(400, result.error.issues[0]?.message ?? "That can't be read.");
  return result.data;
}

export async function bodyOf(c: Context): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) refuse(415, "Please send JSON.");
  const text = await c.req.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse(400, "That is no JSON.");
  }
}

export function refuse(status: ContentfulStatusCode, message: string): never {
  throw new HTTPException(status, { message });
}
