import { describe, expect, test } from "vitest";

import { answerChat } from "../../../../src/adapters/openai/offline/chat.ts";
import { readTranscript } from "../../../../src/adapters/openai/offline/transcript.ts";
import { sunday, talk } from "./conversation.ts";

describe("alone with one person", () => {
  test.each<readonly [readonly string[], RegExp]>([
    [["Hello"], /Technical assistant.*stand-in/s],
    [["Who are you?"], /playing the persona \*\*Technical assistant\*\*.*nothing of the world/s],
    [["@Parley what can you do?"], /\*\*remember\*\*.*\*\*calculate\*\*/s],
    [["My name is Ada Lovelace", "What's my name?"], /\*\*Ada Lovelace\*\*/],
    [["My name is Ada", "No, call me Grace", "Who am I?"], /\*\*Grace\*\*/],
    [["What is my name?"], /haven't told me/],
    [["We deploy on Fridays.", "Thanks", "When do we deploy?"], /You said earlier: “We deploy on Fridays\.”/],
    [["Remember that the code name is Heron", "What's the code name?"], /“the code name is Heron”/],
    [["We deploy on Fridays", "We deploy on Mondays now", "When do we deploy?"], /Mondays/],
    [["What is a fjord?", "Is a fjord deep?"], /would answer this now/],
    [["What is the capital of France?"], /As \*\*Technical assistant\*\*.*OPENAI_API_KEY/s],
    [["How tall is it?", "And then?", "What did I ask first?"], /> How tall is it\?/],
    [["How tall is it?", "And then?", "What was my last question?"], /> And then\?/],
    [
      ["Hello", "We deploy on Fridays", "How many messages are there?"],
      /\*\*5 messages\*\*.*3 from you, 2 from me/,
    ],
    [["Summarise our conversation"], /Nothing was said yet/],
    [
      ["We deploy on Fridays", "When?", "Please recap"],
      /- You said: We deploy on Fridays\n- You asked: When\?/,
    ],
    [["What is 12 * (3 + 4)?"], /\*\*84\*\*/],
    [["What day is it today?"], /Sunday,? 22 November 2026/],
    [["What time is it?"], /\*\*14:05 UTC\*\*/],
    [
      ["Make a table of apples, pears and plums"],
      /^\| # \| Item \| Letters \|\n\|--:.*\| 3 \| plums \| 5 \|$/s,
    ],
    [["Hello", "Show me a table"], /\| You \| 2 \| 5 \|\n\| Parley \| 1 \|/],
    [["Give me a list of bread and butter"], /^- bread\n- butter$/],
    [["Give me three steps to bake bread"], /1\. .*\n2\. .*\n3\. [^\n]*$/],
    [["My name is Ada", "Write a Python function"], /```python\n.*greet\("Ada"\).*\n```$/s],
    [["Write some code"], /```ts\n/],
    [["Count to 5"], /^1, 2, 3, 4, 5\.$/],
    [["We use a table in the code."], /Noted/],
  ])("%j is answered with %s", (lines, answer) => {
    expect(talk(...lines)).toMatch(answer);
  });

  test("a long story is longer than one message of any platform", () => {
    expect(talk("Tell me a long story").length).toBeGreaterThan(4_000);
  });

  test("the same conversation has the same answer", () => {
    const lines = ["My name is Ada", "We deploy on Fridays", "When do we deploy?"];
    expect(talk(...lines)).toBe(talk(...lines));
  });

  test("a question of 100,000 characters or of nothing but spaces is answered", () => {
    expect(talk("what can you ".repeat(8_000))).toContain("Technical assistant");
    expect(talk(" ".repeat(100_000), "What did I say?")).toContain("You wrote");
  });
});

describe("several people", () => {
  test.each<readonly [readonly string[], RegExp]>([
    [["Ada: hello"], /^Hello, Ada!/],
    [["Ada: my name is Augusta", "Bob: what is my name?"], /You are here as \*\*Bob\*\*/],
    [["Ada: my name is Augusta", "Bob: hi", "Ada: what is my name?"], /\*\*Augusta\*\*/],
    [
      ["Bob: we deploy on Fridays", "Ada: when do we deploy?"],
      /\*\*Bob\*\* said earlier: “we deploy on Fridays”/,
    ],
    [
      ["Bob: my colour is red", "Ada: my colour is blue", "Bob: what is my colour?"],
      /You said earlier: “my colour is red”/,
    ],
    [["Ada: hello", "Bob: hi", "Ada: who is here?"], /\*\*Ada\*\* and \*\*Bob\*\*/],
    [["Ada: hello", "Bob: hi", "Ada: how many messages?"], /2 from you, 2 from me, 1 from others/],
    [["Ada: how tall is it?", "Bob: how wide?", "Ada: what did I ask?"], /> how tall is it\?/],
    [["Ada: hello", "Bob: when?", "Ada: recap"], /- \*\*Ada\*\* said: hello\n- \*\*Bob\*\* asked: when\?/],
  ])("%j is answered with %s", (lines, answer) => {
    expect(talk(...lines)).toMatch(answer);
  });

  test("messages that came together are answered one after the other", () => {
    const messages = ["Ada: what is 1 + 1?", "Bob: what is 2 + 2?"].map((content) => ({
      role: "user" as const,
      content,
    }));
    expect(answerChat(readTranscript(messages), sunday)).toBe(
      "> **Ada**: what is 1 + 1?\n\n1 + 1 = **2**\n\n> **Bob**: what is 2 + 2?\n\n2 + 2 = **4**",
    );
  });
});
