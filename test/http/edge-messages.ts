import {
  allowed,
  badHost,
  credentials,
  type Edge,
  http10,
  http11,
  namedPage,
  noCluster,
  noHost,
  noPage,
  noRecord,
  octets,
  operator,
  send,
  text,
} from "./edge-requests.ts";

/** What programs and pages send to the surface. */
export const messages: readonly Edge[] = [
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
  ...["me", "dead-letters", "instances/http/counter/edge"].map((path) => ({
    name: `HEAD of /admin/${path}`,
    request: http11(`HEAD /admin/${path}`, [operator]),
    status: 200,
  })),
];

/** What comes to the handler for a cluster and is none. */
export const cluster: readonly Edge[] = [
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
