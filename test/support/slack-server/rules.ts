import { isObject } from "./arguments.ts";

/** Says what is wrong with a value at a JSON pointer, in the words that Slack has in `response_metadata.messages`. */
export type Rule = (value: unknown, at: string, problems: string[]) => void;

const say = (problems: string[], what: string, at: string) => problems.push(`${what} [json-pointer:${at}]`);

export const anything: Rule = () => undefined;

export const flag: Rule = (value, at, problems) => {
  if (typeof value !== "boolean") say(problems, "must be a boolean", at);
};

export function text(maxChars: number, minChars = 1): Rule {
  return (value, at, problems) => {
    if (typeof value !== "string") say(problems, "must be a string", at);
    else if (value.length < minChars) say(problems, `must be more than ${minChars - 1} characters`, at);
    else if (value.length > maxChars) say(problems, `must be less than ${maxChars + 1} characters`, at);
  };
}

export function oneOf(...allowed: readonly string[]): Rule {
  return (value, at, problems) => {
    if (!allowed.includes(value as string)) say(problems, `must be one of: ${allowed.join(", ")}`, at);
  };
}

export function list(each: Rule, limits: { readonly most: number; readonly least?: number }): Rule {
  const { most, least = 1 } = limits;
  return (value, at, problems) => {
    if (!Array.isArray(value)) return void say(problems, "must be an array", at);
    if (value.length > most) say(problems, `no more than ${most} items allowed`, at);
    if (value.length < least) say(problems, `no fewer than ${least} items allowed`, at);
    for (const [index, item] of value.entries()) each(item, `${at}/${index}`, problems);
  };
}

export type Fields = Readonly<Record<string, Rule>>;

/** An object with these fields and no others. */
export function shape(required: Fields, optional: Fields = {}): Rule {
  return (value, at, problems) => {
    if (!isObject(value)) return void say(problems, "must be an object", at);
    for (const name of Object.keys(required)) {
      if (value[name] === undefined) say(problems, `missing required field: ${name}`, at);
    }
    for (const [name, inner] of Object.entries(value)) {
      const rule = required[name] ?? optional[name];
      if (rule) rule(inner, `${at}/${name}`, problems);
      else say(problems, `invalid additional property: ${name}`, at);
    }
  };
}

/** An object whose `type` says which rule holds. */
export function byType(rules: Fields): Rule {
  return (value, at, problems) => {
    if (!isObject(value)) return void say(problems, "must be an object", at);
    const { type } = value;
    const rule = typeof type === "string" ? rules[type] : undefined;
    if (rule) rule(value, at, problems);
    else
      say(
        problems,
        type === undefined ? "missing required field: type" : `unsupported type: ${String(type)}`,
        at,
      );
  };
}

/** Both hold. */
export function both(first: Rule, second: Rule): Rule {
  return (value, at, problems) => {
    first(value, at, problems);
    second(value, at, problems);
  };
}

/** A rule over several fields of an object; answers what is wrong. */
export function across(check: (value: Readonly<Record<string, unknown>>) => string | undefined): Rule {
  return (value, at, problems) => {
    const problem = isObject(value) ? check(value) : undefined;
    if (problem !== undefined) say(problems, problem, at);
  };
}
