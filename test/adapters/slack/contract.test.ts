import { describePlatform } from "../../support/platform-contract/contract.ts";
import { openSlack, slackTabTraits, slackTraits } from "../../support/platform-contract/slack-harness.ts";

describePlatform("Slack over a socket", slackTraits, (options) =>
  openSlack({ mode: "socket", streaming: "auto" }, options),
);

describePlatform("Slack over HTTP", slackTraits, (options) =>
  openSlack({ mode: "http", streaming: "update" }, options),
);

describePlatform("Slack in the app's tab, with native streams", slackTabTraits, (options) =>
  openSlack({ mode: "socket", streaming: "native", inTab: true }, options),
);
