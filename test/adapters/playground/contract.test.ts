import { afterAll } from "vitest";

import { describePlatform } from "../../support/platform-contract/contract.ts";
import { openPlayground, playgroundTraits } from "../../support/platform-contract/playground-harness.ts";
import { openSharedStorage } from "../../support/platform-contract/playground-storage.ts";

const storage = await openSharedStorage();
afterAll(storage.close);

describePlatform("the playground", playgroundTraits, () => openPlayground(storage.part()));
