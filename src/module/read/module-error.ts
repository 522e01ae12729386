import { StateFunError } from "../../internal/errors.ts";
import { printable, show } from "../../internal/show.ts";
import type { Place, TreeNode } from "./tree.ts";

/** Of a path, and of what is said of it. */
const maxLetters = 500;

/** Where a finding is. */
export interface Spot {
  readonly path: string;
  readonly place: Place | undefined;
}

/** Gets what is wrong but not an error. */
export type Warn = (spot: Spot, text: string) => void;

export function finding({ path, place }: Spot, text: string): string {
  const where = path === "" ? "" : `${path}: `;
  return `${cut(where)}${cut(text)}${placeText(place)}`;
}

/** On one line and short, whatever was given. */
function cut(text: string): string {
  const short = text.length > maxLetters ? `${text.slice(0, maxLetters)}…` : text;
  return printable(short.replace(/\s*[\r\n]+\s*/g, " "));
}

function placeText(place: Place | undefined): string {
  return place === undefined ? "" : ` (line ${place.line}, column ${place.column})`;
}

/** The second of what may be there once. */
export function repeated(spot: Spot, what: string, { path, place }: Spot): StateFunError {
  const first = place === undefined ? path : `line ${place.line}, column ${place.column}`;
  return moduleInvalid(spot, `expected ${what} only once, got it again (first at ${first})`);
}

export function moduleInvalid(spot: Spot, text: string, cause?: unknown): StateFunError {
  const options = cause === undefined ? undefined : { cause };
  return new StateFunError("module_invalid", finding(spot, text), options);
}

/** `hint` is what follows: ", did you mean …". */
export function expected(node: TreeNode, what: string, hint = ""): StateFunError {
  return moduleInvalid(node, `expected ${what}, got ${given(node)}${hint}`);
}

function given(node: TreeNode): string {
  if (node.type === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.type === "map") return "a map";
  return node.value === null ? "nothing" : show(node.value);
}
