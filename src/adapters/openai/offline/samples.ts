import type { Said } from "./transcript.ts";

/** Markdown of every kind, so that people see how an answer will look. */

export function itemTable(items: readonly string[]): string {
  const rows = items.map((item, i) => `| ${i + 1} | ${item.replaceAll("|", "\\|")} | ${[...item].length} |`);
  return ["| # | Item | Letters |", "|--:|:-----|--------:|", ...rows].join("\n");
}

/** Who wrote how much. */
export function conversationTable(turns: readonly Said[]): string {
  const tally = new Map<string, { messages: number; words: number }>();
  for (const { by, author, text } of turns) {
    const who = by === "assistant" ? "Parley" : author || "You";
    const counted = tally.get(who) ?? { messages: 0, words: 0 };
    counted.messages++;
    counted.words += text.split(/\s+/).length;
    tally.set(who, counted);
  }
  const rows = [...tally].map(([who, { messages, words }]) => `| ${who} | ${messages} | ${words} |`);
  return [
    "This conversation as a table:",
    "",
    "| Who | Messages | Words |",
    "|:----|--------:|------:|",
    ...rows,
  ].join("\n");
}

const languages: readonly {
  readonly fence: string;
  readonly asked: RegExp;
  readonly code: (name: string) => string;
}[] = [
  {
    fence: "python",
    asked: /\bpython\b/i,
    code: (name) => `def greet(name: str) -> str:\n    return f"Hello, {name}!"\n\n\nprint(greet("${name}"))`,
  },
  {
    fence: "sql",
    asked: /\b(?:sql|query)\b/i,
    code: (name) =>
      `SELECT channel, count(*) AS messages\nFROM turns\nWHERE author = '${name}'\nGROUP BY channel\nORDER BY messages DESC;`,
  },
  {
    fence: "bash",
    asked: /\b(?:bash|shell|script)\b/i,
    code: (name) => `#!/usr/bin/env bash\nset -euo pipefail\n\nname="\${1:-${name}}"\necho "Hello, $name!"`,
  },
  {
    fence: "rust",
    asked: /\brust\b/i,
    code: (name) =>
      `fn greet(name: &str) -> String {\n    format!("Hello, {name}!")\n}\n\nfn main() {\n    println!("{}", greet("${name}"));\n}`,
  },
  {
    fence: "go",
    asked: /\b(?:go|golang)\b/i,
    code: (name) =>
      `package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Printf("Hello, %s!\\n", "${name}")\n}`,
  },
  {
    fence: "ts",
    asked: /(?:)/,
    code: (name) =>
      `function greet(name: string): string {\n  return \`Hello, \${name}!\`;\n}\n\nconsole.log(greet("${name}"));`,
  },
];

/** A greeting in the language that a request names; TypeScript where it names none. */
export function codeBlock(request: string, name: string): string {
  const language = languages.find(({ asked }) => asked.test(request));
  const safeName = name.replaceAll(/[^\p{L} -]/gu, "");
  return language ? `\`\`\`${language.fence}\n${language.code(safeName)}\n\`\`\`` : "";
}

const steps = [
  "**Say what you want to reach**, in one sentence.",
  "**Write down what you know**, and what you only suppose.",
  "**Find the smallest step** that would show you are on the right way.",
  "**Take it**, and look at what happened.",
  "**Tell the people** who wait for it.",
  "**Decide what comes next**, or that it is done.",
  "**Clean up** what you no longer need.",
  "**Write down what you learned**, for the next time.",
];

const smallNumbers = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

/** As many steps as are asked for, eight at the most. They fit anything, because the stand-in knows nothing. */
export function stepList(request: string): string {
  const asked = new RegExp(`\\b(\\d+|${smallNumbers.join("|")})\\b`, "i").exec(request)?.[1]?.toLowerCase();
  const count = asked === undefined ? 4 : Number(asked) || smallNumbers.indexOf(asked) + 1;
  const lines = steps.slice(0, Math.max(1, count)).map((step, i) => `${i + 1}. ${step}`);
  return `I don't know your subject, so these steps fit any:\n\n${lines.join("\n")}`;
}

const scenes = [
  "The ship lay in the harbour, and nobody on board could say when the wind would turn.",
  "The cook counted the barrels twice and wrote down a third number, to be safe.",
  "At noon a gull brought a letter, dropped it into the sea, and looked rather pleased.",
  "The captain called for a parley, because shouting across the water had helped nobody so far.",
  "They talked about the weather first, which is where all good agreements begin.",
  "Somebody laughed, somebody made tea, and the maps were turned the right way up.",
];

/** Twelve paragraphs: long enough to be stopped, and for more than one message. */
export function longText(): string {
  const paragraphs = Array.from({ length: 12 }, (_, day) => {
    const turned = [...scenes.slice(day % scenes.length), ...scenes.slice(0, day % scenes.length)];
    return `On day ${day + 1}: ${turned.join(" ")}`;
  });
  return paragraphs.join("\n\n");
}
