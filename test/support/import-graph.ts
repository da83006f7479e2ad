import { parseSync, visitorKeys } from "oxc-parser";
import type { Node } from "oxc-parser";

/** One thing that a file takes from another file or a package. */
export interface Import {
  /** As it is written: `./ids.ts`, `node:crypto`, `zod`. */
  readonly specifier: string;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
  /** Handed on as the file's own. */
  readonly reExport: boolean;
}

export interface FileFacts {
  readonly imports: readonly Import[];
  readonly touchesProcess: boolean;
}

/**
 * Reads what a file imports: statically, dynamically, as a type, as a worker (`new URL("./x.ts", import.meta.url)`); and
 * whether it touches the global `process`. @throws Error for a file that is no TypeScript, and for an import whose name
 * is not written out.
 */
export function readFileFacts(path: string, source: string): FileFacts {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: Import[] = [];
  let touchesProcess = false;

  walk(program, undefined, (node, parent) => {
    switch (node.type) {
      case "ImportDeclaration": {
        const named = node.specifiers;
        const typeOnly =
          node.importKind === "type" ||
          (named.length > 0 &&
            named.every((each) => each.type === "ImportSpecifier" && each.importKind === "type"));
        imports.push({ specifier: node.source.value, typeOnly, reExport: false });
        break;
      }
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
        if (node.source === null) break;
        imports.push({ specifier: node.source.value, typeOnly: node.exportKind === "type", reExport: true });
        break;
      case "ImportExpression":
        imports.push({ specifier: literal(node.source, path), typeOnly: false, reExport: false });
        break;
      case "TSImportType":
        imports.push({ specifier: node.source.value, typeOnly: true, reExport: false });
        break;
      case "NewExpression": {
        const [target] = node.arguments;
        if (node.callee.type !== "Identifier" || node.callee.name !== "URL" || target?.type !== "Literal")
          break;
        const { value } = target;
        if (typeof value !== "string" || !/^\.{1,2}\/.*\.[mc]?[jt]s$/.test(value)) break;
        imports.push({ specifier: value, typeOnly: false, reExport: false });
        break;
      }
      case "Identifier":
        touchesProcess ||= node.name === "process" && isReference(node, parent);
        break;
      case "MemberExpression": {
        const isNamed =
          node.computed && node.property.type === "Literal" && node.property.value === "process";
        touchesProcess ||= isNamed && isGlobalObject(node.object);
        break;
      }
      case "VariableDeclarator":
        // const { process } = globalThis
        touchesProcess ||=
          isGlobalObject(node.init) && source.slice(node.start, node.end).includes("process");
        break;
      default:
    }
  });
  touchesProcess ||= imports.some(({ specifier }) => /^(?:node:)?process$/.test(specifier));
  return { imports, touchesProcess };
}

function walk(
  node: Node,
  parent: Node | undefined,
  visit: (node: Node, parent: Node | undefined) => void,
): void {
  visit(node, parent);
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
    for (const each of Array.isArray(child) ? child : [child]) if (each) walk(each, node, visit);
  }
}

function literal(node: Node, path: string): string {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  throw new Error(`${path}: an import whose name is not written out can't be checked`);
}

/** A name of something's own (`job.process`, `{ process: 1 }`) is not the global. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (parent?.type === "MemberExpression" && parent.property === node && !parent.computed) {
    return isGlobalObject(parent.object);
  }
  const isKey = parent !== undefined && "key" in parent && parent.key === node;
  return !(isKey && !("shorthand" in parent && parent.shorthand));
}

function isGlobalObject(node: Node | null | undefined): boolean {
  return node?.type === "Identifier" && ["globalThis", "global"].includes(node.name);
}
