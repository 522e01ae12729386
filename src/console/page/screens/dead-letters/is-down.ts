import { topic } from "../../api/live.ts";
import type { Overview } from "../../api/types.ts";

/** Whether the endpoint of a function does not answer, as the overview knows it. Names are `namespace/name` or `namespace/*`. */
export function isDown(typename: string): boolean {
  const down = topic<Overview>("overview").value?.endpointsDown ?? [];
  return down.some(
    (name) => name === typename || (name.endsWith("/*") && typename.startsWith(name.slice(0, -1))),
  );
}
