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

type Headers = readonly string[];

/** Of HTTP/1.1, from a polite client that ends its connection. */
function http11(first: string, headers: Headers = [], body = ""): string {
  const all = [`${first} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers];
  return `${all.join("\r\n")}\r\n\r\n${body}`;
}

/** Of HTTP/1.0, which knows no Host. */
function http10(first: string, headers: Headers = [], body = ""): string {
  return `${[`${first} HTTP/1.0`, ...headers].join("\r\n")}\r\n\r\n${body}`;
}

function withHost(host: string, path = "GET /health"): string {
  return `${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
}

const send = "POST /functions/http/silent/edge";
const credentials = "Authorization: Bearer let-me-in";
const text = [credentials, "Content-Type: text/plain"];
const octets = ["Content-Type: application/octet-stream", "Content-Length: 1"];
const operator = "Authorization: Bearer operator";

/** A page that may read answers. */
export const namedPage = "https://a.example";
const allowed = /^access-control-allow-origin: https:\/\/a\.example\r$/im;
const noPage = { dev: [401, "it names no page"] } as const;
const noHost = {
  workerd: [400, "workerd refuses HTTP/1.0, and a request without a Host"],
} as const;
const badHost = { workerd: [500, "workerd itself cannot make a URL of it"] } as const;
const noTarget = { workerd: [500, "workerd itself takes no target but a path"] } as const;
const isOpen = { dev: [404, "there is no authentication"] } as const;
const noRecord = { dev: [404, "it knows an egress by its first record"] } as const;
const noCluster = { dev: [404, "it serves no cluster"] } as const;

const probes: readonly Edge[] = [
  {
    name: "a probe of HTTP/1.0 without a Host (old load balancers)",
    request: http10("GET /health"),
    status: 200,
    except: noHost,
  },
  {
    name: "HAProxy, option httpchk /health",
    request: http10("OPTIONS /health"),
    status: 200,
    except: noHost,
  },
  {
    name: "HAProxy, option httpchk HEAD /health",
    request: http10("HEAD /health"),
    status: 200,
    except: noHost,
  },
  {
    name: "HAProxy, option httpchk GET /health HTTP/1.1, without a Host",
    request: "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",
    status: 200,
    except: { ...noHost, bun: [400, "Bun refuses it, as RFC 9112 asks of servers"] },
  },
  {
    name: "HAProxy, http-check send meth GET uri /health ver HTTP/1.1 hdr Host www",
    request: "GET /health HTTP/1.1\r\nhost: www\r\nconnection: close\r\n\r\n",
    status: 200,
    except: { dev: [401, "another name than that of this machine"] },
  },
  {
    name: "an empty Host",
    request: "GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
    status: 200,
    except: noHost,
  },
  {
    name: "Kubernetes",
    request: http11("GET /health", ["User-Agent: kube-probe/1.31", "Accept: */*"]),
    status: 200,
  },
  {
    name: "an Elastic Load Balancer",
    request: http11("GET /health", [
      "User-Agent: ELB-HealthChecker/2.0",
      "Accept-Encoding: gzip, compressed",
    ]),
    status: 200,
  },
  {
    name: "Google's load balancer",
    request: http11("GET /health", ["User-Agent: GoogleHC/1.0"]),
    status: 200,
  },
  { name: "curl", request: http11("GET /health", ["Accept: */*"]), status: 200 },
  { name: "curl -I", request: http11("HEAD /health"), status: 200 },
  { name: "a query", request: http11("GET /health?from=monitor"), status: 200 },
  {
    name: "a probe with a body",
    request: http11("GET /health", ["Content-Length: 2"], "hi"),
    status: 200,
  },
  {
    name: "keep-alive of HTTP/1.0",
    request: http10("GET /health", ["Connection: keep-alive"]),
    status: 200,
    except: noHost,
  },
  {
    name: "two requests on one connection",
    request: `GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n${http11("GET /health")}`,
    status: 200,
    answers: 2,
  },
  {
    name: "upper-case names of headers",
    request: "GET /health HTTP/1.1\r\nHOST: localhost\r\nCONNECTION: close\r\n\r\n",
    status: 200,
  },
  {
    name: "an offer to upgrade to HTTP/2",
    request: http11("GET /health", ["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]),
    status: 200,
  },
  {
    name: "a page of another origin",
    request: http11("GET /health", ["Origin: https://b.example"]),
    status: 200,
    except: { dev: [401, "pages of other origins are not let in"] },
  },
  { name: "health by POST", request: http11("POST /health", ["Content-Length: 0"]), status: 405 },
];

const hosts: readonly Edge[] = [
  ...["[::1]:8080", "localhost:8080", "127.0.0.1"].map((host) => ({
    name: `Host: ${host}`,
    request: withHost(host),
    status: 200,
  })),
  ...[
    ...["a b", "a/b", "a?b", "a#b", "a@b", "a:b", "a:99999", "[::1", "a%zz", "\xe9\xff"],
    // To a router that builds a URL of it, this is `GET /health`.
    "localhost/health?",
  ].map((host) => ({
    name: `Host: ${host}`,
    request: withHost(host),
    status: 400,
    except: badHost,
  })),
  {
    name: "an invalid Host, before a body",
    request: `${send} HTTP/1.1\r\nHost: a b\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`,
    status: 400,
    except: badHost,
  },
  {
    name: "two Hosts",
    request: http11("GET /health", ["Host: other"]),
    status: 400,
    except: badHost,
  },
];

const targets: readonly Edge[] = [
  {
    name: "an absolute target",
    request: http11("GET http://localhost/health"),
    status: 200,
    except: noTarget,
  },
  {
    name: "an absolute target without a path",
    request: http11("GET http://localhost"),
    status: 401,
    except: { ...noTarget, ...isOpen },
  },
  {
    name: "an absolute target of another scheme",
    request: http11("GET ftp://localhost/health"),
    status: 400,
    except: noTarget,
  },
  {
    name: "OPTIONS *",
    request: http11("OPTIONS *"),
    status: 400,
    except: { ...noTarget, deno: [401, "Deno makes it the path /*"] },
  },
  {
    name: "a target that is no path",
    request: http11("GET health"),
    status: 400,
    except: noTarget,
  },
  { name: "//health", request: http11("GET //health"), status: 401, except: isOpen },
  {
    name: "//health of HTTP/1.0",
    request: http10("GET //health"),
    status: 401,
    except: { ...noHost, ...isOpen },
  },
  { name: "/health/", request: http11("GET /health/"), status: 401, except: isOpen },
  { name: "/./health", request: http11("GET /./health"), status: 200 },
  { name: "/%zz", request: http11("GET /%zz"), status: 400 },
  { name: "TRACE", request: http11("TRACE /health"), status: 405 },
  { name: "a method of WebDAV", request: http11("PROPFIND /health"), status: 405 },
];

const messages: readonly Edge[] = [
  {
    name: "a message with Expect: 100-continue",
    request: http11(send, [...text, "Content-Length: 1", "Expect: 100-continue"], "x"),
    status: 202,
  },
  {
    name: "a message in chunks",
    request: http11(send, [...text, "Transfer-Encoding: chunked"], "1\r\nx\r\n0\r\n\r\n"),
    status: 202,
  },
  {
    name: "a message of HTTP/1.0",
    request: http10(send, [...text, "Content-Length: 1"], "x"),
    status: 202,
    except: noHost,
  },
  {
    name: "a message in lower case",
    request: http11(
      send,
      [...text, "Content-Length: 1"].map((one) => one.replace(/^[^:]+/, (n) => n.toLowerCase())),
      "x",
    ),
    status: 202,
  },
  {
    name: "a message without credentials",
    request: http11(send, ["Content-Type: text/plain", "Content-Length: 1"], "x"),
    status: 401,
    except: { dev: [202, "there is no authentication"] },
  },
  {
    name: "a preflight of a page that is named",
    request: http11("OPTIONS /functions/http/silent/edge", [
      `Origin: ${namedPage}`,
      "Access-Control-Request-Method: POST",
      "Access-Control-Request-Headers: authorization,content-type",
    ]),
    status: 204,
    says: allowed,
    except: noPage,
  },
  {
    name: "a message of a page that is named",
    request: http11(send, [...text, `Origin: ${namedPage}`, "Content-Length: 1"], "x"),
    status: 202,
    says: allowed,
    except: noPage,
  },
  {
    name: "an error that a page that is named may read",
    request: http11("GET /egresses/http/texts", [`Origin: ${namedPage}`]),
    status: 401,
    says: allowed,
    except: noPage,
  },
  {
    name: "a preflight of a page that is not named",
    request: http11("OPTIONS /functions/http/silent/edge", [
      "Origin: https://b.example",
      "Access-Control-Request-Method: POST",
      "Access-Control-Request-Headers: authorization,content-type",
    ]),
    status: 401,
  },
  {
    name: "HEAD of kept records",
    request: http11("HEAD /egresses/http/texts", [credentials]),
    status: 200,
    except: noRecord,
  },
  {
    name: "HEAD of an event stream",
    request: http11("HEAD /egresses/http/texts", [credentials, "Accept: text/event-stream"]),
    status: 200,
    except: noRecord,
  },
  ...["functions", "dead-letters", "instances/http/counter/edge"].map((path) => ({
    name: `HEAD of /admin/${path}`,
    request: http11(`HEAD /admin/${path}`, [operator]),
    status: 200,
  })),
];

const cluster: readonly Edge[] = [
  {
    name: "the cluster handler, asked by HTTP/1.0",
    request: http10("GET /statefun"),
    status: 405,
    except: { ...noHost, ...noCluster },
  },
  {
    name: "the cluster handler, by HEAD",
    request: http11("HEAD /statefun"),
    status: 405,
    except: noCluster,
  },
  {
    name: "the cluster handler, by OPTIONS",
    request: http11("OPTIONS /statefun"),
    status: 405,
    except: noCluster,
  },
  {
    name: "the cluster handler with an invalid Host",
    request: `POST /statefun HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n${octets.join("\r\n")}\r\n\r\n\xff`,
    status: 400,
    except: badHost,
  },
  {
    name: "the cluster handler with bytes that are no request, of HTTP/1.0",
    request: http10("POST /statefun", octets, "\xff"),
    status: 400,
    except: { ...noHost, ...noCluster },
  },
  {
    name: "the cluster handler with Expect: 100-continue",
    request: http11("POST /statefun", [...octets, "Expect: 100-continue"], "\xff"),
    status: 400,
    except: noCluster,
  },
];

/** What clients, probes, proxies and browsers send. Answered alike on every runtime, except where it says why not. */
export const edges: readonly Edge[] = [...probes, ...hosts, ...targets, ...messages, ...cluster];
