import type { Cdn } from "./cdn.ts";
import type { Channel, User, World } from "./world.ts";

/** Something that happened, as the gateway tells it to those who may know. */
export interface GatewayEvent {
  readonly t: string;
  readonly d: object;
  /** Only to bots that see this channel. */
  readonly channel?: Channel;
  /** Only to bots in this guild; a channel says it already. */
  readonly guildId?: string;
  /** A message whose content needs the message content intent. */
  readonly isMessage?: boolean;
  /** Sent whatever the intents, as what concerns the bot itself. */
  readonly always?: boolean;
}

/** What every part of the server works on. */
export interface Service {
  readonly world: World;
  readonly bot: User;
  readonly applicationId: string;
  readonly cdn: Cdn;
  readonly emit: (event: GatewayEvent) => void;
}
