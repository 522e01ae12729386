import { type Edge, http10, http11, noHost } from "./edge-requests.ts";

/** What load balancers, orchestrators and people at a terminal ask. */
export const probes: readonly Edge[] = [
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
    except: {
      dev: [401, "pages of other origins, and names that are not this machine's, are refused"],
    },
  },
  { name: "health by POST", request: http11("POST /health", ["Content-Length: 0"]), status: 405 },
];
