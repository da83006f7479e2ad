import { expect, test } from "vitest";

import { intent } from "../../support/intent.ts";
import { connect, showing } from "./connected.ts";

test("a mention in a text channel is answered in a thread opened from it", async () => {
  await using discord = await connect();
  const { server, platform } = discord;
  const { general } = server.channels;
  const question = server.say({
    as: server.people.ada,
    channel: general,
    content: `<@${server.bot.id}> hello`,
  });
  const event = await discord.heard("hello");
  expect(event).toMatchObject({ addressed: "mention", place: { channel: general, thread: question.id } });

  const reply = platform.openReply(event.place, intent("c1"));
  const growing = showing(false);
  await reply.show(["Hel"], growing);
  expect(growing.posted).toHaveLength(1);
  expect(server.messages(question.id).at(-1)).toMatchObject({ content: "Hel", flags: 4 });
  await reply.show(["Hello **Ada**"], showing(true));
  const [shown] = server
    .messages(question.id)
    .filter(({ author }) => author === server.bot.id)
    .slice(-1);
  expect(shown).toMatchObject({ content: "Hello **Ada**", components: [] });
  expect(server.threads(general)).toMatchObject([{ id: question.id, name: "hello" }]);
});
