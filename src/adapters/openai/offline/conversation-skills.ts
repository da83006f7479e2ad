import { nameOf } from "./memory.ts";
import { when } from "./skill.ts";
import type { Skill, SkillContext } from "./skill.ts";
import { isQuestion, isRequest } from "./transcript.ts";
import type { Said } from "./transcript.ts";

/** What it can say about the conversation itself. */
export const conversationSkills: readonly Skill[] = [
  {
    name: "own name",
    answer: when(
      /\bwho am i\b|\bwhat(?:’s|'s| is) my name\b|\b(?:know|remember) my name\b/i,
      ({ before }, { author }) => {
        const name = nameOf(author, before);
        if (name) return `Your name is **${name}**: you told me so.`;
        return author ? `You are here as **${author}**.` : "You haven't told me your name yet.";
      },
    ),
  },
  {
    name: "recap",
    answer: when(
      /\b(?:summari[sz]e|summary|recap|tl;?dr)\b|\bwhat (?:have|did) we (?:talk|discuss|sa[iy])/i,
      recap,
    ),
  },
  {
    name: "message count",
    answer: when(
      /\bhow many (?:messages|questions|turns)\b|\bcount (?:the|our|my) messages\b/i,
      ({ before }, { author }) => {
        const mine = before.filter((turn) => turn.by === "user" && turn.author === author).length + 1;
        const own = before.filter((turn) => turn.by === "assistant").length;
        return `I see **${before.length + 1} messages** with this one: ${mine} from you, ${own} from me${others(before, author)}.`;
      },
    ),
  },
  {
    name: "people",
    answer: when(
      /\bwho (?:else )?(?:is|are|was) (?:here|in (?:this|the)|taking part|talking)\b|\bparticipants\b/i,
      ({ turns }) => {
        const names = [...new Set(turns.filter((turn) => turn.by === "user").map((turn) => turn.author))];
        if (names.join("") === "") return "Only you and I are in this conversation.";
        return `I have read messages from ${inWords(names.map((name) => `**${name}**`))}, and my own.`;
      },
    ),
  },
  {
    name: "earlier question",
    answer: when(
      /\bwhat (?:did|was|were) (?:i|my)\b.*\b(?:ask|say|said|asked|write|question|message|words)\b|\b(?:repeat|quote)\b.*\b(?:question|message|said)\b|\bmy (?:first|last|previous|earlier) (?:question|message)\b/i,
      ({ before }, { author, text }) => {
        const mine = before.filter((turn) => turn.by === "user" && turn.author === author);
        const asked = /\bask|question/i.test(text) ? mine.filter((turn) => isQuestion(turn.text)) : mine;
        const found = /\bfirst\b/i.test(text) ? asked[0] : asked.at(-1);
        return found
          ? `You wrote:\n\n${quoted(found.text)}`
          : "That is the first thing that I read from you here.";
      },
    ),
  },
];

function recap({ before }: SkillContext): string {
  const said = before.filter(({ by }) => by === "user");
  if (said.length === 0) return "Nothing was said yet: your message is the first.";
  const lines = said.slice(-maxRecapTurns).map(({ author, text }) => {
    const line = text.replaceAll(/\s+/g, " ").replaceAll(/[_`#>|]|\*\*/g, "");
    const verb = isQuestion(text) ? "asked" : isRequest(text) ? "wanted" : "said";
    return `- ${author ? `**${author}**` : "You"} ${verb}: ${line.length > 90 ? `${line.slice(0, 90).trim()}…` : line}`;
  });
  const left = said.length - lines.length;
  const head =
    left > 0
      ? `The last ${lines.length} of ${said.length} messages, less my answers:`
      : "What was said so far, less my answers:";
  return `${head}\n\n${lines.join("\n")}`;
}

const maxRecapTurns = 12;

function others(turns: readonly Said[], author: string): string {
  const count = turns.filter((turn) => turn.by === "user" && turn.author !== author).length;
  return count > 0 ? `, ${count} from others` : "";
}

const maxQuotedChars = 1_500;

function quoted(text: string): string {
  const start = text.length > maxQuotedChars ? `${text.slice(0, maxQuotedChars)}…` : text;
  return start
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function inWords(items: readonly string[]): string {
  return new Intl.ListFormat("en").format(items);
}
