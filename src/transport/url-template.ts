import { assertText, invalid } from "../internal/assert.ts";
import type { StateFunError } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";

/** Where the functions of an endpoint are. */
export interface UrlTemplate {
  /** As it was given: endpoints of one are one server, and down together. */
  readonly template: string;
  /** The name of a function is a part of the host: each has one of its own. */
  readonly namesHost: boolean;
  /** Throws `invalid_argument` for a name that would make another URL than the template means. */
  readonly urlOf: (functionName: string) => URL;
}

const placeholder = "{function.name}";
/** A name that stands for any. */
const sample = "name0";
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
/** The placeholder as a label of its own, in front of a domain that is fixed and no number. */
const namedHost = /^\{function\.name\}(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*(?::\d{1,5})?$/i;

/** Throws `invalid_argument` for a template that cannot be. */
export function urlTemplate(template: unknown, what: string): UrlTemplate {
  assertText(template, `urlPathTemplate of ${what}`);
  const example = urlFrom(template, sample, what);
  if (!/^https?:$/.test(example.protocol)) {
    throw invalid(
      `urlPathTemplate of ${what} must be http: or https:, got ${show(example.protocol)}`,
    );
  }
  if (example.username !== "" || example.password !== "") {
    throw invalid(`urlPathTemplate of ${what} must not contain credentials: put them into headers`);
  }
  if (example.hash !== "") {
    throw invalid(`urlPathTemplate of ${what} must not have a fragment, which is never sent`);
  }
  const authority = /^[a-z]+:\/\/([^/?#\\]*)/i.exec(template)?.[1] ?? template;
  const namesHost = authority.includes(placeholder);
  if (namesHost && !namedHost.test(authority)) {
    throw invalid(
      `urlPathTemplate of ${what} may have ${placeholder} only in its path or as ${placeholder}.domain: otherwise callers could choose the host`,
    );
  }
  return {
    template,
    namesHost,
    urlOf(name) {
      if (namesHost && !label.test(name)) throw impossible("a label of a host", name, what);
      const encoded = encodedName(name, what);
      const url = urlFrom(template, encoded, what);
      if (url.pathname === example.pathname.replaceAll(sample, encoded)) return url;
      throw impossible("a part of a URL", name, what);
    },
  };
}

function impossible(part: string, name: string, what: string): StateFunError {
  return invalid(`the name of a function of ${what} must be ${part}, got ${show(name)}`);
}

function urlFrom(template: string, name: string, what: string): URL {
  try {
    return new URL(template.replaceAll(placeholder, name));
  } catch (cause) {
    throw invalid(`urlPathTemplate of ${what} must be an absolute URL: ${reasonOf(cause)}`);
  }
}

function encodedName(name: string, what: string): string {
  try {
    return encodeURIComponent(name);
  } catch {
    throw invalid(`the name of a function of ${what} must be well-formed Unicode`);
  }
}
