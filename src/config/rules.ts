import { isLoopback, exampleOf } from "./environment.ts";
import type { Environment, RawEnvironment, VariableName } from "./environment.ts";
import type { Problem } from "./problem.ts";

/** Known variables of what this version does not have yet: building an adapter takes its line away. */
const notBuiltYet: readonly (readonly [what: string, variables: readonly VariableName[]])[] = [
  ["Redis storage", ["REDIS_URL"]],
];

/** What must hold between variables; problems are added to the list. */
export function checkCombinations(rawEnv: RawEnvironment, env: Environment, problems: Problem[]): void {
  const isSet = (name: VariableName) => Boolean(rawEnv[name]?.trim());
  const missing = (name: VariableName, wrong: string) =>
    problems.push({ where: name, wrong, example: exampleOf(name) });

  for (const [what, names] of notBuiltYet) {
    const set = names.filter(isSet);
    if (set.length > 0)
      problems.push({
        where: set.join(", "),
        wrong: `this version of Parley has no ${what} yet; leave ${set.length === 1 ? "it" : "them"} unset`,
      });
  }
  if (isSet("SLACK_BOT_TOKEN") && !isSet("SLACK_APP_TOKEN") && !isSet("SLACK_SIGNING_SECRET")) {
    missing("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN needs it (Socket Mode), or SLACK_SIGNING_SECRET (HTTP)");
  }
  for (const name of ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"] as const) {
    if (isSet(name) && !isSet("SLACK_BOT_TOKEN"))
      missing("SLACK_BOT_TOKEN", `${name} is of no use without it`);
  }
  const hasPlatform = isSet("SLACK_BOT_TOKEN") || isSet("DISCORD_TOKEN");
  if (hasPlatform && !isSet("OPENAI_API_KEY") && env.PARLEY_OFFLINE_MODEL !== true) {
    missing(
      "OPENAI_API_KEY",
      "Slack or Discord need it; to let the offline model answer there, set PARLEY_OFFLINE_MODEL=on",
    );
  } else if (!isSet("OPENAI_API_KEY") && env.PARLEY_OFFLINE_MODEL === false) {
    missing("OPENAI_API_KEY", "with PARLEY_OFFLINE_MODEL=off nothing answers without it");
  } else if (isSet("OPENAI_BASE_URL") && !isSet("OPENAI_API_KEY") && env.PARLEY_OFFLINE_MODEL !== true) {
    missing(
      "OPENAI_API_KEY",
      "OPENAI_BASE_URL is of no use without it; for a server that wants no key, put any text",
    );
  }
  if (env.HOST !== undefined && !isLoopback(env.HOST) && !isSet("PARLEY_WEB_TOKEN")) {
    missing("PARLEY_WEB_TOKEN", "HOST lets other machines in, so the web pages need a token");
  }
  if (env.PARLEY_PLAYGROUND === false && !hasPlatform) {
    problems.push({
      where: "PARLEY_PLAYGROUND",
      wrong: "without the playground there is no platform to answer on",
      example: "PARLEY_PLAYGROUND=on",
    });
  }
}
