import { performance } from "node:perf_hooks";

import { askAround, search, withoutFilter, withoutRule } from "../test/support/permission-worlds/leaks.ts";
import type { Search } from "../test/support/permission-worlds/leaks.ts";
import { never, question, until } from "../test/support/platform-contract/harness.ts";
import type { Harness } from "../test/support/platform-contract/harness.ts";
import { openDiscord } from "../test/support/platform-contract/discord-harness.ts";
import { openSlack } from "../test/support/platform-contract/slack-harness.ts";
import { visibilityOn } from "../test/support/platform-contract/visibility-on.ts";
import type { BenchResult } from "./result.ts";

const cases = 1_000_000;
const controlCases = 20_000;
const revocations = 30;

/**
 * Questions in made workspaces against a model of who may read what: how many showed somebody what they can't read. And how
 * long somebody who was taken out of a channel is still shown it, through the real clients.
 */
export async function run(): Promise<BenchResult[]> {
  const seed = Date.now() % 1_000_000_007;
  const began = performance.now();
  const { leaks, found } = askAround(cases, seed, search);
  const perCase = ((performance.now() - began) * 1_000) / cases;
  return [
    {
      name: `${cases.toLocaleString("en-US")} questions (seed ${seed}): leaks`,
      value: leaks,
      unit: "cases",
      target: "0",
      ok: leaks === 0,
    },
    { name: "found beside the place itself", value: found / cases, unit: "places a question" },
    { name: "a question, with its workspace made and checked", value: perCase, unit: "µs" },
    control("without the audience rule", withoutRule, seed),
    control("without the filter", withoutFilter, seed),
    await revoke("Slack", () => openSlack({ mode: "socket", streaming: "update" })),
    await revoke("Discord", () => openDiscord({ threads: "never" })),
  ];
}

/** A test that can't fail shows nothing. */
function control(name: string, broken: Search, seed: number): BenchResult {
  const { leaks } = askAround(controlCases, seed, broken);
  return {
    name: `leaks ${name}, in ${controlCases.toLocaleString("en-US")}`,
    value: leaks,
    unit: "cases",
    target: "> 0",
    ok: leaks > 0,
  };
}

/** From the change on the platform's side to the first question that doesn't show it, the longest of several. */
async function revoke(title: string, open: () => Promise<Harness>): Promise<BenchResult> {
  await using harness = await open();
  const visibility = await visibilityOn(harness);
  const { place } = await question(harness, "private");
  const key = await visibility.audienceOf(place, never);
  const sees = async (): Promise<boolean> => {
    const { audiences } = await visibility.forPerson(place, harness.people.member.id, never);
    return key !== undefined && audiences.has(key);
  };
  let longestMs = 0;
  for (let at = 0; at < revocations; at++) {
    await until(sees, "the channel to be shown");
    const since = performance.now();
    await harness.letIn("member", false);
    await until(async () => !(await sees()), "the revocation to take effect");
    longestMs = Math.max(longestMs, performance.now() - since);
    await harness.letIn("member", true);
  }
  const ok = longestMs <= 1_000;
  return { name: `revocation, ${title}`, value: longestMs, unit: "ms", target: "≤ 1,000", ok };
}
