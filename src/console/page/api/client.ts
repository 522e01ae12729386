/** What the administration API refused, or why it could not be asked. */
export class ApiError extends Error {
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string;
  /** The answer as it came, where it was JSON. */
  readonly body: unknown;

  constructor(status: number, code: string, message: string, body?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface WriteParts {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  /** One for each intent, kept while it is tried again. */
  readonly key: string;
  /** For the activity log. */
  readonly why?: string | undefined;
  /** Whether the route takes `why` in its query. @default true */
  readonly takesWhy?: boolean;
}

/** The API stands beside the page: `{anything}/admin/console/` belongs to `{anything}/admin/`. */
const base = new URL("../", document.baseURI.replace(/[#?].*$/s, ""));

let token: string | undefined;

/** The credential of everything that is asked from now on; undefined: the browser's own (cookies). */
export function useToken(given: string | undefined): void {
  token = given;
}

export function apiUrl(path: string, query: Query = {}): URL {
  const url = new URL(path.replace(/^\//, ""), base);
  for (const [name, value] of Object.entries(query)) {
    // An id may be empty. Any other parameter says nothing then.
    if (value === undefined || (value === "" && name !== "id")) continue;
    url.searchParams.set(name, String(value));
  }
  return url;
}

/** Asks. Rejects with an `ApiError`, or with the reason of the signal. */
export async function ask(url: URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, redirect: "error" });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new ApiError(0, "unreachable", "The application does not answer.");
  }
  if (response.ok) return response;
  throw await refusalOf(response);
}

/** `GET`, as JSON. */
export async function read<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const response = await ask(apiUrl(path, query), signal === undefined ? {} : { signal });
  return parsed<T>(response, signal);
}

/** A change: it has the header that shows intent, and a key. Resolves with what the server answered, as JSON. */
export async function write<T>(method: string, path: string, parts: WriteParts): Promise<T> {
  const { query = {}, headers = {}, body, key, why, takesWhy = true } = parts;
  const url = apiUrl(path, takesWhy ? { ...query, why } : query);
  const init: RequestInit = {
    method,
    headers: { ...headers, "statefun-admin": "1", "idempotency-key": key },
  };
  if (body !== undefined) init.body = body;
  return parsed<T>(await ask(url, init));
}

/** A key for one intent. `crypto.randomUUID` is missing where a page came by plain HTTP. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function parsed<T>(response: Response, signal?: AbortSignal): Promise<T> {
  try {
    const text = await response.text();
    // The shapes are those of the OpenAPI document that the tests of the API check.
    return (text === "" ? undefined : JSON.parse(text)) as T;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, "unreachable", "The answer was cut off.");
  }
}

/** `{ error: { code, message } }`; a proxy in front answers in its own words. */
async function refusalOf(response: Response): Promise<ApiError> {
  const { status } = response;
  const text = await response.text().catch(() => "");
  try {
    const body: unknown = JSON.parse(text);
    const { code, message } = Object(Object(body).error);
    if (typeof code === "string" && typeof message === "string") {
      return new ApiError(status, code, message, body);
    }
  } catch {
    // Not JSON.
  }
  return new ApiError(status, "refused", `The server answered ${status} without a reason.`);
}
