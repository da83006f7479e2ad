import { OpenAI } from "openai";

/** Has a text judged and streams an answer to it: the two calls of the model service that any bot makes. */
export function createFloorStory(service: { readonly url: string; readonly apiKey: string }) {
  const client = new OpenAI({ baseURL: service.url, apiKey: service.apiKey });
  return async (asked: string, onFirst: (text: string) => Promise<void>): Promise<string> => {
    await client.moderations.create({ model: "omni-moderation-latest", input: [asked] });
    const stream = await client.chat.completions.create({
      model: "gpt-6-luna",
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: asked }],
    });
    let said = "";
    let first: Promise<void> | undefined;
    for await (const chunk of stream) {
      said += chunk.choices[0]?.delta.content ?? "";
      if (said !== "") first ??= onFirst(said);
    }
    await first;
    return said;
  };
}
