import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createFeedback } from "../../src/adapters/storage/stores/feedback.ts";
import { personKey } from "../../src/core/ids.ts";
import type { PersonId, PlatformName, WorkspaceId } from "../../src/core/ids.ts";
import type { ChatClient, Who } from "./chat-client.ts";
import { createPlaygroundCommands } from "./command-client.ts";
import type { CommandClient } from "./command-client.ts";
import type { OpenAiServer } from "./openai-server.ts";
import { startParley } from "./parley.ts";
import { createPlaygroundChat } from "./playground-chat.ts";
import { platforms, startParleyOn } from "./platforms.ts";
import type { PlatformTitle } from "./platforms.ts";

/** The whole program on one platform, with people in it, and what it remembers of their opinions. */
export interface ReplyWorld extends AsyncDisposable {
  readonly chat: ChatClient;
  readonly commands: CommandClient;
  readonly openai: OpenAiServer;
  /** What a person thinks of answers, as it is stored. */
  opinions(who: Who): Promise<readonly string[]>;
  restart(): Promise<void>;
}

export const replyTitles = [...(Object.keys(platforms) as PlatformTitle[]), "the playground"] as const;
