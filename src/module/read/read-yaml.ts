import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from "yaml";
import { reasonOf } from "../../internal/show.ts";
import { type Budget, createBudget, maxTextLength } from "./limits.ts";
import { expected, moduleInvalid, repeated, type Spot, type Warn } from "./module-error.ts";
import { childPath, type Entry, type Place, type ScalarNode, type TreeNode } from "./tree.ts";

const start: Spot = { path: "", place: { line: 1, column: 1 } };

/** All documents of a text, each with its places. Throws `module_invalid`, whatever the text is. */
export function readYaml(text: string, warn: Warn): TreeNode[] {
  if (text.length > maxTextLength) {
    const most = `at most ${maxTextLength} characters`;
    throw moduleInvalid(start, `expected ${most}, got ${text.length}`);
  }
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const budget = createBudget();
  return parse(withoutMarks(text), lines).map((document) => {
    for (const { message, pos } of document.warnings) {
      warn({ path: "", place: placeOf(pos[0]) }, sentenceOf(message));
    }
    return convertDocument(document, placeOf, budget);
  });
}

/** Files put one behind another have a byte order mark in the middle, where YAML would take it for a part of a name. */
const withoutMarks = (text: string) => text.replaceAll(/^\uFEFF/gm, "");

function parse(text: string, lineCounter: LineCounter): readonly Document[] {
  // Names are compared in `convertMap`: the parser would compare each with every other.
  const options = { lineCounter, prettyErrors: false, uniqueKeys: false, schema: "core" } as const;
  let documents: readonly Document[];
  try {
    const parsed = parseAllDocuments(text, options);
    // An empty text is a list with properties of its own.
    documents = "empty" in parsed ? [] : parsed;
  } catch (error) {
    if (isDeep(reasonOf(error))) throw tooDeep(error);
    throw moduleInvalid(start, `expected YAML, got ${sentenceOf(reasonOf(error))}`, error);
  }
  for (const { errors } of documents) {
    const [first] = errors;
    if (first === undefined) continue;
    if (isDeep(first.message)) throw tooDeep(first);
    const { line, col } = lineCounter.linePos(first.pos[0]);
    const place = { line: Math.max(line, 1), column: Math.max(col, 1) };
    throw moduleInvalid({ path: "", place }, `expected YAML, got ${sentenceOf(first.message)}`);
  }
  return documents;
}

/** However an engine says that it has no stack left: the parser calls itself for each level. */
const isDeep = (message: string) => /call stack|recursion/i.test(message);

/** Where it ended says nothing of the text. */
const tooDeep = (cause: unknown) =>
  moduleInvalid(start, "expected YAML, got more levels than can be read", cause);

/** The parser's messages are sentences, ours are parts of one. */
const sentenceOf = (message: string) =>
  message.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());

/** What is the same for all values of a document. */
interface Reading {
  readonly placeOf: (offset: number) => Place;
  readonly budget: Budget;
  /** The values that a later alias may stand for. */
  readonly anchors: Map<string, unknown>;
  /** The values around the one that is read. */
  readonly open: Set<unknown>;
}

function convertDocument(
  document: Document,
  placeOf: Reading["placeOf"],
  budget: Budget,
): TreeNode {
  const reading = { placeOf, budget, anchors: new Map(), open: new Set() };
  const first = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  return convert(document.contents, { path: "", place: placeOf(first) }, 0, reading);
}

function convert(item: unknown, from: Spot, level: number, reading: Reading): TreeNode {
  const range = Object(item).range;
  const place = Array.isArray(range) ? reading.placeOf(range[0]) : from.place;
  const at = { path: from.path, place };
  reading.budget.take(at, level);
  if (isAlias(item)) {
    const target = reading.anchors.get(item.source);
    if (target === undefined || reading.open.has(target)) {
      throw moduleInvalid(at, `expected the anchor of an earlier value, got *${item.source}`);
    }
    return convert(target, at, level, reading);
  }
  const { anchor } = Object(item);
  if (typeof anchor === "string") reading.anchors.set(anchor, item);
  if (isMap(item)) {
    reading.open.add(item);
    const entries = convertMap(item.items, at, level, reading);
    reading.open.delete(item);
    return { type: "map", entries, ...at };
  }
  if (isSeq(item)) {
    reading.open.add(item);
    const items = item.items.map((one, index) =>
      convert(one, { path: `${at.path}[${index}]`, place }, level + 1, reading),
    );
    reading.open.delete(item);
    return { type: "list", items, ...at };
  }
  if (isScalar(item)) return convertScalar(item, at);
  if (item === null || item === undefined)
    return { type: "scalar", value: null, source: "", ...at };
  throw moduleInvalid(at, "expected a value, got a pair of values");
}

function convertScalar(
  { value, source }: { value: unknown; source?: string },
  at: Spot,
): ScalarNode {
  const text = source ?? String(value ?? "");
  const isPlain =
    value === null || ["string", "number", "bigint", "boolean"].includes(typeof value);
  // Dates and bytes, which only documents of YAML 1.1 have, are texts in a module file.
  const plain = isPlain ? (value as ScalarNode["value"]) : text;
  return { type: "scalar", value: plain, source: typeof plain === "string" ? plain : text, ...at };
}

function convertMap(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  from: Spot,
  level: number,
  reading: Reading,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { key, value } of pairs) {
    const range = Object(key).range;
    const place = Array.isArray(range) ? reading.placeOf(range[0]) : from.place;
    const node = convert(key, { path: from.path, place }, level + 1, reading);
    if (node.type !== "scalar") throw expected(node, "a name");
    const name = node.source;
    const at = { path: childPath(from.path, name), place };
    const other = entries.get(name);
    if (other !== undefined) {
      throw repeated(at, `the name ${name}`, { path: at.path, place: other.place });
    }
    entries.set(name, { place, value: convert(value, at, level + 1, reading) });
  }
  return entries;
}
