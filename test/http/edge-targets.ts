import {
  badHost,
  type Edge,
  http10,
  http11,
  isOpen,
  noHost,
  noTarget,
  send,
  withHost,
} from "./edge-requests.ts";

/** Names that a server is asked by. */
export const hosts: readonly Edge[] = [
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

/** What stands where a path should. */
export const targets: readonly Edge[] = [
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
