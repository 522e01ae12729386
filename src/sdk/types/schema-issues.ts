import { isRecord } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { peek, show } from "../../internal/show.ts";
import { at } from "../../internal/value-path.ts";
import type { StandardIssue } from "./standard-schema.ts";

/** A long list with one mistake in each part has as many issues. */
const maxIssues = 5;

/** Which issues an error is about, for those who show each at its place. */
const known = new WeakMap<StateFunError, readonly StandardIssue[]>();

/** What a schema has against a value, each issue with its place: `user.name: expected string, received number`. */
export function schemaError(typename: string, issues: readonly StandardIssue[]): StateFunError {
  const texts = issues
    .slice(0, maxIssues)
    .map((issue) => at(keysOf(issue), String(peek(issue, "message"))));
  const rest = issues.length - texts.length;
  if (rest > 0) texts.push(`and ${rest} more`);
  const error = new StateFunError(
    "value_invalid",
    `${typename}: ${texts.join("; ") || show(issues)}`,
  );
  known.set(error, issues);
  return error;
}

/** What `schemaError` was given for an error, or for what caused it. */
export function schemaIssuesOf(error: unknown): readonly StandardIssue[] | undefined {
  for (let one = error; one instanceof StateFunError; one = one.cause) {
    const issues = known.get(one);
    if (issues !== undefined) return issues;
  }
  return undefined;
}

/** The path of an issue: a part of it is a key, or an object with one. */
export function keysOf(issue: unknown): readonly unknown[] {
  const path = peek(issue, "path");
  const parts: readonly unknown[] = Array.isArray(path) ? path : [];
  return parts.map((part) => (isRecord(part) ? part["key"] : part));
}
