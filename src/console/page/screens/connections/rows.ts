import type { FunctionRow, IngressRow } from "../../api/types.ts";

/** A source of an ingress, or an ingress that has none yet. */
export interface SourceLine {
  readonly ingress: IngressRow;
  readonly source: IngressRow["sources"][number] | undefined;
}

export function sourceLines(ingresses: readonly IngressRow[]): readonly SourceLine[] {
  return ingresses.flatMap((ingress) => {
    const { sources } = ingress;
    return (sources.length === 0 ? [undefined] : sources).map((source) => ({ ingress, source }));
  });
}

/** Functions that run behind an endpoint: the server names the endpoint of each, and otherwise its name says it. */
export function functionsBehind(
  name: string,
  functions: readonly FunctionRow[],
): readonly FunctionRow[] {
  return functions.filter(({ endpoint, remote, typename }) => {
    if (endpoint !== undefined) return endpoint === name;
    return remote && [typename, typename.replace(/[^/]*$/, "*")].includes(name);
  });
}
