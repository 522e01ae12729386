import { StateFunError } from "../internal/errors.ts";
import { printable, show } from "../internal/show.ts";
import type { Node, Place } from "./node.ts";

/** Where a finding is. */
export interface Spot {
  readonly path: string;
  readonly place: Place | undefined;
}

/** Is told of what is wrong and no error. */
export type Warn = (spot: Spot, text: string) => void;

export function finding({ path, place }: Spot, text: string): string {
  const where = path === "" ? "" : `${path}: `;
  // On one line, whatever was given.
  return printable(`${where}${text}${placeText(place)}`.replace(/\s*[\r\n]+\s*/g, " "));
}

function placeText(place: Place | undefined): string {
  return place === undefined ? "" : ` (line ${place.line}, column ${place.column})`;
}

/** The second of what may be there once. */
export function repeated(spot: Spot, what: string, { path, place }: Spot): StateFunError {
  const first = place === undefined ? path : `line ${place.line}, column ${place.column}`;
  return moduleInvalid(spot, `expected each once, got ${what} again after the one at ${first}`);
}

export function moduleInvalid(spot: Spot, text: string, cause?: unknown): StateFunError {
  const options = cause === undefined ? undefined : { cause };
  return new StateFunError("module_invalid", finding(spot, text), options);
}

/** `hint` is what follows: ", did you mean …". */
export function expected(node: Node, what: string, hint = ""): StateFunError {
  return moduleInvalid(node, `expected ${what}, got ${given(node)}${hint}`);
}

function given(node: Node): string {
  if (node.type === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.type === "map") return "a map";
  return node.value === null ? "nothing" : show(node.value);
}
