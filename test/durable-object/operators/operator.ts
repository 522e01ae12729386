import type { Objects } from "../support/objects.ts";

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly duplicate?: boolean;
  readonly count?: number;
  /** Of a reply, if it is text. */
  readonly value?: string;
}

interface More {
  readonly body?: string;
  readonly key?: string;
  readonly match?: string;
}

let keys = 0;

/** What an operator asks for by HTTP, with all that such a request needs. */
export function operatorOf(objects: () => Objects) {
  return async (
    method: string,
    path: string,
    query: Record<string, string> = {},
    { body, key, match }: More = {},
  ): Promise<Answer> => {
    const search = Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query)}`;
    const headers = {
      "statefun-admin": "1",
      "idempotency-key": key ?? `operator ${++keys}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(match !== undefined && { "if-match": match }),
    };
    const init = { method, headers, ...(body !== undefined && { body }) };
    const response = await fetch(`${objects().url()}${path}${search}`, init);
    const text = await response.text();
    if (!response.headers.get("content-type")?.startsWith("application/json")) {
      return { status: response.status, value: text };
    }
    const parsed = JSON.parse(text) as Omit<Answer, "status"> & { error?: Answer };
    return { status: response.status, ...parsed, ...parsed.error };
  };
}
