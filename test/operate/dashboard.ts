import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../docs/documents.ts";

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly datasource?: unknown;
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

/** The dashboard as it is in the documents. */
export const dashboard: Dashboard = JSON.parse(
  readFileSync(join(root, "docs/operate/grafana.json"), "utf8"),
);

/** What Grafana asks with everything chosen, and its shortest interval for scrapes of a second. */
function filled(text: string): string {
  const all = text.replaceAll("$__rate_interval", "4s");
  return all.replace(/\$(\w+)/g, (whole, name) =>
    dashboard.templating.list.some((one) => one.name === name) ? ".*" : whole,
  );
}

/** Every query of the panels. */
export const panelQueries: readonly { readonly of: string; readonly query: string }[] =
  dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => ({ of: `${title} ${refId}`, query: filled(expr) })),
  );

/** Every query that gives the choices of a variable. */
export const variableQueries: readonly { readonly of: string; readonly query: string }[] =
  dashboard.templating.list.flatMap(({ name, query }) => {
    const text = typeof query === "string" ? query : query.query;
    const [, metric = "", label = ""] = /^label_values\((.*), (\w+)\)$/.exec(text) ?? [];
    return metric === "" ? [] : [{ of: name, query: `count by (${label}) (${filled(metric)})` }];
  });

/** The metrics of the package in a query, without the suffixes of histograms. */
export function metricsIn(query: string): string[] {
  return (query.match(/\bstatefun_\w+/g) ?? []).map((name) =>
    name.replace(/(_seconds)_(?:bucket|sum|count)$/, "$1"),
  );
}
