import type { JSX } from "preact";
import type { Json } from "./json.ts";
import type { FormNode, NodeOf } from "./node.ts";
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
  /** Parts that are no values now, and why. */
  readonly wrong: Readonly<Record<string, string | undefined>>;
  readonly setWrong: (part: string, why: string | undefined) => void;
}

export interface FieldProps {
  readonly schema: unknown;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
  readonly issues: readonly Issue[];
  readonly form: FormContext;
  /** Its name; undefined where the part around it says it. */
  readonly label?: string;
  readonly isOptional?: boolean;
  /** Buttons of its place in what is around it. */
  readonly actions?: JSX.Element | false;
}

/** What fills in a node of a kind. `described` ties it to its name and to its issues. */
export type ControlProps<K extends FormNode["kind"]> = FieldProps & {
  readonly node: NodeOf<K>;
  readonly described: Readonly<Record<string, string | boolean | undefined>>;
};

/** Issues of one inner part. */
export function issuesIn(issues: readonly Issue[], key: string | number): readonly Issue[] {
  return issues
    .filter(({ path }) => String(path[0]) === String(key))
    .map(({ path, message }) => ({ path: path.slice(1), message }));
}

/** Issues that no inner part shows. */
export function issuesBeside(issues: readonly Issue[], keys: readonly string[]): readonly Issue[] {
  return issues.filter(({ path: [key] }) => key === undefined || !keys.includes(String(key)));
}
