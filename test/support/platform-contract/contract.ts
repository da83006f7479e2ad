import { describe } from "vitest";

import { testAccess } from "./access.ts";
import { testChanges } from "./changes.ts";
import { testCommands } from "./commands.ts";
import { testConversations } from "./conversations.ts";
import { testDelivery } from "./delivery.ts";
import { testDirectory } from "./directory.ts";
import { testGrowing } from "./growing.ts";
import { testForms } from "./forms.ts";
import type { OpenHarness, PlatformTraits } from "./harness.ts";
import { testHistory } from "./history.ts";
import { testInertTexts } from "./inert-texts.ts";
import { testLife } from "./life.ts";
import { testLongTexts } from "./long-texts.ts";
import { testMarkdown } from "./markdown.ts";
import { testMessages } from "./messages.ts";
import { testNotices } from "./notices.ts";
import { testPosting } from "./posting.ts";
import { testPresses } from "./presses.ts";
import { testResuming } from "./resuming.ts";
import { testThreads } from "./threads.ts";
import { testTroubles } from "./troubles.ts";

/** What every platform's adapter promises (core/ports.ts, Platform), against a service that people use beside it. */
export function describePlatform(title: string, traits: PlatformTraits, open: OpenHarness): void {
  describe.concurrent(title, () => {
    testMessages(traits, open);
    testConversations(traits, open);
    testCommands(traits, open);
    testForms(traits, open);
    testChanges(open);
    testDelivery(traits, open);
    testGrowing(open);
    testResuming(open);
    testPosting(open);
    testPresses(open);
    if (traits.remote) testTroubles(open);
    testLongTexts(open);
    testMarkdown(traits, open);
    testInertTexts(traits, open);
    testNotices(traits, open);
    testDirectory(open);
    testAccess(traits, open);
    testHistory(traits, open);
    testThreads(open);
    testLife(traits, open);
  });
}
