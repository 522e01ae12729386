import { expect } from "vitest";

/** The suite's view of a server under test: the base URL, once it has started. */
export type Server = () => string;

export const credentials = { authorization: "Bearer let-me-in" };
export const operator = { authorization: "Bearer operator" };
/** What changes something has to say that it is meant, and has a key of its own. */
export const meant = {
  "statefun-admin": "1",
  get "idempotency-key"() {
    return freshId();
  },
};

const ids = { next: 0 };
/** Every test has instances of its own: one server serves them all. */
export function freshId(): string {
  ids.next++;
  return `${ids.next}-${Math.random().toString(36).slice(2)}`;
}

/** A request with the credentials of the application. */
export function ask(server: Server, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...credentials, ...(init.headers as Record<string, string> | undefined) };
  return fetch(`${server()}${path}`, { ...init, headers });
}

export interface Posted {
  readonly body: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

export function post(
  server: Server,
  path: string,
  { method = "POST", ...init }: Posted,
): Promise<Response> {
  return ask(server, path, { method, ...init });
}

export const asText = { "content-type": "text/plain" };
export const asJson = { "content-type": "application/json" };
export const asBytes = (typename: string) => ({
  "content-type": "application/octet-stream",
  "statefun-type": typename,
});
export const wait = (seconds: number | string) => ({ prefer: `wait=${seconds}` });

/** Sends JSON, and expects it to be taken. */
export async function send(
  server: Server,
  path: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly id: string; readonly duplicate: boolean }> {
  const body = JSON.stringify(value);
  return taken(await post(server, path, { headers: { ...asJson, ...headers }, body }));
}

export async function taken(response: Response): Promise<{ id: string; duplicate: boolean }> {
  const text = await response.text();
  expect(response.status, text).toBe(202);
  expect(response.headers.get("content-type")).toBe("application/json");
  const receipt = JSON.parse(text);
  expect(receipt).toEqual({ id: expect.any(String), duplicate: expect.any(Boolean) });
  return receipt;
}

/** Calls with JSON, and expects an answer in JSON. */
export async function call(
  server: Server,
  path: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const all = { ...asJson, ...wait(20), ...headers };
  const response = await post(server, path, { headers: all, body: JSON.stringify(value) });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text);
}

/** What every refusal is: one code, one message that tells nothing of the inside, in JSON. */
export async function refused(
  response: Response,
  status: number,
  code: string,
): Promise<{ readonly message: string; readonly cause?: unknown }> {
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status });
  expect(response.headers.get("content-type")).toBe("application/json");
  const { error, ...rest } = JSON.parse(text);
  expect(rest).toEqual({});
  expect(error).toMatchObject({ code, message: expect.any(String) });
  expect(text).not.toContain("secret");
  expect(text).not.toMatch(/\bat .*\.(ts|js):\d+/);
  expect(text.length).toBeLessThan(1_500);
  if (status === 429 || status === 503) {
    expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
  }
  return error;
}

/** A server that answers this has survived whatever came before. */
export async function expectAlive(server: Server): Promise<void> {
  const reply = await call(server, `/functions/http/counter/${freshId()}`, { amount: 1 });
  expect(reply).toMatchObject({ total: 1 });
}
