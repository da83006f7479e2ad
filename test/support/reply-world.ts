import { workspaceId } from "../../src/adapters/playground/workspace.ts";
import { createFeedback } from "../../src/adapters/storage/stores/feedback.ts";
import { personKey } from "../../src/core/ids.ts";
import type { PersonId, PersonKey, PlatformName, WorkspaceId } from "../../src/core/ids.ts";
import type { PriceOf } from "../../src/core/pricing.ts";
import type { ChatClient, Who } from "./chat-client.ts";
import { createPlaygroundCommands } from "./command-client.ts";
import type { CommandClient } from "./command-client.ts";
import type { OpenAiServer } from "./openai-server.ts";
import { startParley } from "./parley.ts";
import type { TestParley } from "./parley.ts";
import { createPlaygroundChat } from "./playground-chat.ts";
import { startParleyOn } from "./platforms.ts";
import type { eachPlatform, LocalPlatform, PlatformTitle } from "./platforms.ts";

/** The whole program on one platform, with people in it, and what it remembers of their opinions. */
export interface ReplyWorld extends AsyncDisposable {
  readonly chat: ChatClient;
  readonly commands: CommandClient;
  readonly openai: OpenAiServer;
  /** What a person thinks of answers, as it is stored. */
  opinions(who: Who): Promise<readonly string[]>;
  /** Stops the program and starts it again, with a clock that is ahead. */
  restart(options?: { readonly aheadMs?: number }): Promise<void>;
  /** The services, where the platform has such. */
  readonly local?: LocalPlatform;
}

/** The text of a `parley.yaml`, for the platform of that name, where #general has that id. */
type Yaml = string | ((platform: PlatformName, general: string) => string);

/** `priceOf`: what calls cost; unknown when left out. */
export async function openReplies(
  title: (typeof eachPlatform)[number],
  yaml: Yaml = "",
  priceOf?: PriceOf,
): Promise<ReplyWorld> {
  return title === "the playground" ? openPlayground(yaml, priceOf) : openPlatform(title, yaml, priceOf);
}

async function openPlayground(yaml: Yaml, priceOf: PriceOf | undefined): Promise<ReplyWorld> {
  const text = typeof yaml === "string" ? yaml : yaml("playground", "general");
  const parley = await startParley(text, priceOf && { priceOf });
  const chat = createPlaygroundChat(() => parley.client);
  const commands = createPlaygroundCommands(() => parley.url);
  const person = (who: Who) => personKey("playground", workspaceId, commands.ids[who] as PersonId);
  return worldOf(parley, { chat, commands, person });
}

async function openPlatform(
  title: PlatformTitle,
  yaml: Yaml,
  priceOf: PriceOf | undefined,
): Promise<ReplyWorld> {
  const parley = await startParleyOn(
    title,
    typeof yaml === "string"
      ? yaml
      : ({ slack, commands: { general } }) => yaml(slack ? "slack" : "discord", general),
    { priceOf },
  );
  const { chat, commands, slack, discord } = parley.local;
  const [platform, workspace]: [PlatformName, string] = slack
    ? ["slack", slack.team.id]
    : ["discord", discord?.guild.id ?? ""];
  const person = (who: Who) => personKey(platform, workspace as WorkspaceId, commands.ids[who] as PersonId);
  return { ...worldOf(parley, { chat, commands, person }), local: parley.local };
}

function worldOf(
  parley: Pick<TestParley, "openai" | "storage" | "restart"> & AsyncDisposable,
  { chat, commands, person }: Pick<ReplyWorld, "chat" | "commands"> & { person(who: Who): PersonKey },
): ReplyWorld {
  return {
    chat,
    commands,
    openai: parley.openai,
    async opinions(who) {
      const { items } = await createFeedback(parley.storage).list({ person: person(who) }, 100);
      return items.flatMap(({ opinion }) => opinion ?? []);
    },
    restart: (options) => parley.restart(options),
    [Symbol.asyncDispose]: () => parley[Symbol.asyncDispose](),
  };
}
