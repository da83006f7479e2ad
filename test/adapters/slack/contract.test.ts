import { describePlatform } from "../../support/platform-contract/contract.ts";
import { openSlack, slackStreamTraits, slackTraits } from "../../support/platform-contract/slack-harness.ts";

describePlatform("Slack over a socket", slackTraits, (options) =>
  openSlack({ mode: "socket", streaming: "auto" }, options),
);

describePlatform("Slack over HTTP", slackTraits, (options) =>
  openSlack({ mode: "http", streaming: "update" }, options),
);

describePlatform("Slack with native streams", slackStreamTraits, (options) =>
  openSlack({ mode: "socket", streaming: "native" }, options),
);
