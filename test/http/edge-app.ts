import { requestReplyHandler } from "statefun";
import { contractFunctions } from "../contract/functions.ts";

type Fetch = (request: Request) => Promise<Response>;

const handler = requestReplyHandler(contractFunctions, {
  env: { name: "edge" },
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
