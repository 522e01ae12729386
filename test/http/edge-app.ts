import { requestReplyHandler } from "statefun";
import { contractFunctions } from "../contract/functions.ts";
import { http } from "./app.ts";

type Fetch = (request: Request) => Promise<Response>;

/** Short enough to wait for, and longer than a body of these tests takes to come. */
export const bodyTimeoutMs = 2_000;

/** A secret that is found by reading the body, as one that checks a signature does. */
const signed = async (request: Request): Promise<boolean> =>
  request.headers.get("authorization") === "Signed" && (await request.clone().text()) !== "";

/** The options of the surface under test. */
export const edgeHttp = {
  ...http,
  authenticate: async (request: Request) => (await http.authenticate(request)) || signed(request),
  bodyTimeoutMs,
};

const handler = requestReplyHandler(contractFunctions, {
  env: { name: "edge" },
  bodyTimeoutMs,
  onError: () => undefined,
});

/** Both ways in of the package behind one server: the handler for a cluster at `/statefun`, else the HTTP surface. */
export function edgeFetch(surface: Fetch): Fetch {
  return async (request) => {
    // As an application routes that never thinks of odd requests.
    const isCluster = new URL(request.url).pathname === "/statefun";
    return isCluster ? handler(request) : surface(request);
  };
}
