import { LineCounter, isMap, isNode, isScalar, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";

import { nearestName } from "../core/nearest.ts";
import { variables } from "./environment.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Problem } from "./problem.ts";
import { yamlProblems } from "./yaml-problem.ts";

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** Says where in the file a key stands. */
export type Locate = (path: Path) => string;

export interface YamlShape<T> {
  readonly schema: z.ZodType<T>;
  /** The same as a JSON schema, for what is known and what would be right. */
  readonly jsonSchema: () => JsonSchema;
}

/** An alias repeats what it stands for, so that few of them can become very much. */
const maxAliases = 100;
/** The library compares each key of a map with each other one: ten thousand keys took it ten seconds. */
const maxKeyComparisons = 200_000;

/** Reads a file of a shape. Problems are added to the list, each with its line. */
export function readYaml<T>(
  file: ConfigFile,
  { schema, jsonSchema }: YamlShape<T>,
  problems: Problem[],
): { readonly value: T; readonly locate: Locate } | undefined {
  const lines = new LineCounter();
  const lineOf = (offset: number) => `${file.path} line ${lines.linePos(offset).line}`;
  let document: Document.Parsed;
  try {
    document = parseDocument(file.text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: createKeyComparison(),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push({ where: file.path, wrong: "holds more keys than anything here has" });
    return undefined;
  }
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    problems.push({ where: lineOf(pos[0]), wrong: `is no valid YAML: ${yamlProblems[code]}` });
  }
  if (document.errors.length > 0) return undefined;

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: maxAliases }) ?? {};
  } catch {
    problems.push({
      where: file.path,
      wrong: "is no valid YAML: an alias (*name) has no anchor (&name), or there are too many of them",
    });
    return undefined;
  }
  const locate = (path: Path) => `${lineOf(offsetOf(document, path))}: ${showPath(path)}`;
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, locate };
  const known = jsonSchema();
  problems.push(...parsed.error.issues.flatMap((issue) => describe(issue, known, locate, value)));
  return undefined;
}

/** Whether two keys are the same. @throws RangeError after so many comparisons */
function createKeyComparison(): (a: unknown, b: unknown) => boolean {
  let left = maxKeyComparisons;
  return (a, b) => {
    if (--left < 0) throw new RangeError("too many keys");
    return a === b || (isScalar(a) && isScalar(b) && a.value === b.value);
  };
}

/** Says where a key stands in no file. */
export function locateNowhere(path: Path): string {
  return showPath(path);
}

function describe(issue: Issue, schema: JsonSchema, locate: Locate, root: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(issue.path, key, schema, locate));
  }
  const example = exampleAt(schema, issue.path);
  const where = issue.path.length === 0 ? locate([]).replace(/: $/, "") : locate(issue.path);
  if (issue.code === "invalid_key") {
    return [
      {
        where,
        wrong: "is no name for this: use small letters, digits and hyphens, 40 at the most",
        example: "support-desk",
      },
    ];
  }
  const meant =
    issue.code === "invalid_value" &&
    nearestName(String(valueAt(root, issue.path)), issue.values.map(String));
  const wrong = issue.message.replace(/^Invalid (input|option): /, "").replace(/^Too/, "too");
  return [
    {
      where,
      wrong: meant ? `${wrong}; the nearest is ${meant}` : wrong,
      ...(example !== undefined && { example }),
    },
  ];
}

function unknownKey(path: Path, key: string, schema: JsonSchema, locate: Locate): Problem {
  const where = locate([...path, key]);
  const known = Object.keys(schemaAt(schema, path)?.properties ?? {});
  if (Object.hasOwn(variables, key.toUpperCase())) {
    return { where, wrong: "belongs into the environment or the .env file, not into this one" };
  }
  const meant = nearestName(key, known);
  if (meant === undefined) return { where, wrong: `there is no such key; known here: ${known.join(", ")}` };
  const example = exampleAt(schema, [...path, meant]);
  return {
    where,
    wrong: `there is no such key; the nearest is ${meant}`,
    ...(example !== undefined && { example }),
  };
}

function schemaAt(schema: JsonSchema | undefined, path: Path): JsonSchema | undefined {
  if (schema === undefined || path.length === 0) return schema;
  const [key, ...rest] = path;
  const other = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  const next = typeof key === "number" ? schema.items : (schema.properties?.[String(key)] ?? other);
  return schemaAt(next, rest);
}

/** JSON is YAML too. */
function exampleAt(schema: JsonSchema, path: Path): string | undefined {
  const at = schemaAt(schema, path);
  const value = at?.examples?.[0] ?? at?.default;
  const key = path.at(-1);
  if (value === undefined || key === undefined) return undefined;
  return typeof key === "number" ? `- ${JSON.stringify(value)}` : `${String(key)}: ${JSON.stringify(value)}`;
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}

/** Where the key at this path stands, or the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: Path): number {
  const key = path.at(-1);
  if (key === undefined) return 0;
  const parent = document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  const node = document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : offsetOf(document, path.slice(0, -1));
}

function showPath(path: Path): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`))
    .join("");
}
