import { parseSync, Visitor } from "vite";

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

interface Mention {
  readonly text: string;
  readonly line: number;
}

/** Everything the rules ask about one source file, gathered in one walk over its syntax tree. */
export interface Facts {
  readonly imports: readonly Import[];
  /** Names used that the file declares nowhere: globals. Member calls on them as "Math.random". */
  readonly globals: readonly Mention[];
  /** Text of string and template literals; holes of templates read as "?". */
  readonly literals: readonly Mention[];
  /** Names of called methods: "selectFrom" of `db.selectFrom(…)`. */
  readonly calls: readonly Mention[];
  readonly syntaxErrors: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

export function factsOf(path: string, text: string): Facts {
  const { program, errors } = parseSync(path, text);
  const lineAt = lineCounter(text);
  const imports: Import[] = [];
  const literals: Mention[] = [];
  const calls: Mention[] = [];
  const used: Mention[] = [];
  const declared = new Set<string>();
  const keep = (node: Node, source: unknown, typeOnly: boolean) => {
    const specifier = (source as { value?: unknown } | null)?.value;
    if (source === null || source === undefined) return;
    imports.push({ specifier: typeof specifier === "string" ? specifier : "?", line: lineAt(node.start), typeOnly });
  };

  const visitor = new Visitor({
    ImportDeclaration(node) {
      keep(node as unknown as Node, node.source, node.importKind === "type");
    },
    ExportNamedDeclaration(node) {
      keep(node as unknown as Node, node.source, node.exportKind === "type");
    },
    ExportAllDeclaration(node) {
      keep(node as unknown as Node, node.source, node.exportKind === "type");
    },
    ImportExpression(node) {
      keep(node as unknown as Node, node.source, false);
    },
    TSImportType(node) {
      keep(node as unknown as Node, node.source, true);
    },
    Literal(node) {
      if (typeof node.value === "string") literals.push({ text: node.value, line: lineAt(node.start) });
    },
    TemplateLiteral(node) {
      literals.push({ text: node.quasis.map((part) => part.value.cooked ?? "").join("?"), line: lineAt(node.start) });
    },
    CallExpression(node) {
      const callee = node.callee as unknown as Node;
      const name = memberName(callee);
      if (name !== undefined) calls.push({ text: name, line: lineAt(callee.start) });
    },
    NewExpression(node) {
      const callee = node.callee as unknown as Node;
      // `new Date(x)` is a conversion, `new Date()` reads the clock.
      if (callee.type === "Identifier" && callee.name === "Date" && node.arguments.length === 0)
        used.push({ text: "new Date()", line: lineAt(node.start) });
    },
    MemberExpression(node) {
      const object = node.object as unknown as Node;
      const name = memberName(node as unknown as Node);
      if (object.type === "Identifier" && name !== undefined)
        used.push({ text: `${String(object.name)}.${name}`, line: lineAt(object.start) });
    },
  });
  visitor.visit(program);
  walk(program as unknown as Node, (node, parent, key) => {
    if (node.type !== "Identifier") return;
    const name = String(node.name);
    if (isDeclaration(parent, key)) declared.add(name);
    else if (!isNameOnly(parent, key)) used.push({ text: name, line: lineAt(node.start) });
  });
  const globals = used.filter(({ text: name }) => !declared.has(name.replace(/^new |\(\)$|\..*$/gu, "")));
  return { imports, globals, literals, calls, syntaxErrors: errors.map((error) => error.message) };
}

function memberName(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const property = node.property as Node;
  if (node.computed !== true) return typeof property.name === "string" ? property.name : undefined;
  return typeof property.value === "string" ? property.value : undefined;
}

/** Places where an identifier brings a name into the file. Scopes are not told apart: one declaration anywhere is enough. */
function isDeclaration(parent: Node, key: string): boolean {
  if (key === "local" || key === "id" || key === "params" || key === "param") return true;
  if (parent.type === "VariableDeclarator" || parent.type === "ArrayPattern" || parent.type === "RestElement")
    return key !== "init";
  if (parent.type === "AssignmentPattern") return key === "left";
  return parent.type === "Property" && key === "value" && parent.inPattern === true;
}

/** Places where an identifier is a mere label: property names, type names. */
function isNameOnly(parent: Node, key: string): boolean {
  if (key === "property") return parent.computed !== true;
  if (key === "key") return parent.computed !== true;
  return (
    key === "typeName" ||
    key === "imported" ||
    key === "exported" ||
    key === "label" ||
    (key === "expression" && parent.type === "TSExpressionWithTypeArguments") ||
    (parent.type.startsWith("TS") && !EXPRESSIONS.has(parent.type))
  );
}

/** TypeScript's own nodes that hold run-time expressions. */
const EXPRESSIONS: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
]);

function walk(node: Node, visit: (node: Node, parent: Node, key: string) => void): void {
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child !== "object" || child === null || typeof (child as Node).type !== "string") continue;
      const inner =
        node.type === "ObjectPattern" && (child as Node).type === "Property"
          ? { ...(child as Node), inPattern: true }
          : (child as Node);
      visit(inner, node, key);
      walk(inner, visit);
    }
  }
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
