import type { ConversationKey } from "../../core/ids.ts";
import type { Now } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { Threads } from "../../core/stores.ts";
import { indexing } from "./index-due.ts";

export interface IndexAgainDeps {
  readonly storage: Pick<Storage, "commit">;
  readonly stores: { readonly threads: Pick<Threads, "get"> };
  readonly ambient: { readonly now: Now };
}

/** What stands in the index and not in the memory is read again from its platform, where something in it changed. */
export async function indexAgain(
  conversation: ConversationKey,
  { storage, stores, ambient }: IndexAgainDeps,
): Promise<void> {
  const { value: known } = await stores.threads.get(conversation);
  if (known?.source === "history") await storage.commit([indexing(conversation, ambient.now())]);
}
