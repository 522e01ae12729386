import { printable, reasonOf, show } from "../../internal/show.ts";
import { keysOf, schemaIssuesOf } from "../../sdk/types/schema-issues.ts";

/** A long list with one mistake in each part has as many issues. */
const maxIssues = 20;
/** Parts of one path. */
const maxDepth = 20;
/** Of a name in a path, and of a message. */
const maxNameLength = 100;
const maxMessageLength = 500;

/** What a schema has against a value, for a form that shows it at its field. */
export interface ShownIssue {
  /** Names of properties, and indexes of items. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Those of an error; none if it is not about a schema. */
export function shownIssues(error: unknown): readonly ShownIssue[] {
  return (schemaIssuesOf(error) ?? []).slice(0, maxIssues).map((issue) => ({
    path: keysOf(issue).slice(0, maxDepth).map(shownKey),
    message: printable(reasonOf(issue).slice(0, maxMessageLength)),
  }));
}

/** Whatever a library has put there: what is thrown here would be thrown while a request is answered. */
function shownKey(key: unknown): string | number {
  if (typeof key === "string") return key.slice(0, maxNameLength);
  return Number.isSafeInteger(key) ? Number(key) : show(key);
}
