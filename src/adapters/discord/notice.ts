import { Routes } from "discord-api-types/v10";

import { AppError } from "../../core/errors.ts";
import type { PersonId } from "../../core/ids.ts";
import type { NoticePrivacy, Platform } from "../../core/platform.ts";
import type { NewId, Now } from "../../core/ports.ts";
import type { CauseId } from "../../core/ids.ts";
import type { Api } from "./api.ts";
import { createBoundedMap } from "../../core/bounded-map.ts";
import { nonceOf } from "./messages.ts";
import type { Messages } from "./messages.ts";
import { renderMessages } from "./render.ts";
import { Posted } from "./schema.ts";

/** The channels of direct messages. */
export interface DirectChannels {
  /** @throws AppError `platform_refused` where the person can't be written to */
  open(person: PersonId, signal: AbortSignal): Promise<string>;
}

const keptMs = 24 * 3_600_000;

export function createDirectChannels(api: Api, now: Now): DirectChannels {
  const channels = createBoundedMap<string>({ maxSize: 5_000, ttlMs: keptMs, now });
  return {
    async open(person, signal) {
      const known = channels.get(person);
      if (known !== undefined) return known;
      // Asked for again, Discord answers the same channel (developers/resources/user, Create DM).
      const answer = await api.request(
        { method: "POST", route: Routes.userChannels(), bucket: "dm", body: { recipient_id: person } },
        signal,
      );
      const { data: channel } = Posted.safeParse(answer);
      if (!channel) throw new AppError("platform_unreachable", "Discord's answer could not be read");
      channels.set(person, channel.id);
      return channel.id;
    },
  };
}

/**
 * Tells one person something in a direct message: without an interaction there is nothing more private in Discord. Who
 * takes no direct messages is not told (`none`).
 */
export function createNotify(deps: {
  readonly direct: DirectChannels;
  readonly messages: Messages;
  readonly newId: NewId;
}): Platform["notify"] {
  const { direct, messages, newId } = deps;
  return async (_place, person, text, signal, buttons = []): Promise<NoticePrivacy> => {
    const cause = `notice:${newId()}` as CauseId;
    try {
      const channel = await direct.open(person, signal);
      const parts = renderMessages(text);
      for (const [index, part] of parts.entries()) {
        const content = { text: part, buttons: index === parts.length - 1 ? buttons : [] };
        await messages.create({ channel }, nonceOf(cause, index), content, { signal });
      }
      return "dm";
    } catch (error) {
      if (error instanceof AppError && error.code === "platform_refused") return "none";
      throw error;
    }
  };
}
