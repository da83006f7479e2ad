import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { PersonId } from "../../src/core/ids.ts";
import { callPeople, mentionablePeople } from "../../src/core/mentions.ts";

const labels: Readonly<Record<string, string>> = {
  U1: "Ada",
  U2: "Ada 2",
  U3: "Bo B. O'Neil",
  U4: "“System”",
};
const people = mentionablePeople({ channelKind: "public", labels });
const call = (...texts: string[]) =>
  callPeople(texts, people, { markup: (person: PersonId) => `<@${person}>`, maxChars: 1_000 });

describe("who is called in a reply", () => {
  it.each([
    ["@Ada, please look", "<@U1>, please look"],
    ["ask @Ada 2 or @Bo B. O'Neil", "ask <@U2> or <@U3>"],
    ["@Ada and @Ada again", "<@U1> and @Ada again"],
    ["(@Ada.)", "(<@U1>.)"],
    ["@“System” says", "<@U4> says"],
    ["@ada, @Adam, @Ada's, @Ada-Lee, @Ada 3, @Ada.org", "@ada, @Adam, @Ada's, @Ada-Lee, @Ada 3, @Ada.org"],
    ["x@Ada and mail@Ada", "x@Ada and mail@Ada"],
    ["@Cleo, @everyone, @here, @channel", "@Cleo, @everyone, @here, @channel"],
    ["`@Ada` and ```\n@Ada\n```", "`@Ada` and ```\n@Ada\n```"],
    ["`open @Ada", "`open @Ada"],
    ["[@Ada](https://example.org)", "[@Ada](https://example.org)"],
  ])("%j is sent as %j", (text, sent) => {
    expect(call(text)).toEqual([sent]);
  });

  it("is called once in all of a reply's messages, and in one that grows too long not at all", () => {
    expect(call("@Ada", "@Ada and @Ada 2")).toEqual(["<@U1>", "@Ada and <@U2>"]);
    const shorter = { markup: (person: PersonId) => `<@${person}>`, maxChars: 4 };
    expect(callPeople(["@Ada", "@Ada"], people, shorter)).toEqual(["@Ada", "@Ada"]);
  });

  it("is nobody alone with Parley, and never more than five", () => {
    expect(mentionablePeople({ channelKind: "direct", labels })).toEqual([]);
    const many = Array.from({ length: 9 }, (_, i) => ({ label: `P${i}x`, person: `U${i}` as PersonId }));
    const text = many.map(({ label }) => `@${label}`).join(" ");
    const [sent = ""] = callPeople([text], many, { markup: (person) => `<@${person}>`, maxChars: 1_000 });
    expect(sent.match(/<@/g)).toHaveLength(5);
  });

  it("changes nothing else, whatever the text", () => {
    const pieces = fc.array(
      fc.constantFrom("@Ada", "`", "```", "\n", " ", "\\", "@", "<", "[", "](", "x", " 2"),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        const [sent = ""] = call(text);
        expect(sent.replaceAll("<@U1>", "@Ada").replaceAll("<@U2>", "@Ada 2")).toBe(text);
      }),
    );
  });
});
