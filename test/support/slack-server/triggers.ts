import { randomBytes } from "node:crypto";

import { SlackRefusal } from "./slack-refusal.ts";
import type { Workspace } from "./workspace.ts";

// docs.slack.dev/interactivity/handling-user-interaction, Modals: a trigger is used once, within three seconds.
const lifeMs = 3_000;

interface Trigger {
  readonly user: string;
  readonly until: number;
  used: boolean;
}

export function createTriggers({ now }: Workspace) {
  const triggers = new Map<string, Trigger>();
  return {
    issue(user: string): string {
      const id = `${Math.floor(now())}.${triggers.size + 1}.${randomBytes(16).toString("hex")}`;
      triggers.set(id, { user, until: now() + lifeMs, used: false });
      return id;
    },
    /** Who it was issued for. @throws SlackRefusal */
    redeem(id: string): string {
      const trigger = triggers.get(id);
      if (!trigger) throw new SlackRefusal("invalid_trigger_id");
      if (trigger.used) throw new SlackRefusal("exchanged_trigger_id");
      if (trigger.until < now()) throw new SlackRefusal("expired_trigger_id");
      trigger.used = true;
      return trigger.user;
    },
  };
}

export type Triggers = ReturnType<typeof createTriggers>;
