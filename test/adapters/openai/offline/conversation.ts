import { answerChat } from "../../../../src/adapters/openai/offline/chat.ts";
import { readTranscript } from "../../../../src/adapters/openai/offline/transcript.ts";

/** Sunday, 22 November 2026, 14:05 UTC. */
export const sunday = Date.UTC(2026, 10, 22, 14, 5);

export const system = `You are Parley, playing the persona “Technical assistant”.
You help people with technology.

You are in the workspace “Local”. Today is 2026-11-22.`;

/** Says the lines one after the other, each answered, and answers what was said to the last. */
export function talk(...lines: readonly string[]): string {
  const messages: { role: "system" | "user" | "assistant"; content: string }[] = [
    { role: "system", content: system },
  ];
  let answer = "";
  for (const content of lines) {
    messages.push({ role: "user", content });
    answer = answerChat(readTranscript(messages), sunday);
    messages.push({ role: "assistant", content: answer });
  }
  return answer;
}
