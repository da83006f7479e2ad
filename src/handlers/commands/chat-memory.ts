import { defaultMode } from "../../core/channel-mode.ts";
import { parameterOf } from "../../core/command/groups/chat.ts";
import { fitContext } from "../../core/context.ts";
import { writeConversation } from "../../core/conversation-file.ts";
import type { Turn } from "../../core/conversation.ts";
import { AppError } from "../../core/errors.ts";
import type { ConversationKey } from "../../core/ids.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Conversations } from "../../core/stores.ts";
import { tokensPerMessage } from "../../core/tokens.ts";
import type { ActivePersona } from "../persona-choice.ts";
import { createTurnBudget, readWindow, recountTurns } from "../recall.ts";
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
  const { conversations } = deps.stores;
  const { personaFor, chatSettings, limits } = deps.settings;
  const { words, now } = deps.ambient;
  const turnBudget = createTurnBudget(models.tokens, limits);

  return {
    async "chat info"(_given, context) {
      const { place, conversation: key } = context;
      const [persona, channel, conversation, turns] = await Promise.all([
        personaFor(place, { user: context.by.name, signal: context.signal }),
        chatSettings.channel(place),
        conversations.get(key),
        readTurns(conversations, key, maxCounted),
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
          : [info.messages(...said, turns.length === maxCounted), await windowLine(key, persona)]),
        info.persona(quoteText(persona.title), quoteText(persona.name)),
        info.model(quoteText(persona.model), channel.model !== undefined),
        info.parameters(parameters.join(", ")),
        info.mode(context.channelKind === "direct" ? "direct" : (channel.mode ?? defaultMode)),
        ...(conversation
          ? [info.created(asTime(conversation.createdAt)), info.lastUsed(asTime(conversation.lastActiveAt))]
          : []),
      ];
      return { text: `**${info.title}**\n${lines.map((line) => `- ${line}`).join("\n")}` };
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

  async function windowLine(key: ConversationKey, persona: ActivePersona): Promise<string> {
    const budgetTokens = await roomFor(persona);
    if (budgetTokens === undefined) return words.chat.noRoom(quoteText(persona.model));
    const newest = await readWindow(conversations, key, budgetTokens);
    const counted = await recountTurns(newest, persona.model, models.tokens);
    const { turns } = fitContext(counted, budgetTokens, () => tokensPerMessage);
    const used = turns.reduce((sum, turn) => sum + turn.tokens + tokensPerMessage, 0);
    return words.chat.info.window(Math.min(used, budgetTokens), budgetTokens, turns.length);
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
    await storage.commit(conversations.beginning(key, { before, cause: id }));
  }
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
