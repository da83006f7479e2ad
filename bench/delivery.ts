import { askFaultyModel } from "../test/support/faulty-model.ts";
import { stormOfEvents } from "../test/support/event-storm.ts";
import { stormOfRefusals, storms } from "../test/support/refusal-storm.ts";
import { stallOwners } from "../test/support/stalled-owners.ts";
import { startTalk } from "../test/support/talk.ts";
import { setTimeout as sleep } from "node:timers/promises";

import { measureAcks } from "./delivery/acks.ts";
import { killAtRandom } from "./delivery/kills.ts";
import { measureResumes } from "./delivery/resumes.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";

// How long each part goes on; shorter to try it out: `SCALE=0.1 npm run bench -- delivery`.
const scale = Number(process.env["SCALE"] ?? 1);
const stalls = Math.ceil(200 * scale);
const stormMessages = Math.ceil(2_500 * scale);
const cutEveryMs = 5_000;
const cuts = Math.ceil(36 * scale);
const refusalMs = 60_000 * scale;
const refusedReplies = Math.ceil(200 * scale);
const faultyQuestions = Math.ceil(2_000 * scale);

const parts: Readonly<Record<string, () => Promise<readonly BenchResult[]>>> = {
  acks: measureAcks,
  resumes: measureResumes,
  storm: tellStorm,
  faults: tellFaultyModel,
  refusals: tellRefusals,
  cuts: tellCuts,
  stalls: tellStalls,
  kills: () => killAtRandom(Math.ceil(200 * scale)),
};

/** Whether anything is lost or said twice, whatever happens. `PARTS=acks,stalls` runs some of it. */
export async function run(): Promise<BenchResult[]> {
  const names = process.env["PARTS"]?.split(",") ?? Object.keys(parts);
  const results: BenchResult[] = [];
  for (const name of names) results.push(...((await parts[name]?.()) ?? []));
  return results;
}

function none(name: string, value: number): BenchResult {
  return { name, value, unit: "", target: "0", ok: value === 0 };
}

function count(name: string, value: number): BenchResult {
  return { name, value, unit: "" };
}

async function tellStorm(): Promise<readonly BenchResult[]> {
  const report = await stormOfEvents({ messages: stormMessages, conversations: 200, random: Math.random });
  const { events, twice, lostAnswers } = report;
  const about = `${events} events, ${twice} of them twice, ${lostAnswers} unanswered`;
  return [
    none(`Slack, ${about}: messages without an answer`, report.unanswered),
    none("… with two answers", report.answeredTwice),
    none("… answered out of order", report.outOfOrder),
    none("… conversations that are muddled", report.muddled),
  ];
}

async function tellFaultyModel(): Promise<readonly BenchResult[]> {
  const report = await askFaultyModel("Discord", faultyQuestions, 0.3);
  const told = ((report.answered + report.explained) / report.questions) * 100;
  return [
    {
      name: `${report.questions} questions, 30 % of the model's calls fail: answered or explained`,
      value: told,
      unit: "%",
      target: "≥ 99.9",
      ok: told >= 99.9,
      comparedTo: "explained",
      comparedValue: (report.explained / report.questions) * 100,
    },
    none("… with two replies", report.doubled),
    {
      name: "… calls of the model for each",
      value: report.callsEach,
      unit: "×",
      target: "≤ 1.2",
      ok: report.callsEach <= 1.2,
    },
  ];
}

async function tellRefusals(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const storm of storms) {
    const bounds = { stormMs: refusalMs, replies: refusedReplies };
    const { replies, whole, refused, tooEarly } = await stormOfRefusals(storm, bounds);
    const about = `${storm.title}, 429 ${storm.what} for ${refusalMs / 1_000} s, ${refused} times`;
    results.push(
      none(`${about}: replies that are not whole, or there twice`, replies - new Set(whole).size),
      none("… calls that came too early", tooEarly.length),
    );
  }
  return results;
}

async function tellCuts(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const title of ["Slack over a socket", "Discord"] as const) {
    await using talk = await startTalk(title);
    for (let cut = 0; cut < cuts; cut++) {
      if (cut % 3 === 2) talk.line.forget();
      else if (cut % 3 === 1) talk.line.renew();
      else talk.line.cut();
      await talk.askAround();
      const until = performance.now() + cutEveryMs;
      while (performance.now() < until) {
        await talk.ask();
        await sleep(400);
      }
    }
    const { asked, missed, doubled } = await talk.settle();
    const about = `${title}, connection ended every ${cutEveryMs / 1_000} s, ${cuts} times, ${asked} questions`;
    results.push(none(`${about}: missed`, missed), none("… answered twice", doubled));
  }
  return results;
}

async function tellStalls(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const title of ["Slack over a socket", "Discord"] as const) {
    const report = await stallOwners(title, stalls);
    const about = `${title}, two instances, one stopped ${stalls} times, ${report.questions} questions`;
    results.push(
      none(`${about}: without an answer`, report.lost),
      none("… with two answers", report.doubled),
      none("… with half an answer", report.half),
      count("… replies taken over", report.takenOver),
      count("… questions under which two messages stood for a moment", report.twoForAMoment),
      count("… replies put right in which a superseded owner had written", report.mended),
    );
  }
  return results;
}

if (import.meta.main) printResults(await run());
