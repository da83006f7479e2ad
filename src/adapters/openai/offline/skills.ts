import { calculate } from "./arithmetic.ts";
import { asNoted, nameOf, recall, statedName } from "./memory.ts";
import { codeBlock, conversationTable, itemTable, longText, stepList } from "./samples.ts";
import { isQuestion, isRequest } from "./transcript.ts";
import type { Said, Transcript } from "./transcript.ts";

/** One thing that the stand-in can do: answers in Markdown, or nothing where it isn't asked for that. */
export interface Skill {
  readonly name: string;
  readonly answer: (question: Said, context: SkillContext) => string | undefined;
}

export interface SkillContext extends Transcript {
  /** The turns before the question. */
  readonly before: readonly Said[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const standIn = "I'm the offline stand-in: I know this conversation, and nothing of the world.";

function when(
  pattern: RegExp,
  answer: (context: SkillContext, question: Said) => string | undefined,
): Skill["answer"] {
  return (question, context) => (pattern.test(question.text) ? answer(context, question) : undefined);
}

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
      const items = itemsOf(question.text);
      return items.length > 1 ? itemTable(items) : conversationTable([...before, question]);
    }),
  },
  {
    name: "code",
    answer: when(/\b(?:code|function|script|snippet|program|query)\b/i, ({ before }, { text, author }) => {
      if (!isRequest(text) && !isQuestion(text)) return undefined;
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
    answer: when(/\b(?:list|bullets?|bullet points|steps|checklist|ideas|plan)\b/i, (_, { text }) => {
      if (!isRequest(text) && !isQuestion(text)) return undefined;
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
- **calculate**: \`(17 + 4) * 2\`, \`15% of 80\`
- tell the **date** and the time
- show **Markdown**: ask for a table, a list, or code in TypeScript, Python, SQL or Bash
- **write long**: “tell me a long story” or “count to 300”, so that you can press stop

I know nothing of the world: for that, a real model needs \`OPENAI_API_KEY\`.`;

function recap({ before }: SkillContext): string {
  if (before.length === 0) return "Nothing was said yet: your message is the first.";
  const lines = before.slice(-maxRecapTurns).map(({ by, author, text }) => {
    const who = by === "assistant" ? "I" : author ? `**${author}**` : "You";
    const verb = by === "user" && isQuestion(text) ? "asked" : "said";
    const line = text.replaceAll(/\s+/g, " ").replaceAll(/[*_`#>|]/g, "");
    return `- ${who} ${verb}: ${line.length > 90 ? `${line.slice(0, 90).trim()}…` : line}`;
  });
  const left = before.length - lines.length;
  const head = left > 0 ? `The last ${lines.length} of ${before.length} messages:` : "What was said so far:";
  return `${head}\n\n${lines.join("\n")}`;
}

const maxRecapTurns = 12;

function others(turns: readonly Said[], author: string): string {
  const count = turns.filter((turn) => turn.by === "user" && turn.author !== author).length;
  return count > 0 ? `, ${count} from others` : "";
}

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

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function inWords(items: readonly string[]): string {
  return new Intl.ListFormat("en").format(items);
}
