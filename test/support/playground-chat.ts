import { completeChatClient } from "./chat-client.ts";
import type { ChatClient } from "./chat-client.ts";
import { readHtml } from "./platform-contract/readable.ts";
import type { PlaygroundClient } from "./playground-client.ts";

/** People in the playground. `client` is asked for each time: Parley may be started again. */
export function createPlaygroundChat(client: () => PlaygroundClient): ChatClient {
  const told: ChatClient["told"] = async ({ as, channel, thread }) => {
    const listings = [await client().messages(as, channel)];
    if (thread !== undefined) listings.push(await client().messages(as, channel, thread));
    return listings
      .flatMap(({ notices }) => notices)
      .map(({ id, blocks, buttons }) => ({
        id,
        text: readHtml(blocks.join("\n")).text,
        buttons: buttons.map(({ action }) => action),
      }));
  };
  return completeChatClient({
    post: (draft) => client().post(draft),
    edit: (target, text) => client().edit(target, text),
    remove: (target) => client().remove(target),
    async press(target, action) {
      const isNotice = (await told(target)).some(({ id }) => id === target.id);
      if (isNotice) await client().pressNotice(target.as, target.id, action);
      else await client().press(target, action);
    },
    react: (target, emoji, isOn) => client().react(target, emoji, isOn),
    async messages({ as, channel, thread }) {
      const { messages } = await client().messages(as, channel, thread);
      return messages.map(({ id, author, text, writing, buttons, files = [] }) => ({
        id,
        isOwn: author === "parley",
        text,
        writing,
        buttons: buttons.map(({ action }) => action),
        pictures: files.map(({ altText }) => altText),
      }));
    },
    notices: async (where) => (await told(where)).map(({ text }) => text),
    told,
    async deliverAgain() {
      throw new Error("the playground delivers nothing again");
    },
  });
}
