import { parse } from "acorn";
import type { Expression, Node, Program, Statement } from "estree";

/** Constructors that do nothing but make an empty or filled container. */
const containers = /^(?:Map|Set|WeakMap|WeakSet|Uint8Array)$/;

/**
 * What a module does when it is imported beyond making values: one line of source each. A bundler would not
 * tell, because `sideEffects: false` lets it drop whatever is done. Functions of our own may be called (a type
 * is made by one); any other call, assignment or statement is work.
 */
export function importTimeWork(code: string): string[] {
  const { body } = parse(code, { ecmaVersion: 2022, sourceType: "module" }) as unknown as Program;
  const own = new Set(
    body.flatMap((node) => (node.type === "FunctionDeclaration" ? [node.id.name] : [])),
  );
  return body.filter((node) => !isDeclaration(node, own)).map((node) => textOf(code, node));
}

// Acorn sets both, ESTree has neither.
function textOf(code: string, node: Node & { readonly start?: number; readonly end?: number }) {
  return code.slice(node.start, node.end).replace(/\s+/g, " ").slice(0, 120);
}

type Own = ReadonlySet<string>;

function isDeclaration(node: Program["body"][number] | Statement, own: Own): boolean {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "FunctionDeclaration":
      return true;
    case "ClassDeclaration":
      return isPlainClass(node);
    case "VariableDeclaration":
      return node.declarations.every(({ init }) => !init || makesAValue(init, own));
    default:
      return false;
  }
}

/** A class may not run anything when it is declared. */
function isPlainClass({
  body,
}: Extract<Expression, { type: "ClassExpression" }> | { body: { body: readonly Node[] } }) {
  return body.body.every(
    (member) =>
      member.type === "MethodDefinition" ||
      (member.type === "PropertyDefinition" && !(member.static && member.value)),
  );
}

function makesAValue(node: Node | null, own: Own): boolean {
  switch (node?.type) {
    case undefined:
    case "Literal":
    case "Identifier":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "ClassExpression":
      return isPlainClass(node);
    case "TemplateLiteral":
      return node.expressions.every((part) => makesAValue(part, own));
    case "UnaryExpression":
      return makesAValue(node.argument, own);
    case "BinaryExpression":
      return makesAValue(node.left, own) && makesAValue(node.right, own);
    case "MemberExpression":
      return makesAValue(node.object, own);
    case "ArrayExpression":
      return node.elements.every((element) => makesAValue(element, own));
    case "ObjectExpression":
      return node.properties.every(
        (property) => property.type === "Property" && makesAValue(property.value, own),
      );
    case "NewExpression":
      return isNamed(node.callee, (name) => containers.test(name)) && all(node.arguments, own);
    case "CallExpression":
      return isNamed(node.callee, (name) => own.has(name)) && all(node.arguments, own);
    default:
      return false;
  }
}

const all = (nodes: readonly Node[], own: Own) => nodes.every((node) => makesAValue(node, own));

const isNamed = (node: Node, test: (name: string) => boolean) =>
  node.type === "Identifier" && test(node.name);
