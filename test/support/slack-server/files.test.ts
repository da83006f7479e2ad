import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";

import { startSlackServer } from "../slack-server.ts";
import type { SlackServer } from "../slack-server.ts";
import { callSlack } from "./test-client.ts";

let server: SlackServer;
beforeEach(async () => {
  server = await startSlackServer();
});
afterEach(() => server.close());

function share(channel = server.channels.general): { readonly id: string; readonly url_private: string } {
  const files = [{ name: "a b.txt", mediaType: "text/plain", content: "hello" }];
  server.say({ as: server.users.ada, channel, text: "look", files });
  const event = server.deliveries.at(-1)?.payload.event as { files: { id: string; url_private: string }[] };
  return event.files[0] ?? { id: "", url_private: "" };
}

const fetchAs = (url: string, token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });

test("a file is for who has a token that may read it; others end on the sign-in page", async () => {
  const { url_private: url } = share();
  const good = await fetchAs(url, server.botToken);
  expect(good.headers.get("content-type")).toBe("text/plain");
  expect(await good.text()).toBe("hello");
  for (const token of ["", "xoxb-wrong", server.appToken]) {
    const refused = await fetchAs(url, token);
    expect(refused.status).toBe(200);
    expect(await refused.text()).toContain("Sign in");
  }
  server.grantScopes(["chat:write"]);
  expect(await (await fetchAs(url, server.botToken)).text()).toContain("Sign in");
});

test("a file is known where it was shared", async () => {
  const { id } = share();
  expect(await callSlack(server, "files.info", { file: id })).toMatchObject({
    file: { id, name: "a b.txt", mimetype: "text/plain", size: 5, channels: [server.channels.general] },
  });
  expect(await callSlack(server, "files.info", { file: "F0NOTHING" })).toMatchObject({
    error: "file_not_found",
  });
});

test("the SDK uploads a file into a thread", async () => {
  const channel = server.channels.general;
  const { ts } = server.say({ as: server.users.ada, channel, text: "chart?" });
  const client = new WebClient(server.botToken, { slackApiUrl: server.apiUrl });
  await client.filesUploadV2({
    channel_id: channel,
    thread_ts: ts,
    filename: "chart.png",
    file: Buffer.from("bytes"),
    initial_comment: "here",
  });
  const [, reply] = server.messages(channel, { threadTs: ts });
  expect(reply).toMatchObject({ text: "here", subtype: "file_share", files: [{ name: "chart.png" }] });
});

test("an upload that isn't complete is no file", async () => {
  const { file_id: id } = await callSlack(server, "files.getUploadURLExternal", {
    filename: "a.txt",
    length: 3,
  });
  const complete = () => callSlack(server, "files.completeUploadExternal", { files: [{ id }] });
  expect(await complete()).toEqual({ ok: false, error: "file_not_found" });
});
