import type { CommandArguments } from "../../core/command/table.ts";
import { quoteText } from "../../core/quote-text.ts";
import { nextRun } from "../../core/schedule.ts";
import type { ReportSchedule } from "../../core/schedule.ts";
import { posting } from "../reports/report-due.ts";
import { writeTable } from "../write-table.ts";
import type { CommandAnswer, CommandContext } from "./command.ts";
import type { CostCommandDeps, CostCommands } from "./cost.ts";
import { refuse } from "./refuse.ts";
import { retryOvertaken } from "./retry-overtaken.ts";

const usualHour = 9;
const maxListed = 50;

/** `cost schedule`: who manages a channel has its costs posted there, an admin those of the workspace as well. */
export function createCostSchedule(deps: CostCommandDeps): CostCommands["cost schedule"] {
  const { schedules } = deps.stores;
  const { storage, platformOf, ambient } = deps;
  const { now } = ambient;
  const words = ambient.words.schedules;
  const zone = deps.costs.timeZone;

  return async (given, context) => {
    const { every, channel } = given;
    if (every === undefined) return list(context);
    const place = { ...context.place, channel: channel ?? context.place.channel };
    const platform = platformOf(place);
    const { workspace } = place;
    const isElsewhere = place.channel !== context.place.channel;
    // A channel that somebody can't read is, to them, not there.
    const facts =
      !isElsewhere || (await platform.canRead(workspace, context.by.id, place.channel, context.signal))
        ? await platform.channel(workspace, place.channel, context.signal)
        : undefined;
    if (facts === undefined) return refuse(words.noChannel);
    const name = quoteText(facts.name);
    if (isElsewhere && !context.rights.isAdmin) {
      const there = { platform: place.platform, workspace, channel: place.channel };
      const { isChannelManager } = await platform.rights(there, context.by.id, context.signal);
      if (!isChannelManager) return refuse(words.notYours(name));
    }
    if (given.of === "workspace" && !context.rights.isAdmin) return refuse(words.adminsOnly);
    const where = { platform: place.platform, workspace, channel: place.channel };
    return every === "off" ? end(where, name) : begin({ ...given, every }, where, name, context);
  };

  async function begin(
    given: CommandArguments<"cost schedule"> & Pick<ReportSchedule, "every">,
    place: ReportSchedule["place"],
    name: string,
    { person: by, id: cause, rights }: CommandContext,
  ): Promise<CommandAnswer> {
    const { every, hour = usualHour, of = rights.isAdmin ? "workspace" : "channel", theme = "light" } = given;
    return retryOvertaken(async () => {
      const at = now();
      const { version } = await schedules.of(place);
      const schedule: ReportSchedule = { place, every, hour, of, theme, by, cause, at };
      const due = nextRun(schedule, at, zone);
      await storage.commit([schedules.putting(schedule, version), posting(schedule, due)]);
      return { text: words.begun(schedule, name, words.time(due, zone)) };
    });
  }

  /** What is in the inbox for it finds that it is over. */
  async function end(place: ReportSchedule["place"], name: string): Promise<CommandAnswer> {
    return retryOvertaken(async () => {
      const { value, version } = await schedules.of(place);
      if (value === undefined) return refuse(words.none(name));
      await storage.commit([schedules.removing(place, version)]);
      return { text: words.ended(name) };
    });
  }

  async function list({ place, by, rights, signal }: CommandContext): Promise<CommandAnswer> {
    const known = rights.isAdmin
      ? await schedules.all(place, maxListed)
      : [(await schedules.of(place)).value].filter((each) => each !== undefined);
    if (known.length === 0) return { text: words.nothing };
    const platform = platformOf(place);
    const rows = await Promise.all(
      known.map(async (schedule) => {
        const { channel } = schedule.place;
        const isReadable = await platform.canRead(place.workspace, by.id, channel, signal).catch(() => false);
        const facts = isReadable
          ? await platform.channel(place.workspace, channel, signal).catch(() => undefined)
          : undefined;
        const due = schedule.isPaused ? words.paused : words.time(nextRun(schedule, now(), zone), zone);
        return [
          facts ? quoteText(facts.name) : words.hidden,
          words.every(schedule),
          words.of[schedule.of],
          due,
        ];
      }),
    );
    return { text: `**${words.title}**\n\n${writeTable(words.head, rows)}` };
  }
}
