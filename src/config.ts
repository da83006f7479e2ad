import { readEnvironment } from "./config/environment.ts";
import type { Environment, RawEnvironment } from "./config/environment.ts";
import { readSettings } from "./config/file.ts";
import { choosePersonas } from "./config/personas.ts";
import { readPrices } from "./config/prices.ts";
import { listProblems } from "./config/problem.ts";
import type { Problem } from "./config/problem.ts";
import { checkCombinations } from "./config/rules.ts";
import type { Settings } from "./config/settings.ts";
import type { ConfigFile } from "./config/yaml-file.ts";
import { checkModeration } from "./config/moderation.ts";
import type { BudgetSettings } from "./core/budget.ts";
import type { DefaultModes } from "./core/channel-mode.ts";
import { AppError } from "./core/errors.ts";
import type { CategoryRules, ReplyModeration } from "./core/moderation/policy.ts";
import type { WordList } from "./core/moderation/word-list.ts";
import type { ModelRates } from "./core/rate-limit.ts";
import type { ReviewSettings } from "./core/review.ts";
import type { ChannelId } from "./core/ids.ts";
import type { PersonaChoice } from "./core/persona.ts";
import type { PriceOverride } from "./core/price-overrides.ts";

/** Everything that Parley is told from outside, checked. */
export interface Config extends Pick<
  Settings,
  | "model"
  | "context"
  | "reply"
  | "burst"
  | "concurrency"
  | "flood"
  | "catchUp"
  | "admins"
  | "bots"
  | "threads"
  | "timeZone"
  | "language"
  | "shutdown"
> {
  readonly modelService: ModelService;
  readonly web: {
    readonly host: string;
    readonly port: number;
    readonly token?: string;
    /** Where people reach the web pages; without a slash at its end. */
    readonly publicUrl?: string;
  };
  readonly playground: boolean;
  /** How Parley takes part in channels, where nothing else was set in chat. */
  readonly modes: DefaultModes;
  readonly slack?: SlackSettings;
  readonly discord?: DiscordSettings;
  readonly dataDir: string;
  readonly logLevel: NonNullable<Environment["LOG_LEVEL"]>;
  readonly personas: PersonaChoice;
  readonly prices: readonly PriceOverride[];
  readonly budgets: BudgetSettings;
  /** What each model is asked in a minute at the most. */
  readonly rates: Readonly<Record<string, ModelRates>>;
  readonly moderation: {
    readonly provider: "openai" | "off";
    readonly model: string;
    readonly rules: CategoryRules;
    readonly words: WordList;
    readonly supportText?: string;
    readonly replies: ReplyModeration;
    readonly timeoutMs: number;
    readonly retryMs: number;
    readonly logKeptMs: number;
    readonly reviews: ReviewSettings;
    readonly cacheTtlMs: number;
  };
}

export type ModelService =
  | { readonly kind: "offline" }
  | {
      readonly kind: "openai";
      readonly apiKey: string;
      readonly baseUrl?: string;
      readonly organization?: string;
      readonly project?: string;
      /** Reads what was billed. */
      readonly adminKey?: string;
    };

export interface SlackSettings {
  readonly botToken: string;
  /** Socket Mode; where it is missing, events come over HTTP and are signed with the signing secret. */
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly apiUrl: string;
  readonly streaming: Settings["slack"]["streaming"];
}

export interface DiscordSettings {
  readonly token: string;
  readonly apiUrl: string;
  readonly threads: Settings["discord"]["threads"];
}

export const discordApiUrl = "https://discord.com/api";

export const defaultConfigPath = "parley.yaml";

/**
 * Reads the environment and the text of `parley.yaml`. No value is clamped or passed over.
 * @throws AppError `config_invalid` that lists every problem, with what would be right; no value is repeated in it.
 */
