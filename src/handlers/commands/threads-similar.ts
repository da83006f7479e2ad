import { admit } from "../../core/moderation.ts";
import { quoteText } from "../../core/quote-text.ts";
import { bookCalls } from "../book-calls.ts";
import type { FoundThread } from "../threads/find-similar.ts";
import { explainBlocked } from "../tell-blocked.ts";
import { callContextOf } from "./call-context.ts";
import type { CommandContext } from "./command.ts";
import { refuse } from "./refuse.ts";
import type { ThreadCommandDeps, ThreadCommands } from "./threads.ts";

const shown = 5;
const maxExcerptChars = 280;

/** `threads similar`: what was said like this, where whoever asks can read. */
export function createThreadsSimilar(deps: ThreadCommandDeps): ThreadCommands["threads similar"] {
  const { platformOf, models, findSimilar } = deps;
  const { words } = deps.ambient;
  const said = words.threads.similar;

  return async ({ text }, context) => {
    const { place, person, by, conversation, id, signal } = context;
    const persona = await deps.settings.personaFor(place, { user: by.name, signal });
    const calls = callContextOf(context, persona.name);
    const { verdicts, call } = await models.moderate([{ text, kind: "command", id, person }], place, signal);
    if (call) await bookCalls([call], calls, deps);
    const [verdict] = verdicts;
    const admitted = verdict && admit(text, verdict);
    if (admitted === undefined)
      return refuse(verdict === undefined ? words.blockedInPublic : explainBlocked(verdict, words));
    const looking = { text: admitted, place, asker: by.id, for: "private", limit: shown } as const;
    const found = await findSimilar({ ...looking, except: conversation, context: calls }, signal);
    await bookCalls(found.calls, calls, deps);
    if (found.threads.length === 0) return { text: said.nothing };
    const lines = await Promise.all(found.threads.map((each, i) => write(each, i + 1, context)));
    return { text: [said.title(found.threads.length), ...lines].join("\n\n") };
  };

  async function write(
    { entry, similarity, closeness, nearest }: FoundThread,
    number: number,
    { signal }: CommandContext,
  ): Promise<string> {
    const platform = platformOf(entry.place);
    const { workspace, channel } = entry.place;
    const facts = await platform.channel(workspace, channel, signal).catch(() => undefined);
    const link = platform.linkTo(entry.place, nearest.message);
    const name = facts === undefined ? said.hiddenChannel : quoteText(facts.name);
    return [
      `${number}. ${said.line(`**${quoteText(entry.title || words.threads.untitled)}**`, link && `[${said.open}](${link})`)}`,
      said.about(name, entry.lastAt, closeness, similarity),
      `> ${quoteText(shorten(nearest.excerpt))}`,
    ].join("\n");
  }
}

function shorten(text: string): string {
  return text.length <= maxExcerptChars
    ? text
    : `${text.slice(0, maxExcerptChars).toWellFormed().trimEnd()}…`;
}
