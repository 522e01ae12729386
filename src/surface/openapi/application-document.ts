import { version } from "../../internal/version.ts";
import type { Exposure } from "../exposure.ts";
import type { ResolvedSurfaceOptions } from "../options.ts";
import { Components } from "./components.ts";
import { egressPath } from "./egress-path.ts";
import { errorSchema } from "./errors.ts";
import { functionPath } from "./function-path.ts";
import { object, text } from "./schema.ts";

const receipt = object({
  id: { ...text, description: "Of the message" },
  duplicate: {
    type: "boolean",
    description: "It came before, with this key: it is not sent again",
  },
});

/**
 * OpenAPI 3.1 of what an application exposes: what a client in any language needs to send, to call, and to read records.
 */
export function applicationDocument(
  exposure: Exposure,
  { basePath, authenticate }: Pick<ResolvedSurfaceOptions, "basePath" | "authenticate">,
): object {
  const components = new Components({ Error: errorSchema, Receipt: receipt });
  const ids = new Set<string>();
  const operationId = (typename: string, verb: string): string => {
    const wanted = `${verb}_${typename.replaceAll(/\W/g, "_")}`;
    let id = wanted;
    for (let count = 2; ids.has(id); count++) id = `${wanted}_${count}`;
    ids.add(id);
    return id;
  };
  const paths: Record<string, object> = {};
  for (const typename of [...exposure.functionNames()].sort()) {
    const fn = exposure.functionOf(typename);
    // The functions of a whole namespace have no names here.
    if (fn === undefined || typename.endsWith("/*")) continue;
    const id = operationId(typename, "send");
    paths[`/functions/${inPath(typename)}/{id}`] = functionPath(fn, id, components);
  }
  for (const typename of [...exposure.egressNames()].sort()) {
    const egress = exposure.egressOf(typename);
    if (egress === undefined) continue;
    const id = operationId(typename, "read");
    paths[`/egresses/${inPath(typename)}`] = egressPath(egress, id, components);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "statefun",
      version,
      description:
        authenticate === undefined
          ? "An application of stateful functions."
          : "An application of stateful functions. It needs the credentials that this document was read with.",
    },
    servers: [{ url: basePath === "" ? "/" : basePath }],
    paths,
    components: { schemas: components.schemas },
  };
}

/** A name that is in no braces, and cannot open any. */
function inPath(typename: string): string {
  return typename.split("/").map(encodeURIComponent).join("/");
}
