import type { JSX } from "preact";
import type { Json } from "./json.ts";
import type { Schema } from "./schema.ts";

/** What a schema has against a value, at a place in it. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface FormContext {
  /** Where references lead. */
  readonly root: Schema;
  /** A field for an inner part. */
  readonly field: (props: FieldProps) => JSX.Element;
  /** Says that a part is no value now, and why; undefined: it is one. */
  readonly setWrong: (part: string, why: string | undefined) => void;
}

export interface FieldProps {
  readonly schema: unknown;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
  /** Its name, or undefined where the part around it says it. */
  readonly label: string | undefined;
  readonly isRequired?: boolean;
  /** Takes it out of what is around it. */
  readonly onRemove?: (() => void) | undefined;
  /** Buttons of its place, in a list. */
  readonly actions?: JSX.Element;
  readonly issues: readonly Issue[];
  readonly form: FormContext;
}

/** Issues of one inner part. */
export function issuesIn(issues: readonly Issue[], key: string | number): readonly Issue[] {
  return issues
    .filter(({ path }) => path.length > 0 && String(path[0]) === String(key))
    .map(({ path, message }) => ({ path: path.slice(1), message }));
}

/** Issues that no inner part shows. */
export function issuesBeside(
  issues: readonly Issue[],
  keys: readonly (string | number)[],
): readonly Issue[] {
  const shown = new Set(keys.map(String));
  return issues.filter(({ path }) => path.length === 0 || !shown.has(String(path[0])));
}

/** The words of an issue, with what is left of its place. */
export function issueText({ path, message }: Issue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}
