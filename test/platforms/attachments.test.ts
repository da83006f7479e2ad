import { describe, expect, it } from "vitest";

import { en } from "../../src/core/words/en.ts";
import type { ChatPlace } from "../support/chat-client.ts";
import { paint, writePdf } from "../support/files.ts";
import { firstPixel } from "../support/openai-server/image-url.ts";
import type { ChatBody } from "../support/openai-server.ts";
import { startParleyOn } from "../support/platforms.ts";
import type { PlatformTitle } from "../support/platforms.ts";

/** The playground takes no files; Slack fetches them alike over HTTP. */
const withFiles: readonly PlatformTitle[] = ["Discord", "Slack over a socket"];
const dm: ChatPlace = { as: "ada", channel: "dm-ada" };
const seeing = "model: { default: gpt-4o-mini }";

const contentOf = (body: ChatBody | undefined) => body?.messages.at(-1)?.content;
const colour = (red: number, green: number, blue: number) =>
  paint(40, 30, () => [red, green, blue, 255]).get_bytes();
const text = (name: string, content: string | Uint8Array) => ({ name, mediaType: "text/plain", content });
const png = (name: string, content: Uint8Array) => ({ name, mediaType: "image/png", content });

describe.each(withFiles)("in %s", { timeout: 90_000 }, (title) => {
  it("texts, PDFs and pictures are read, and what can't be read is named with its reason", async () => {
    await using parley = await startParleyOn(title, seeing);
    const { chat, openai } = parley;
    openai.reply("read");
    await chat.post({
      ...dm,
      text: "what do they say?",
      files: [
        text("notes.txt", "The cellar is dry."),
        // Neither the name nor the declared type decides.
        text("report.txt", writePdf(["The roof leaks."])),
        text("data.txt", Buffer.from("504b030414000000", "hex")),
        png("sky.png", colour(20, 200, 120)),
      ],
    });
    const [answer] = await chat.answers(dm);
    const content = contentOf(openai.chatRequests[0]?.body);
    if (!Array.isArray(content)) throw new Error("there is no picture");
    const [said, picture, ...more] = content;
    expect(more).toEqual([]);
    expect(said).toMatchObject({
      text: expect.stringMatching(
        /^what do they say\?\n\n\[file (\w+): notes\.txt\]\nThe cellar is dry\.\n\[end of file \1\]\n\n\[file \w+: report\.txt\]\nThe roof leaks\./,
      ),
    });
    if (picture?.type !== "image_url") throw new Error("the picture isn't shown");
    expect(firstPixel(picture)[1]).toBeGreaterThan(180);
    expect(answer?.text).toContain("data.txt");
    expect(answer?.text).toContain("it is none of these");
    expect(answer?.text).not.toContain("notes.txt");

    // Later turns know what was in the texts.
    await chat.post({ ...dm, text: "and the cellar?" });
    await chat.answers(dm, 2);
    expect(JSON.stringify(openai.chatRequests[1]?.body.messages)).toContain("The cellar is dry.");
  });

  it("nothing of a file reaches the model whose text or picture is blocked", async () => {
    await using parley = await startParleyOn(title, seeing);
    const { chat, openai } = parley;
    openai.blockWords({ kaboom: "violence", "picture of red": "violence/graphic" });
    for (const [i, file] of [
      text("a.txt", "say kaboom"),
      text("b.txt", "say k.a.b.o.o.m"),
      text("c.txt", writePdf(["say kaboom"])),
      png("d.png", colour(255, 0, 0)),
    ].entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that each has a notice of its own.
      await chat.post({ as: "ada", channel: "general", text: `@Parley look ${i}`, files: [file] });
      // oxlint-disable-next-line no-await-in-loop -- as above.
      await chat.until(
        async () => ((await chat.notices({ as: "ada", channel: "general" })).length > i ? true : undefined),
        `a notice about ${file.name}`,
      );
    }
    expect((await chat.notices({ as: "ada", channel: "general" })).join()).toContain(
      en.topics["violence/graphic"],
    );
    expect(openai.chatRequests).toEqual([]);
  });

  it("a picture is not shown to a model that sees none, nor judged", async () => {
    await using parley = await startParleyOn(title, "model: { default: gpt-3.5-turbo }");
    const { chat, openai } = parley;
    openai.reply("ok");
    await chat.post({ ...dm, text: "look", files: [png("sky.png", colour(255, 0, 0))] });
    const [answer] = await chat.answers(dm);
    expect(answer?.text).toContain("doesn't see pictures");
    expect(contentOf(openai.chatRequests[0]?.body)).toBe("look");
    expect(JSON.stringify(openai.moderationRequests.map(({ body }) => body))).not.toContain("image_url");
  });
});
