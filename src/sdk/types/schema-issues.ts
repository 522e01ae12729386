import { isRecord } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import { at } from "../../internal/value-path.ts";
import type { StandardIssue } from "./standard-schema.ts";

/** A long list with one mistake in each part has as many issues. */
const maxIssues = 5;

/** What a schema has against a value, each issue with its place: `user.name: expected string, received number`. */
export function issuesOf(typename: string, issues: readonly StandardIssue[]): string {
  const texts = issues.slice(0, maxIssues).map(({ path, message }) => {
    // A part of a path is a key, or an object with one.
    const keys = Array.isArray(path) ? path : [];
    return at(
      keys.map((part: unknown) => (isRecord(part) ? part["key"] : part)),
      String(message),
    );
  });
  const rest = issues.length - texts.length;
  if (rest > 0) texts.push(`and ${rest} more`);
  return `${typename}: ${texts.join("; ") || show(issues)}`;
}
