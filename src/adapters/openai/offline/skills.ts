import { calculate } from "./arithmetic.ts";
import { conversationSkills } from "./conversation-skills.ts";
import { asNoted, nameOf, recall, statedName } from "./memory.ts";
import { codeBlock, conversationTable, itemTable, longText, stepList } from "./samples.ts";
import { when } from "./skill.ts";
import type { Skill } from "./skill.ts";
import { isQuestion, isRequest, isWish } from "./transcript.ts";
import type { Said, Transcript } from "./transcript.ts";

const standIn = "I'm the offline stand-in: I know this conversation, and nothing of the world.";

/** In this order: the first that answers, answers. */
export const skills: readonly Skill[] = [
  {
    name: "help",
    answer: when(/^help\b|\bwhat (?:can|could) (?:you|i)\b.*\b(?:do|ask)\b|\bhow do you work\b/i, () => help),
  },
  {
    name: "introduction",
    answer: when(
      /\bwho are you\b|\bwhat(?:’s|'s| is) your name\b|\b(?:which|what) (?:persona|model)\b|\bintroduce yourself\b|\bwhat are you\b/i,
      ({ persona }) => `I'm Parley, playing the persona **${persona}**. ${standIn} Ask me what I can do.`,
    ),
  },
  ...conversationSkills,
  {
    name: "date and time",
    answer: when(
      /\bwhat(?:’s|'s| is)? (?:the )?(?:current )?(?:time|date|day|year|weekday)(?: is it| of the week| now| today|\?|$)|\btoday(?:’s|'s) date\b|\bwhat(?:’s|'s| is) today\b|\bwhat day is/i,
      ({ today, now }, { text }) => {
        if (/\btime\b/i.test(text))
          return `It is **${new Date(now).toISOString().slice(11, 16)} UTC** by this machine's clock.`;
        const date = new Date(today ?? now);
        const words = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" }).format(date);
        return `Today is **${words}**.`;
      },
    ),
  },
  {
    name: "counting",
    answer: when(/\bcount (?:from \d+ )?(?:up )?to (\d+)/i, (_, { text }) => {
      const to = Math.min(1_000, Number(/\bto (\d+)/i.exec(text)?.[1]));
      return Array.from({ length: to }, (_none, i) => i + 1).join(", ") + ".";
    }),
  },
  {
    name: "table",
    answer: when(/\b(?:table|spreadsheet)\b/i, ({ before }, question) => {
      if (!isWish(question.text)) return undefined;
      const items = itemsOf(question.text);
      return items.length > 1 ? itemTable(items) : conversationTable([...before, question]);
    }),
  },
  {
    name: "code",
    answer: when(/\b(?:code|function|script|snippet|program|query)\b/i, ({ before }, { text, author }) => {
      if (!isWish(text)) return undefined;
      return `I can't write programs, but this is how code looks here:\n\n${codeBlock(text, nameOf(author, before) ?? "Ada")}`;
    }),
  },
  {
    name: "long text",
    answer: when(
      /\b(?:long|lengthy)\b.*\b(?:text|answer|story|message|reply)\b|\b(?:story|essay|lorem ipsum)\b/i,
      longText,
    ),
  },
  {
    name: "list",
    answer: when(/\b(?:list|bullets?|bullet points|steps|checklist|ideas)\b/i, (_, { text }) => {
      if (!isWish(text)) return undefined;
      const items = itemsOf(text);
      return items.length > 1 ? items.map((item) => `- ${item}`).join("\n") : stepList(text);
    }),
  },
  {
    name: "arithmetic",
    answer: ({ text }) => {
      if (!/\b(?:what|how much|calculate|compute|is)\b|[=?]|^[\s\d(.√-]/i.test(text)) return undefined;
      const found = calculate(text);
      if (!found) return undefined;
      return found.result === undefined
        ? "A division by zero has no result."
        : `${found.expression} = **${found.result}**`;
    },
  },
  {
    name: "stated name",
    answer: ({ text }) => {
      const name = statedName(text);
      return name && `Nice to meet you, **${name}**. I'll remember that in this conversation.`;
    },
  },
  {
    name: "recall",
    answer: ({ text, author }, { before }) => {
      if (!isQuestion(text) && !isRequest(text)) return undefined;
      const found = recall(text, author, before);
      if (!found) return undefined;
      const who = found.author === author ? "You" : `**${found.author}**`;
      return `${who} said earlier: “${found.text}”`;
    },
  },
  {
    name: "greeting",
    answer: when(
      /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|hallo|moin)\b[^?]{0,60}$/i,
      ({ persona, before }, { author }) => {
        const name = nameOf(author, before) ?? author;
        return `Hello${name && `, ${name}`}! I'm Parley, playing **${persona}**. ${standIn} Ask me what I can do.`;
      },
    ),
  },
  {
    name: "small talk",
    answer: when(/^how are you\b/i, () => `Well, thank you, as far as a stand-in can tell. ${standIn}`),
  },
  {
    name: "thanks",
    answer: when(
      /^(?:thanks?|thank you|thx|cheers|great|perfect|ok(?:ay)?)\b.{0,40}$/i,
      () => "You're welcome.",
    ),
  },
  {
    name: "note",
    answer: ({ text }) => {
      const isStatement = text.length > 0 && text.length < 300 && !isQuestion(text) && !isRequest(text);
      return isStatement
        ? `Noted: “${asNoted(text)}” Ask me about it later in this conversation.`
        : undefined;
    },
  },
];

/** What is said where no skill answers. */
export function admitIgnorance({ text }: Said, { persona }: Transcript): string {
  const start = text.length > 120 ? `${text.slice(0, 120).trim()}…` : text;
  return [
    `As **${persona}** I would answer this now: “${start}”`,
    `${standIn} An admin can set \`OPENAI_API_KEY\` to put a real model here. Until then, ask me *what can you do?*`,
  ].join("\n\n");
}

const help = `I'm a stand-in that runs inside Parley, so that you can try everything around the model. I can

- **remember**: tell me “my name is Ada” or “we deploy on Fridays”, and ask later
- **recap** the conversation, count its messages, quote what you asked before
- **search earlier threads**: “has anybody asked about the deploy before?”
- **calculate**: \`(17 + 4) * 2\`, \`15% of 80\`
- tell the **date** and the time
- show **Markdown**: ask for a table, a list, or code in TypeScript, Python, SQL or Bash
- **write long**: “tell me a long story” or “count to 300”, so that you can press stop

I know nothing of the world: for that, a real model needs \`OPENAI_API_KEY\`.`;

/** The things that a request lists: “a table of apples, pears and plums”. */
function itemsOf(text: string): readonly string[] {
  const listed = /\b(?:of|with|for|from|comparing|compare|:)\s+([^.?!\n]+)/i.exec(text)?.[1];
  if (!listed || !/,|\band\b/i.test(listed)) return [];
  return listed
    .split(/,|\band\b/i)
    .map((item) => item.trim())
    .filter(Boolean)
    .slice(0, 12);
}
