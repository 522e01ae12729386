import type { FunctionRow, IngressRow } from "../../api/types.ts";

type Source = IngressRow["sources"][number];

/** A source of an ingress, or an ingress that has none yet. */
export interface SourceLine {
  readonly ingress: IngressRow;
  readonly source: Source | undefined;
}

export function sourceLines(ingresses: readonly IngressRow[]): readonly SourceLine[] {
  return ingresses.flatMap((ingress): readonly SourceLine[] =>
    ingress.sources.length === 0
      ? [{ ingress, source: undefined }]
      : ingress.sources.map((source) => ({ ingress, source })),
  );
}

/** Functions that run behind an endpoint: the server names the endpoint of each, and otherwise its name says it. */
export function functionsBehind(
  name: string,
  functions: readonly FunctionRow[],
): readonly FunctionRow[] {
  const namespace = name.endsWith("/*") ? name.slice(0, -1) : undefined;
  return functions.filter(({ endpoint, remote, typename }) => {
    if (endpoint !== undefined) return endpoint === name;
    const isNamed = namespace === undefined ? typename === name : typename.startsWith(namespace);
    return remote && isNamed;
  });
}
