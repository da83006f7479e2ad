import { parameterOf } from "../../core/command/groups/chat.ts";
import { fitContext } from "../../core/context.ts";
import { writeConversation } from "../../core/conversation-file.ts";
import type { Turn } from "../../core/conversation.ts";
import { AppError } from "../../core/errors.ts";
import type { ConversationKey } from "../../core/ids.ts";
import type { SpentTokens } from "../../core/ledger.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Conversations } from "../../core/stores.ts";
import { tokensPerMessage } from "../../core/tokens.ts";
import type { ActivePersona } from "../persona-choice.ts";
import { createTurnBudget, recountTurns } from "../recall.ts";
import { createRemember } from "../remember.ts";
import { commitBesideFolds } from "../summary-due.ts";
import type { ChatCommandDeps, ChatCommands } from "./chat.ts";
import type { CommandContext } from "./command.ts";

const pageTurns = 500;
/** Counted for people; a conversation that is longer is said to be. */
const maxCounted = 10_000;
/** Above the last turn and below the next message: a reply stands 0.001 ms behind its question. */
const behindReplyMs = 0.01;

/** What Parley remembers of the conversation in which it is asked: seen, taken home, forgotten. */
export function createChatMemoryCommands(
  deps: ChatCommandDeps,
): Pick<ChatCommands, "chat info" | "chat reset" | "chat export"> {
  const { platformOf, storage, models } = deps;
  const { conversations, summaries, ledger } = deps.stores;
  const { personaFor, chatSettings, limits } = deps.settings;
  const { words, now } = deps.ambient;
  const turnBudget = createTurnBudget(models.tokens, limits);
  const remember = createRemember(deps);

  return {
    async "chat info"(_given, context) {
      const { place, conversation: key } = context;
      const [persona, channel, mode, conversation, turns, spent] = await Promise.all([
        personaFor(place, { user: context.by.name, signal: context.signal }),
        chatSettings.channel(place),
        chatSettings.mode(place),
        conversations.get(key),
        readTurns(conversations, key, maxCounted),
        ledger.spentOn(key),
      ]);
      const [memory, retires] = await Promise.all([
        remembered(key, persona),
        // What can't be asked just now is nothing to wait for, or to fail for.
        models.list.retirementOf(persona.model).catch(() => undefined),
      ]);
      const { info } = words.chat;
      const roles = Object.groupBy(turns, ({ role }) => role);
      const said = [roles.user?.length ?? 0, roles.assistant?.length ?? 0] as const;
      const parameters = Object.entries(parameterOf).flatMap(([name, parameter]) => {
        const value = persona.parameters[parameter];
        if (value === undefined) return [];
        const here = channel.parameters[parameter] === undefined ? "" : ` (${info.setHere})`;
        return [`\`${name}\` ${quoteText(String(value))}${here}`];
      });
      const lines = [
        ...(turns.length === 0
          ? [info.empty]
          : [info.messages(...said, turns.length === maxCounted), windowLine(memory, persona)]),
        ...summaryLine(memory),
        info.persona(quoteText(persona.title), quoteText(persona.name)),
        info.model(quoteText(persona.model), channel.model !== undefined) +
          (retires === undefined ? "" : `. ${words.chat.modelRetires(retires)}`),
        info.parameters(parameters.join(", ")),
        info.mode(context.channelKind === "direct" ? "direct" : mode),
        ...(conversation
          ? [info.created(asTime(conversation.createdAt)), info.lastUsed(asTime(conversation.lastActiveAt))]
          : []),
        ...(spent.length > 0 ? [spentLine(spent)] : []),
      ];
      const facts = `**${info.title}**\n${lines.map((line) => `- ${line}`).join("\n")}`;
      const summary = memory?.text;
      return { text: summary === undefined ? facts : `${facts}\n\n**${info.summaryText}**\n\n${summary}` };
    },

    async "chat reset"(_given, context) {
      await reset(context);
      return { text: words.chat.reset };
    },

    async "chat export"({ format = "markdown" }, { place, conversation }) {
      const all = await readTurns(conversations, conversation, maxCounted);
      const turns = all.filter(({ verdict }) => verdict?.decision !== "block");
      if (turns.length === 0) return { text: words.chat.nothingToExport };
      const { maxFileBytes } = platformOf(place).limits;
      const file = writeConversation(format, turns, { exportedAt: now(), maxBytes: maxFileBytes, words });
      if (file.turns === 0) return { text: words.chat.tooLongToExport, isPrivate: true };
      const isWhole = file.turns === turns.length && all.length < maxCounted;
      const [suffix, mediaType] =
        format === "json" ? ["json", "application/json"] : ["md", "text/markdown; charset=utf-8"];
      const name = `conversation-${new Date(now()).toISOString().slice(0, 10)}.${suffix}`;
      const bytes = new TextEncoder().encode(file.text);
      return {
        text: words.chat.exported(file.turns, isWhole),
        files: [{ name, mediaType, bytes, altText: words.chat.exportAlt }],
      };
    },
  };

  /** What the next answer reads; nothing where the model has no room for it. */
  async function remembered(key: ConversationKey, persona: ActivePersona): Promise<Read | undefined> {
    const budgetTokens = await roomFor(persona);
    if (budgetTokens === undefined) return undefined;
    const { window, summary, covered, text } = await remember(key, persona.model, budgetTokens);
    const counted = await recountTurns(window, persona.model, models.tokens);
    const summaryTokens = sumOf(summary);
    const { turns } = fitContext(counted, budgetTokens - summaryTokens, () => tokensPerMessage);
    const usedTokens = Math.min(summaryTokens + sumOf(turns), budgetTokens);
    return {
      usedTokens,
      budgetTokens,
      turns: turns.length,
      covered,
      summaryTokens,
      ...(text !== undefined && { text }),
    };
  }

  function windowLine(read: Read | undefined, { model }: ActivePersona): string {
    if (read === undefined) return words.chat.noRoom(quoteText(model));
    return words.chat.info.window(read.usedTokens, read.budgetTokens, read.turns);
  }

  function summaryLine(read: Read | undefined): readonly string[] {
    if (read === undefined || read.covered === 0) return [];
    return [words.chat.info.summary(read.covered, read.summaryTokens)];
  }

  function spentLine(spent: readonly SpentTokens[]): string {
    const { info } = words.chat;
    const sum = (of: (each: SpentTokens) => number) => spent.reduce((total, each) => total + of(each), 0);
    const byKind = Map.groupBy(spent, ({ kind }) => kind);
    const kinds = [...byKind].map(([kind, each]) =>
      info.spentKind(
        kind,
        each.reduce((total, { calls }) => total + calls, 0),
      ),
    );
    const all = info.spent(
      sum(({ calls }) => calls),
      sum(({ tokens }) => tokens.input),
      sum(({ tokens }) => tokens.cachedInput),
      sum(({ tokens }) => tokens.output),
    );
    const money = info.money(
      sum(({ microUsd }) => microUsd),
      sum(({ unpriced }) => unpriced),
    );
    return all + money + info.spentOn(kinds);
  }

  async function roomFor(persona: ActivePersona): Promise<number | undefined> {
    try {
      return (await turnBudget(persona)).budgetTokens;
    } catch (error) {
      if (error instanceof AppError && error.code === "context_overflow") return undefined;
      throw error;
    }
  }

  /** Everything up to the newest turn goes. What was sent since then belongs to the new beginning. */
  async function reset({ conversation: key, id }: CommandContext): Promise<void> {
    const [last, [newest]] = await Promise.all([conversations.lastReset(key), conversations.newest(key, 1)]);
    if (last?.cause === id) return;
    const before = newest ? newest.at + behindReplyMs : last?.before;
    if (before === undefined) return;
    await commitBesideFolds(storage, async () => [
      ...conversations.beginning(key, { before, cause: id }),
      summaries.putting(key, undefined, (await summaries.get(key)).version),
    ]);
  }
}

/** What the next answer reads of a conversation. */
interface Read {
  readonly usedTokens: number;
  readonly budgetTokens: number;
  readonly turns: number;
  /** Messages that the summary stands for, and what it says. */
  readonly covered: number;
  readonly summaryTokens: number;
  readonly text?: string;
}

function sumOf(turns: readonly Turn[]): number {
  return turns.reduce((sum, turn) => sum + turn.tokens + tokensPerMessage, 0);
}

async function readTurns(
  conversations: Conversations,
  key: ConversationKey,
  max: number,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  while (turns.length < max) {
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended.
    const page = await conversations.newest(key, Math.min(pageTurns, max - turns.length), turns.at(-1));
    turns.push(...page);
    if (page.length < pageTurns) break;
  }
  return turns;
}

function asTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