export function readConfig(rawEnv: RawEnvironment, file: ConfigFile | undefined): Config {
  const problems: Problem[] = [];
  const env = readEnvironment(rawEnv, problems);
  checkCombinations(rawEnv, env, problems);
  const read = readSettings(file, problems);
  const personas = read && choosePersonas(read.settings, read.locate, problems);
  if (read) checkModeration(read.settings.moderation, read.locate, problems);
  if (problems.length > 0 || read === undefined || personas === undefined)
    throw new AppError("config_invalid", listProblems(problems));

  const {
    model,
    context,
    reply,
    burst,
    concurrency,
    flood,
    catchUp,
    admins,
    bots,
    language,
    timeZone,
    prices,
    threads,
    shutdown,
    moderation,
    slack,
    discord,
    playground,
  } = read.settings;
  const { publicUrl } = read.settings.web;
  return {
    modelService: chooseModelService(env),
    web: {
      host: env.HOST ?? "127.0.0.1",
      port: env.PORT ?? 3000,
      ...(env.PARLEY_WEB_TOKEN !== undefined && { token: env.PARLEY_WEB_TOKEN }),
      ...(publicUrl !== undefined && { publicUrl: publicUrl.replace(/\/$/, "") }),
    },
    playground: env.PARLEY_PLAYGROUND ?? true,
    modes: { slack: slack.mode, discord: discord.mode, playground: playground.mode },
    ...choosePlatforms(env, read.settings),
    dataDir: env.PARLEY_DATA_DIR ?? "data",
    logLevel: env.LOG_LEVEL ?? "info",
    model,
    context,
    reply,
    burst,
    concurrency,
    flood,
    catchUp,
    admins,
    bots,
    personas,
    moderation: {
      provider: moderation.provider,
      model: moderation.model,
      rules: moderation.categories,
      words: moderation.words,
      replies: moderation.replies,
      timeoutMs: moderation.timeoutMs,
      retryMs: moderation.retryMs,
      ...(moderation.supportText !== undefined && { supportText: moderation.supportText }),
      logKeptMs: moderation.logDays * 86_400_000,
      reviews: reviewSettings(read.settings),
      cacheTtlMs: moderation.cacheTtlHours * 3_600_000,
    },
    prices: readPrices(prices),
    threads,
    timeZone,
    language,
    shutdown,
    budgets: chooseBudgets(read.settings),
    rates: read.settings.openai.limits,
  };
}

function chooseBudgets({ timeZone, budgets }: Settings): BudgetSettings {
  const { unknownPrice, fallbackModel: model, fallbackUpToPercent: upToPercent } = budgets;
  return { timeZone, unknownPrice, ...(model !== undefined && { fallback: { model, upToPercent } }) };
}

function reviewSettings({ moderation, slack, discord, playground }: Settings): ReviewSettings {
  const channels = Object.entries({ slack, discord, playground }).flatMap(([platform, { moderators }]) =>
    moderators === undefined ? [] : [[platform, moderators as ChannelId] as const],
  );
  const { blocks, withinMinutes, pauseMinutes } = moderation.repeat;
  const repeat = { blocks, withinMs: withinMinutes * 60_000, pauseMs: pauseMinutes * 60_000 };
  return {
    channels: Object.fromEntries(channels),
    excerpts: moderation.excerpts,
    ...(blocks > 0 && { repeat }),
  };
}

function choosePlatforms(env: Environment, settings: Settings): Pick<Config, "slack" | "discord"> {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slackUrl,
    DISCORD_TOKEN: token,
    DISCORD_API_URL: discordUrl,
  } = env;
  const slack = botToken !== undefined && {
    botToken,
    ...(appToken !== undefined && { appToken }),
    ...(signingSecret !== undefined && { signingSecret }),
    apiUrl: slackUrl ?? "https://slack.com/api/",
    streaming: settings.slack.streaming,
  };
  const discord = token !== undefined && {
    token,
    apiUrl: discordUrl ?? discordApiUrl,
    threads: settings.discord.threads,
  };
  return { ...(slack && { slack }), ...(discord && { discord }) };
}

function chooseModelService(env: Environment): ModelService {
  const {
    OPENAI_API_KEY: apiKey,
    OPENAI_BASE_URL: baseUrl,
    OPENAI_ORG_ID: organization,
    OPENAI_PROJECT_ID: project,
    OPENAI_ADMIN_KEY: adminKey,
  } = env;
  if (apiKey === undefined || env.PARLEY_OFFLINE_MODEL === true) return { kind: "offline" };
  return {
    kind: "openai",
    apiKey,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(organization !== undefined && { organization }),
    ...(project !== undefined && { project }),
    ...(adminKey !== undefined && { adminKey }),
  };
}
