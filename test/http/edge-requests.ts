/** Where the requests of the table are sent. */
export type Place = "node" | "bun" | "deno" | "workerd" | "dev";

/** A request as bytes, as some client of this world sends it, and its status. */
export interface Edge {
  readonly name: string;
  /** Latin-1: a character is a byte. */
  readonly request: string;
  readonly status: number;
  /** What the answer has as well, except where the status is another one. */
  readonly says?: RegExp;
  /** Answers on the same connection. @default 1 */
  readonly answers?: number;
  /** Where something answers before the code of this package, or something else is meant. */
  readonly except?: { readonly [place in Place]?: readonly [status: number, why: string] };
}

export type Headers = readonly string[];

/** Of HTTP/1.1, from a polite client that ends its connection. */
export function http11(first: string, headers: Headers = [], body = ""): string {
  const all = [`${first} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers];
  return `${all.join("\r\n")}\r\n\r\n${body}`;
}

/** Of HTTP/1.0, which knows no Host. */
export function http10(first: string, headers: Headers = [], body = ""): string {
  return `${[`${first} HTTP/1.0`, ...headers].join("\r\n")}\r\n\r\n${body}`;
}

export function withHost(host: string, path = "GET /health"): string {
  return `${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
}

export const send = "POST /functions/http/silent/edge";
export const credentials = "Authorization: Bearer let-me-in";
export const text = [credentials, "Content-Type: text/plain"];
export const octets = ["Content-Type: application/octet-stream", "Content-Length: 1"];
export const operator = "Authorization: Bearer operator";

/** A page that may read answers. */
export const namedPage = "https://a.example";
export const allowed = /^access-control-allow-origin: https:\/\/a\.example\r$/im;
export const noPage = { dev: [401, "it names no page"] } as const;
export const noHost = {
  workerd: [400, "workerd refuses HTTP/1.0, and a request without a Host"],
} as const;
export const badHost = { workerd: [500, "workerd itself cannot make a URL of it"] } as const;
export const noTarget = { workerd: [500, "workerd itself takes no target but a path"] } as const;
export const isOpen = { dev: [404, "there is no authentication"] } as const;
export const noRecord = { dev: [404, "it knows an egress by its first record"] } as const;
export const noCluster = { dev: [404, "it serves no cluster"] } as const;
