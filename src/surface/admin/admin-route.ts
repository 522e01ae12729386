import type { SurfaceResponse } from "../answers.ts";
import type { Schema } from "../openapi/schema.ts";
import type { AdminCall } from "./admin-call.ts";

/**
 * One administrative route. What a request must bring follows from the row, and is checked before `answer` runs: so does its
 * description in `openapi.json`.
 */
export interface AdminRoute {
  /** A route for GET answers HEAD as well. */
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the base path; a part in braces is any text. */
  readonly path: string;
  /**
   * What writes needs the role `"write"`, the header `Statefun-Admin: 1` and an `Idempotency-Key`, and takes `why`, for what is
   * written down.
   */
  readonly does: "read" | "write";
  /** The role of one that reads. @default "read" */
  readonly role?: "write";
  readonly summary: string;
  /** Parameters of the query: others are refused, since a misspelt one would be as if it was not there. */
  readonly query?: readonly Parameter[];
  /** Headers beside those that every route that writes needs. */
  readonly headers?: readonly Parameter[];
  /** What its body is. @default nothing, and for what writes an object with `why` */
  readonly body?: RouteBody;
  /** What it answers beside refusals that every route has. */
  readonly answers: { readonly [status: string]: RouteAnswer };
  readonly answer: (call: AdminCall) => SurfaceResponse | Promise<SurfaceResponse>;
}

export interface Parameter {
  readonly name: string;
  readonly text: string;
  readonly schema: Schema;
  /** @default false */
  readonly isNeeded?: boolean;
}

export type RouteBody =
  /** A JSON object with at most these properties, and `why`. */
  | { readonly kind: "json"; readonly properties: Readonly<Record<string, Schema>> }
  /** A value as a message has it, which the route reads itself. */
  | { readonly kind: "value" }
  /** Lines of JSON, which the route reads itself. */
  | { readonly kind: "lines"; readonly text: string; readonly isOptional?: boolean };

export interface RouteAnswer {
  readonly text: string;
  /** Undefined: as `media` says, or nothing. */
  readonly schema?: Schema;
  /** One of these. @default application/json where there is a schema */
  readonly media?: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is in the braces of a path, if these parts are one. */
export function namesIn(path: string, parts: readonly string[]): readonly string[] | undefined {
  const wanted = path.split("/");
  if (wanted.length !== parts.length) return undefined;
  const isName = (index: number): boolean => wanted[index]?.startsWith("{") === true;
  const fits = parts.every((part, index) => isName(index) || wanted[index] === part);
  return fits ? parts.filter((_, index) => isName(index)) : undefined;
}
