import type { ChannelId, PersonId } from "../../core/ids.ts";
import { personKey } from "../../core/ids.ts";
import type { VerdictEntry } from "../../core/moderation/input.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { CommandContext } from "./command.ts";
import type { ModerationCommandDeps, ModerationCommands } from "./moderation.ts";
import { writeTable } from "../write-table.ts";

const usualCount = 20;
/** What is looked through for entries of one channel. */
const maxEntries = 1_000;
const dayMs = 86_400_000;

/** What was flagged and blocked, to somebody who learns of no place that they can't read. */
export function createModerationLog(deps: ModerationCommandDeps): ModerationCommands["moderation log"] {
  const { verdicts } = deps.stores;
  const words = deps.ambient.words.moderation.log;
  const days = Math.round(deps.moderation.logKeptMs / dayMs);

  return async ({ count = usualCount, for: reach = "channel" }, context) => {
    const { place } = context;
    const all = await verdicts.newest(place, maxEntries);
    const here = all.filter((entry) => reach === "workspace" || entry.place.channel === place.channel);
    const names = createNames(context);
    const readable = await Promise.all(
      here.map(async (entry) => (await names.channel(entry.place.channel)) !== undefined),
    );
    const shown = here.filter((_entry, i) => readable[i]).slice(0, count);
    const hidden = readable.filter((isReadable) => !isReadable).length;
    const parts = [
      `**${words.title(days)}**`,
      shown.length > 0
        ? writeTable(words.head, await Promise.all(shown.map((each) => rowOf(each, names))))
        : words.none,
      hidden > 0 && words.hidden(hidden),
    ];
    return { text: parts.filter(Boolean).join("\n\n") };
  };

  async function rowOf(
    { at, place, person, kind, scores, decision }: VerdictEntry,
    names: ReturnType<typeof createNames>,
  ): Promise<readonly string[]> {
    const seen = Object.entries(scores).toSorted(([, a], [, b]) => b - a);
    return [
      new Date(at).toISOString().slice(0, 16).replace("T", " "),
      (await names.channel(place.channel)) ?? "",
      person === undefined ? words.nobody : await names.person(person),
      words.kind(kind),
      seen.map(([category, score]) => `${category} ${score.toFixed(2)}`).join(", "),
      words.decision[decision],
    ];
  }

  /** The platform is asked about each channel and each person once. */
  function createNames({ place, by, signal }: CommandContext) {
    const { platform: platformName, workspace } = place;
    const platform = deps.platformOf(place);
    const channels = new Map<ChannelId, Promise<string | undefined>>();
    const people = new Map<string, Promise<string>>();
    const remember = <Key, Value>(known: Map<Key, Promise<Value>>, key: Key, load: () => Promise<Value>) => {
      const loading = known.get(key) ?? load();
      known.set(key, loading);
      return loading;
    };
    return {
      /** `undefined` for one that can't be read, or about which nothing is known. */
      channel: (channel: ChannelId) =>
        remember(channels, channel, async () => {
          try {
            if (!(await platform.canRead(workspace, by.id, channel, signal))) return undefined;
            return quoteText((await platform.channel(workspace, channel, signal))?.name ?? channel);
          } catch {
            return undefined;
          }
        }),
      person: (key: string) =>
        remember(people, key, async () => {
          const id = idOf(key);
          if (personKey(platformName, workspace, id) !== key) return quoteText(key);
          const facts = await platform.person(workspace, id, signal).catch(() => undefined);
          return quoteText(facts ? `${facts.name} (${id})` : id);
        }),
    };
  }
}

/** The platform's id in a person's key. */
function idOf(key: string): PersonId {
  return decodeURIComponent(key.split("/").at(-1) ?? "") as PersonId;
}
