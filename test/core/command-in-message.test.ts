import { describe, expect, test } from "vitest";

import { formatWithoutTexts } from "../../src/core/command/format.ts";
import { commandInMessage } from "../../src/core/command/in-message.ts";
import { readCommand } from "../../src/core/command/parse.ts";
import { commandTable } from "../../src/core/command/table.ts";
import { messageCreated } from "../support/events.ts";

describe("a message is a command", () => {
  const read = (text: string, changes: Parameters<typeof messageCreated>[0] = {}) =>
    commandInMessage(commandTable, messageCreated({ text, ...changes }));

  test.each([
    ["with its group", "/persona use technical", "persona use"],
    ["with the root command", "/parley help", "help"],
    ["with blanks before it", "  /help", "help"],
  ])("%s", (_what, text, name) => {
    expect(read(text)).toMatchObject({
      kind: "command",
      command: "M1",
      message: "M1",
      reading: { command: { name } },
    });
  });

  test("to Parley directly, without a mention", () => {
    expect(read("/help", { addressed: "direct" }).kind).toBe("command");
  });

  test.each<[string, string, Parameters<typeof messageCreated>[0]]>([
    ["that isn't to Parley", "/help", { addressed: "none" }],
    ["in a thread that doesn't name Parley", "/help", { addressed: "thread" }],
    ["of a bot", "/help", { author: { ...messageCreated().author, isBot: true } }],
    ["that begins with a path", "/etc/hosts is empty", {}],
    ["that has a command further on", "what does /help do?", {}],
  ])("but not one %s", (_what, text, changes) => {
    expect(read(text, changes).kind).toBe("message");
  });
});

describe("a record of a command has no free text", () => {
  test.each([
    ["ask what is my salary?", "ask …"],
    ["persona use technical for channel", "persona use technical for channel"],
    ["persona preview technical my secret", "persona preview technical …"],
    ["chat set temperature 0.3", "chat set temperature 0.3"],
    ["chat set stop END Ada", "chat set stop …"],
    ["chat mode always", "chat mode always"],
  ])("%s", (text, record) => {
    const reading = readCommand(commandTable, text);
    if (reading.kind === "problem") throw new Error("that is no command");
    expect(formatWithoutTexts(commandTable, reading.command)).toBe(record);
  });
});
