import type { Who } from "./chat-client.ts";
import type { GivenOptions } from "./command-client.ts";

/** A command as somebody gives it, and what its answer says. */
export interface Given {
  readonly as: Who;
  /** What stands after `/parley`. */
  readonly text: string;
  /** What a client with typed options could send instead, where the text is no command. */
  readonly options?: GivenOptions;
  /** What is filled into the form that it opens. */
  readonly form?: Readonly<Record<string, string>>;
  readonly answer: RegExp;
  /** The answer is for everybody in the channel. */
  readonly isPublic?: true;
}

const ada = (text: string, answer: RegExp, rest: Partial<Given> = {}): Given => ({
  as: "ada",
  text,
  answer,
  ...rest,
});
const ben = (text: string, answer: RegExp, rest: Partial<Given> = {}): Given => ({
  as: "ben",
  text,
  answer,
  ...rest,
});
const isPublic = { isPublic: true } as const;
const wrong = (command: string, values: GivenOptions["values"]) => ({ options: { command, values } });

/** Given one after the other in #general: ada manages it, ben is a member. The words of the text platforms need no options. */
export const everyCommand: readonly Given[] = [
  ben("help", /What you may do here/),
  ben("help persona use", /Who may: those who manage this channel, and admins/),
  ben("ask what is a mutex?", /^A lock\.$/),
  ben("dashboard", /opens once, within ten minutes/),
  ada("status", /up for/),
  ben("status", /for admins/),

  ben("chat info", /Nothing was said to me here yet/),
  ben("chat export", /There is nothing to export/),
  ben("chat mode always", /is for those who manage this channel/),
  ada("chat mode off", /From now on I answer in this channel to nothing but commands/, isPublic),
  ada("chat mode mention", /when I am mentioned/, isPublic),
  ada("chat mode sometimes", /doesn't fit `?mode/, wrong("chat mode", { mode: "sometimes" })),
  ada("chat mode", /mode`? is missing/, wrong("chat mode", {})),
  ada("chat model gpt-4o-mini", /From now on .*gpt-4o-mini.* answers/, isPublic),
  ada("chat model gpt-4o-mimi", /has no model .*Did you mean .*gpt-4o-mini/),
  ada("chat model text-embedding-3-small", /has no model/),
  ada("chat set temperature 0.3", /temperature`? is now/, isPublic),
  ada(
    "chat set temperature 7",
    /doesn't fit temperature, which takes a number from 0 to 2/,
    wrong("chat set", { parameter: "temperature", value: "7" }),
  ),
  ada(
    "chat set temprature 1",
    /doesn't fit `?parameter.*/s,
    wrong("chat set", { parameter: "temprature", value: "1" }),
  ),
  ada("chat set reasoning_effort low", /takes no `?reasoning_effort/),
  ada('chat set stop END "the end"', /stop`? is now/, isPublic),
  ben("chat info", /gpt-4o-mini.*chosen for this channel/s),
  ada("chat model default", /goes back to the persona's own model/, isPublic),
  ada("chat set temperature default", /goes back to the persona's own/, isPublic),
  ben("chat reset", /forgotten/, isPublic),

  ben("persona list", /professional/),
  ben("persona catalogue", /Assistants.*Specialists.*Domains/s),
  ben("persona show legal", /System message/),
  ben("persona show", /System message/),
  ben("persona show nobody", /There is no persona/),
  ben("persona use technical", /is for those who manage this channel/),
  ada("persona use technical", /From now on .*Technical assistant.* answers in this channel/, isPublic),
  ada("persona use tecnical", /Did you mean `?technical/),
  ada("persona use legal for thread", /This is no thread/),
  ada(
    "persona use legal for ever",
    /doesn't fit `?for|Words that belong together/,
    wrong("persona use", { name: "legal", for: "ever" }),
  ),
  ada("persona use default", /Nothing is chosen for this channel any more/, isPublic),
  ben("persona preview creative name our coffee machine", /would answer:\W*A lock\./),
  ada("persona delete creative", /can't be changed from chat/),
  ada("persona restore nobody", /no such version|There is no persona/),
  ada("persona import", /Send one YAML file/),
  ben("persona export", /There are no personas but the catalogue's/),
  ben("persona create", /is for those who manage this channel/),
  ada("persona create", /desk.* is made/, { form: { name: "desk", template: "technical" } }),
  ada("persona edit desk", /desk.* is changed/, { form: { instructions: "You know our router." } }),
  ada("persona edit legal", /can't be changed from chat/),
  ada("persona edit nobody", /There is no persona/),

  ada("moderation policy", /sexual\/minors.*blocked.*Parley/s),
  ben("moderation policy", /is for those who manage this channel/),
  ada(
    "moderation set violence flag 0.9",
    /violence is let through, and noted in this channel from a score of 0.9/,
    isPublic,
  ),
  ada(
    "moderation set violence flag 2",
    /doesn't fit threshold/,
    wrong("moderation set", { category: "violence", action: "flag", threshold: 2 }),
  ),
  ada(
    "moderation set violins flag",
    /doesn't fit `?category/,
    wrong("moderation set", { category: "violins", action: "flag" }),
  ),
  ada("moderation set sexual/minors allow", /always blocked/),
  ada("moderation set hate allow 0.5", /flag or block only/),
  ada("moderation set violence default", /Nothing is set for violence in this channel any more/, isPublic),
  ada("moderation log", /Nothing was flagged or blocked/),

  ben("budget show", /no budgets that you may see/),
  ben("budget set workspace $5 day", /for admins/),
  ada(
    "budget set workspace $5 day",
    /This workspace: from now on \$5\.00 a day, of which \$0\.0\d* are spent/,
  ),
  ada("budget set technical 0.50 month", /Persona .*technical.*\$0\.50 a month/),
  ada("budget set nobody $1 day", /There is no persona/),
  ada(
    "budget set workspace nothing day",
    /doesn't fit amount/,
    wrong("budget set", { scope: "workspace", amount: "nothing", per: "day" }),
  ),
  ada(
    "budget set workspace -5 day",
    /doesn't fit amount/,
    wrong("budget set", { scope: "workspace", amount: "-5", per: "day" }),
  ),
  ada("budget show", /This workspace.*\$5\.00 a day.*technical.*\$0\.50 a month/s),
  ada("budget lift workspace", /This workspace: nothing is refused until/),
  ada("budget clear technical", /Persona .*technical.*there is no budget any more/),
  ada("budget clear technical", /Persona .*technical.*there is no budget\./),
  ben("budget stop", /for admins/),
  ada("budget stop for everywhere", /Only those whom the configuration names/),
  ada("budget stop", /All paid calls are stopped in this workspace/, isPublic),
  ben("ask is anybody there?", /An admin has stopped everything here that costs money/),
  ada("budget go", /Paid calls go on in this workspace/, isPublic),
  ada("budget clear workspace", /This workspace: there is no budget any more/),

  ben("summarise", /Summary of .*A lock\./s),

  ben("cost me", /What Parley did for you this month.*Cost: \W*\$0\.0+[1-9].*gpt-6-luna.*answers/s),
  ben("cost me last-year", /last year.*No model was asked/s),
  ben("cost me tomorrow", /doesn't fit `?period/, wrong("cost me", { period: "tomorrow" })),
  ada("cost channel", /What Parley did in this channel this month.*Cost: \W*\$0\.0/s),
  ben("cost channel", /is for those who manage this channel/),
  ada("cost report", /What Parley cost here this month.*for \d+ answers?.*Channels/s),
  ben("cost report today", /What Parley cost for you today/),
  ada("cost report last-year person dark", /What Parley cost here last year/),
  ada("cost schedule", /No report is posted: .*cost schedule weekly/),
  ada("cost schedule weekly", /What Parley costs here is posted to general every Monday at 09:00/),
  ada("cost schedule", /Reports that are posted here.*general.*every Monday at 09:00.*everybody's/s),
  ada("cost schedule off", /No report is posted to general any more/),
  ada("cost schedule off", /No report is posted to general\.$/),
  ada("cost schedule hourly", /doesn't fit `?every/, wrong("cost schedule", { every: "hourly" })),
  ben("cost schedule daily", /is for those who manage this channel/),
  ben("cost export", /the \d+ calls that were made for you this month/),
  ada("cost export today json", /the \d+ calls of everybody here today/),
  ben("cost export last-year", /nothing to export/),
  ada("cost report today channel light json", /What Parley cost here today/),
  ben("cost reconcile", /for admins/),
  ada("cost reconcile", /for those alone who stand under .?admins/),
  ben("cost reprice", /for admins/),
  ada("cost reprice", /All calls of the last 35 days already have the prices/),
  ben("threads similar a recipe with aubergines and chickpeas", /Nothing close was said where you may read/),
  ben("threads similar", /text`? is missing/, wrong("threads similar", {})),
  ben("threads clusters", /From 4 on I can group them|threads? in \d groups/),
  ben("threads clusters 1", /doesn't fit `?count/, wrong("threads clusters", { count: 1 })),
  ben("threads compare https://example.com/a", /2 to 10 links/),
  ben("threads compare https://example.com/a https://example.com/b", /no thread that you may see/),
  ben("threads compare", /links`? is missing/, wrong("threads compare", {})),
  ben("threads map 3 dark", /From 4 on I can group them|What is near is alike/),
  ben("threads duplicates", /ask the same|asked more than once/),
  ben("threads index start", /is for those who manage this channel/),
  ada("threads index", /Only what is said since Parley is here can be found/),
  ada("threads index start", /is being made findable now/, isPublic),
  ada("threads index sometimes", /doesn't fit `?action/, wrong("threads index", { action: "sometimes" })),
  ben("threads hide", /is for those who manage this channel/),
  ada("threads hide", /Nothing of this channel is found any more/, isPublic),
  ada("threads index start", /This channel is hidden/),
  ada("threads hide no", /are found again/, isPublic),
  ada("threads hide no", /This channel is not hidden/, isPublic),
  ben("privacy optout", /Nothing that you write is found through Parley any more/),
  ben("privacy optin", /may be found again/),
  ada("status", /requests, .*error rate/s),
];
