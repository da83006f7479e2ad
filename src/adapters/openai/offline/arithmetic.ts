/** A calculation found in a text, in plain signs, with its result; without one for a division by zero. */
export interface Calculation {
  readonly expression: string;
  readonly result: string | undefined;
}

const spoken: readonly (readonly [RegExp, string])[] = [
  [/(\d)\s*(?:%|percent)\s+of\s+/gi, "$1 / 100 * "],
  [/(?<=\d),(?=\d{3}\b)/g, ""],
  [/[×·]|\btimes\b|\bmultiplied by\b|(?<=\d)\s*x\s*(?=\d)/gi, "*"],
  [/÷|\bdivided by\b/gi, "/"],
  [/[−–]|\bminus\b/gi, "-"],
  [/\bplus\b/gi, "+"],
  [/\*\*|\bto the power of\b/gi, "^"],
  [/\bsquare root of\s*(\d+(?:\.\d+)?)/gi, "$1 ^ 0.5"],
];

/** Finds the longest calculation of a text and works it out. */
export function calculate(text: string): Calculation | undefined {
  if (/\d{4}-\d{2}-\d{2}/.test(text) || text.length > 1_000) return undefined;
  const plain = spoken.reduce((form, [said, sign]) => form.replaceAll(said, sign), text);
  const candidates = plain.match(/[-(\d.][-+*/^().\d\s]*[\d)]/g) ?? [];
  const longest = candidates.toSorted((a, b) => b.length - a.length)[0]?.trim();
  if (longest === undefined || !/[\d)]\s*[-+*/^]/.test(longest)) return undefined;
  const value = evaluate(longest);
  if (value === undefined) return undefined;
  const result = Number.isFinite(value) ? String(Number(value.toPrecision(12))) : undefined;
  return { expression: longest.replaceAll("*", "×").replaceAll(/\s*([+×/^])\s*/g, " $1 "), result };
}

/** The value by the usual precedence; `undefined` for what is no expression. */
function evaluate(expression: string): number | undefined {
  const tokens = expression.match(/\d+(?:\.\d+)?|\.\d+|[-+*/^()]/g) ?? [];
  let at = 0;

  function sum(): number {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value += tokens[at++] === "+" ? product() : -product();
    return value;
  }
  function product(): number {
    let value = power();
    while (tokens[at] === "*" || tokens[at] === "/") {
      if (tokens[at++] === "*") value *= power();
      else value /= power();
    }
    return value;
  }
  function power(): number {
    if (tokens[at] === "-") {
      at++;
      return -power();
    }
    const base = atom();
    if (tokens[at] !== "^") return base;
    at++;
    return base ** power();
  }
  function atom(): number {
    const token = tokens[at++];
    if (token !== "(") return token === undefined ? Number.NaN : Number(token);
    const value = sum();
    return tokens[at++] === ")" ? value : Number.NaN;
  }

  const value = sum();
  return at === tokens.length && !Number.isNaN(value) ? value : undefined;
}
