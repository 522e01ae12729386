import { http10, http11 } from "./edge-requests.ts";

/** A request as bytes, and whether it is one of those that need no `Request` on Node. */
export interface WayRequest {
  readonly name: string;
  /** Latin-1: a character is a byte. */
  readonly request: string;
  readonly isDirect: boolean;
}

type Headers = readonly string[];

const json = ["Content-Type: application/json"];
const text = ["Content-Type: text/plain"];
const wait = ["Prefer: wait=20"];

function post(path: string, headers: Headers, body: string, method = "POST"): string {
  return http11(
    `${method} /functions/${path}`,
    [...headers, `Content-Length: ${body.length}`],
    body,
  );
}

const row =
  (isDirect: boolean) =>
  (name: string, request: string): WayRequest => ({ name, request, isDirect });
const direct = row(true);
const ordinary = row(false);

const add = '{"amount":2}';

/** Messages as most callers send them, with what an instance makes of them. */
const usual: readonly WayRequest[] = [
  direct("a call", post("http/counter/a", [...json, ...wait], add)),
  direct("a call of the same instance", post("http/counter/a", [...json, ...wait], add)),
  direct("a call by PUT", post("http/counter/a", [...json, ...wait], add, "PUT")),
  direct("a send", post("http/counter/a", json, add)),
  direct("a send with a key", post("http/counter/k", [...json, "Idempotency-Key: é1"], add)),
  direct("the key again", post("http/counter/k", [...json, "Idempotency-Key: é1"], add)),
  direct("the key with more", post("http/counter/k", [...json, "Idempotency-Key: é1"], `${add} `)),
  direct("a send for later", post("http/silent/a", [...text, "Statefun-Delay-Ms: 100000"], "x")),
  direct("a call with text", post("http/echo/a", [...text, ...wait], "\xc3\xa9")),
  direct(
    "a call with bytes",
    post(
      "http/echo/a",
      ["Content-Type: application/octet-stream", "Statefun-Type: http/blob", ...wait],
      "\0\xff",
    ),
  ),
  direct("bytes without a media type", post("http/any/a", ["Statefun-Type: a/b", ...wait], "\x01")),
  direct(
    "a media type with a charset",
    post("http/echo/a", ["Content-Type: TEXT/plain; Charset=UTF-8"], "x"),
  ),
  direct(
    "headers of a message",
    post(
      "http/mirror/a",
      [
        ...text,
        ...wait,
        "Statefun-Header-B: 1",
        "statefun-header-A: \xe9 2",
        "tracestate: a=b",
        "traceparent: 00-1",
      ],
      "x",
    ),
  ),
  direct(
    "headers that stand twice",
    post("http/mirror/a", [...text, ...wait, "Statefun-Header-B: 1", "Statefun-Header-B: 2"], "x"),
  ),
  direct(
    "two preferences in two headers",
    post("http/echo/a", [...text, "Prefer: respond-async", ...wait], "x"),
  ),
  direct(
    "headers with blanks around",
    post("http/echo/a", ["Content-Type:   text/plain \t", "Prefer:wait=20  "], "x"),
  ),
  direct("an id that is encoded", post("http/mirror/a%2Fb%20%C3%A9", [...text, ...wait], "x")),
  direct("an id of odd letters", post("http/mirror/~!$&'()*+,;=:@-._", [...text, ...wait], "x")),
  direct("an id of nothing", post("http/mirror/", [...text, ...wait], "x")),
  direct("a reply of odd type", post("http/odd/a", [...text, ...wait], "a\nb")),
  direct("a reply that is none of its type", post("http/odd/a", [...text, ...wait], "broken")),
  direct("a call that is given up", post("http/failing/a", [...text, ...wait], "x")),
  direct("a call that is late", post("http/silent/a", [...text, "Prefer: wait=0.05"], "x")),
  direct("a large message", post("http/echo/a", [...text, ...wait], "x".repeat(99_000))),
  direct(
    "with Expect: 100-continue",
    post("http/silent/a", [...text, "Expect: 100-continue"], "x"),
  ),
  direct(
    "of HTTP/1.0",
    http10("POST /functions/http/silent/a", ["Host: localhost", ...text, "Content-Length: 1"], "x"),
  ),
  direct(
    "of the runtime's own page",
    post("http/silent/a", [...text, "Origin: http://localhost"], "x"),
  ),
  direct(
    "of a page of the same origin",
    post("http/silent/a", [...text, "Origin: https://a", "Sec-Fetch-Site: same-origin"], "x"),
  ),
  direct(
    "of a page behind a proxy",
    post("http/silent/a", [...text, "Origin: https://a", "X-Forwarded-Host: a"], "x"),
  ),
];

/** What the body of a message makes of it: the head of each could be any other's. */
const bodies: readonly WayRequest[] = [
  direct("JSON that is none", post("http/counter/a", json, "{")),
  direct("JSON that the schema refuses", post("http/counter/a", json, '{"amount":-1}')),
  direct("JSON that is no UTF-8", post("http/echo/a", json, '"\xff"')),
  direct("JSON without a type", post("http/any/a", json, "1")),
  direct(
    "JSON of a type that is none",
    post("http/any/a", [...json, "Statefun-Type: io.statefun.types/int"], '"x"'),
  ),
  direct(
    "bytes of a type that is not taken",
    post("http/counter/a", [...json, "Statefun-Type: a/b"], "1"),
  ),
  direct("text where none is taken", post("http/counter/a", text, "x")),
  direct(
    "a header whose name is none",
    post("http/mirror/a", [...text, "statefun-header-%zz: 1"], "x"),
  ),
];

