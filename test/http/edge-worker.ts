import surface, { StatefulObject } from "../durable-object/http/worker.ts";
import { edgeFetch } from "./edge-app.ts";

export { StatefulObject };

type Env = Parameters<typeof surface.fetch>[1];

export default {
  fetch: (request: Request, env: Env) => edgeFetch((one) => surface.fetch(one, env))(request),
};
