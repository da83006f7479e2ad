import { quoteText } from "../quote-text.ts";
import type { Words } from "../words/en.ts";
import { describeValue } from "./describe.ts";
import type { CommandWords } from "./describe.ts";
import { usageOf } from "./format.ts";
import type { CommandProblem } from "./parse.ts";
import type { CommandTable } from "./shape.ts";
import { commandsOf } from "./table.ts";
import { lastWordOf } from "./values.ts";

/** What was wrong with a command and how it is written, in Markdown. */
export function explainProblem(
  table: CommandTable,
  problem: CommandProblem,
  { commands: words }: Words,
): string {
  switch (problem.kind) {
    case "unknownCommand": {
      const { group, written, suggestions } = problem;
      const shown = suggestions.map((suggestion) => quoteText(`/parley ${suggestion}`));
      const lines = [
        group === undefined
          ? words.unknown(quoteText(`/parley ${written}`))
          : words.unknownInGroup(group, quoteText(written)),
        shown.length > 0 && words.didYouMean(shown),
        group !== undefined && words.known(commandsOf(table, group).map(([name]) => lastWordOf(name))),
        group === undefined && words.seeHelp,
      ];
      return lines.filter(Boolean).join(" ");
    }
    case "missing": {
      const help = table.commands[problem.command]?.parameters[problem.parameter]?.help ?? "";
      return `${words.missing(problem.parameter, help)}\n${usageLine(table, problem.command, words)}`;
    }
    case "wrongValue": {
      const { command, parameter, setting, written, allowed, nearest } = problem;
      const value = describeValue(allowed, words);
      const takes = setting === undefined ? value : words.orDefault(value);
      const meant = nearest === undefined ? "" : ` ${words.didYouMean([quoteText(nearest)])}`;
      const wrong = words.wrongValue(setting ?? parameter, quoteText(written), takes);
      return `${wrong}${meant}\n${usageLine(table, command, words)}`;
    }
    case "tooMuch":
      return `${words.tooMuch(quoteText(problem.extra))}\n${usageLine(table, problem.command, words)}`;
    default:
      return problem satisfies never;
  }
}

function usageLine(table: CommandTable, name: string, words: CommandWords): string {
  const command = table.commands[name];
  if (command === undefined) return words.seeHelp;
  const usage = usageOf(name, command);
  const example = command.examples.find((each) => usage !== `/parley ${each}`);
  return words.usage(usage, example);
}
