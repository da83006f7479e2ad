import type { Frequency, ReportSchedule } from "../schedule.ts";

const often: Readonly<Record<Frequency, string>> = {
  daily: "every day",
  weekly: "every Monday",
  monthly: "on the first of each month",
};

/** What is said of reports that are posted again and again. Names come in already quoted. */
export const schedulesInEnglish = {
  title: "Reports that are posted here",
  head: ["channel", "when", "whose costs", "next"],
  nothing: "No report is posted: `/parley cost schedule weekly` begins one for this channel.",
  hidden: "a channel that you can't read",
  paused: "paused: it could not be posted",
  every: ({ every, hour }: Pick<ReportSchedule, "every" | "hour">) => `${often[every]} at ${clock(hour)}`,
  of: { workspace: "everybody's", channel: "the channel's" },
  time: (at: number, zone: string) =>
    `${new Date(at).toLocaleString("en-GB", { timeZone: zone, dateStyle: "medium", timeStyle: "short" })} (${zone})`,
  begun: ({ every, hour, of }: ReportSchedule, channel: string, next: string) =>
    `${of === "workspace" ? "What Parley costs here" : "What Parley costs in that channel"} is posted to ${channel} ${often[every]} at ${clock(hour)}, for the first time on ${next}. Everybody who reads the channel will see it; people are never named in it, nor channels that not everybody can read. \`/parley cost schedule off\` there ends it.`,
  ended: (channel: string) => `No report is posted to ${channel} any more.`,
  none: (channel: string) => `No report is posted to ${channel}.`,
  noChannel: "There is no such channel that you can read.",
  notYours: (channel: string) => `Only who manages ${channel}, or an admin, can have reports posted there.`,
  adminsOnly: "What everybody here costs is for admins to post; `of channel` posts what the channel costs.",
  missed: (missed: number) =>
    `-# ${missed === 1 ? "One report" : `${missed} reports`} before this one could not be posted in time.`,
  stopped: (channel: string | undefined, every: Frequency) =>
    `The report of costs that you have posted ${often[every]} to ${channel ?? "a channel that is gone"} could not be posted: the channel doesn't exist any more, or doesn't let me write. It is paused. Invite me there again and give \`/parley cost schedule ${every}\` in the channel, or choose another one.`,
};

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