/** What is refused by its head, or framed in another way: all of it goes the ordinary way. */
const unusual: readonly WayRequest[] = [
  ordinary("an unknown function", post("http/countr/a", json, add)),
  ordinary("a function that is not exposed", post("http/unexposed/a", text, "x")),
  ordinary("a whole namespace", post("http/*/a", text, "x")),
  ordinary("a path that is too long", post("http/echo/a/b", text, "x")),
  ordinary("a path that is no UTF-8", post("http/echo/%ff", text, "x")),
  ordinary("a path with dots", post("http/x/../echo/a", [...text, ...wait], "x")),
  ordinary(
    "a path with dots that are encoded",
    post("http/x/%2e%2E/echo/a", [...text, ...wait], "x"),
  ),
  ordinary(
    "a path with letters that a URL encodes",
    post('http/mirror/"<', [...text, ...wait], "x"),
  ),
  ordinary("a path with a backslash", post("http/mirror\\a", [...text, ...wait], "x")),
  ordinary("a path with a query", post("http/mirror/a?b=c", [...text, ...wait], "x")),
  ordinary("a path with a fragment", post("http/mirror/a#b", [...text, ...wait], "x")),
  ordinary("a method that is not allowed", post("http/echo/a", text, "x", "PATCH")),
  ordinary("GET of a function", http11("GET /functions/http/echo/a")),
  ordinary("a preference that is none", post("http/echo/a", [...text, "Prefer: wait=soon"], "x")),
  ordinary("a delay that is none", post("http/echo/a", [...text, "Statefun-Delay-Ms: 1.5"], "x")),
  ordinary(
    "a delay of a call",
    post("http/echo/a", [...text, ...wait, "Statefun-Delay-Ms: 5"], "x"),
  ),
  ordinary("an empty key", post("http/echo/a", [...text, "Idempotency-Key:"], "x")),
  ordinary("an empty type", post("http/echo/a", [...text, "Statefun-Type:"], "x")),
  ordinary("another media type", post("http/echo/a", ["Content-Type: text/html"], "x")),
  ordinary("two media types", post("http/echo/a", [...text, ...json], "x")),
  ordinary(
    "another charset",
    post("http/echo/a", ["Content-Type: text/plain; charset=latin1"], "x"),
  ),
  ordinary("no media type", post("http/echo/a", [], "x")),
  ordinary("an encoding", post("http/echo/a", [...text, "Content-Encoding: gzip"], "x")),
  ordinary("an empty body", post("http/echo/a", [...text, ...wait], "")),
  ordinary("no body", http11("POST /functions/http/echo/a", [...text, ...wait])),
  ordinary(
    "a body in chunks",
    http11(
      "POST /functions/http/echo/a",
      [...text, ...wait, "Transfer-Encoding: chunked"],
      "1\r\nx\r\n0\r\n\r\n",
    ),
  ),
  ordinary("a message that is too large", post("http/echo/a", text, "x".repeat(100_001))),
  ordinary(
    "a body that is announced too large",
    http11("POST /functions/http/echo/a", [...text, "Content-Length: 100001"]),
  ),
  ordinary(
    "a page of another origin",
    post("http/silent/a", [...text, "Origin: https://b.example"], "x"),
  ),
  ordinary(
    "a page of another site",
    post("http/silent/a", [...text, "Sec-Fetch-Site: cross-site"], "x"),
  ),
  ordinary(
    "a Host in upper case",
    post("http/silent/a", text, "x").replace("localhost", "LOCALHOST"),
  ),
  ordinary(
    "a Host with the port of HTTP",
    post("http/silent/a", text, "x").replace("localhost", "localhost:80"),
  ),
  ordinary(
    "a Host that a URL writes otherwise",
    post("http/silent/a", text, "x").replace("localhost", "0x7f.1"),
  ),
  ordinary("no Host", http10("POST /functions/http/silent/a", [...text, "Content-Length: 1"], "x")),
  ordinary("two Hosts", post("http/silent/a", [...text, "Host: other"], "x")),
  ordinary("records", http11("GET /egresses/http/totals?limit=2")),
  ordinary("records by HEAD", http11("HEAD /egresses/http/totals")),
  ordinary("records of an unknown egress", http11("GET /egresses/http/none")),
  ordinary("who it is, of an operator", http11("GET /admin/me")),
  ordinary("nothing", http11("GET /")),
];

/** Health, which is asked most of all. */
const health: readonly WayRequest[] = [
  direct("liveness", http11("GET /health/live")),
  direct("liveness by HEAD", http11("HEAD /health/live")),
  direct("liveness, asked by a page", http11("GET /health/live", ["Origin: https://b.example"])),
  ordinary("liveness with a body", http11("GET /health/live", ["Content-Length: 1"], "x")),
  ordinary("liveness by OPTIONS", http11("OPTIONS /health/live")),
  ordinary("liveness by POST", http11("POST /health/live", ["Content-Length: 1"], "x")),
  ordinary("liveness with a slash", http11("GET /health/live/")),
];

export const wayRequests: readonly WayRequest[] = [...usual, ...bodies, ...unusual, ...health];
