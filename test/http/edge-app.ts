import { requestReplyHandler } from "statefun";
import { contractFunctions } from "../contract/functions.ts";
import { http } from "./app.ts";
import { namedPage } from "./edge-requests.ts";

type Fetch = (request: Request) => Promise<Response>;

/** Short enough to wait for, and longer than a body of these tests takes to come. */
export const bodyTimeoutMs = 2_000;

/** A secret that is found by reading the body, as one that checks a signature does. */
const signed = async (request: Request): Promise<boolean> =>
  request.headers.get("authorization") === "Signed" && (await request.clone().text()) !== "";

/** What becomes of whose credentials, by their name: `POST /become/NAME/WHAT` changes it. */
const become = new Map<string, string>();

/** `Bearer of-NAME`: let in until something else becomes of it. */
async function isStillGood(request: Request): Promise<boolean> {
  const name = /^Bearer of-(.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (name === undefined) return false;
  const now = become.get(name);
  if (now === "throwing") throw new Error("the secret of the service");
  if (now === "hanging") await new Promise(() => {});
  return now === undefined;
}

/** How often a reader is asked about. */
export const reauthenticateMs = 1_000;

/** The options of the surface under test. */
export const edgeHttp = {
  ...http,
  authenticate: async (request: Request) =>
    (await http.authenticate(request)) || (await isStillGood(request)) || signed(request),
  cors: { origins: [namedPage] },
  bodyTimeoutMs,
  reauthenticateMs,
};

const handler = requestReplyHandler(contractFunctions, {
  env: { name: "edge" },
  bodyTimeoutMs,
  onError: () => undefined,
});

/** Both ways in of the package behind one server: the handler for a cluster at `/statefun`, else the HTTP surface. */
export function edgeFetch(surface: Fetch): Fetch {
  return async (request) => {
    const [, name = "", what = ""] = /\/become\/([^/]+)\/(\w+)$/.exec(request.url) ?? [];
    if (name !== "") {
      become.set(name, what);
      return new Response();
    }
    // As an application routes that never thinks of odd requests.
    const isCluster = new URL(request.url).pathname === "/statefun";
    return isCluster ? handler(request) : surface(request);
  };
}
