import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./documents.ts";

/** What Grafana's own description of a dashboard demands (kinds/dashboard and the options of its panels). */
interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly graphTooltip: number;
  readonly refresh: string;
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly refresh: number;
  readonly sort?: number;
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly collapsed?: boolean;
  readonly panels?: readonly unknown[];
  readonly gridPos: { readonly x: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat?: string;
  }[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly thresholds?: { readonly mode: string; readonly steps: readonly Step[] };
      readonly mappings?: readonly { readonly type: string; readonly options: object }[];
    };
    readonly overrides: readonly unknown[];
  };
  readonly options?: {
    readonly legend?: Legend;
    readonly tooltip?: { readonly mode: string; readonly sort: string };
    readonly reduceOptions?: { readonly calcs: readonly string[] };
  };
}

interface Step {
  readonly value: number | null;
  readonly color: string;
}

interface Legend {
  readonly displayMode: string;
  readonly placement: string;
  readonly showLegend: boolean;
  readonly calcs: readonly string[];
}

const dashboard: Dashboard = JSON.parse(
  readFileSync(join(root, "docs/operate/grafana.json"), "utf8"),
);
const panels = dashboard.panels.filter(({ type }) => type !== "row");

describe("the dashboard is one for Grafana", () => {
  it("by its own fields and its variables", () => {
    const { uid, schemaVersion, graphTooltip, refresh, templating } = dashboard;
    expect(uid).toMatch(/^[\w-]{8,40}$/);
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect([0, 1, 2]).toContain(graphTooltip);
    expect(refresh).toMatch(/^\d+[smhd]$/);
    for (const { name, type, refresh: when, sort = 0 } of templating.list) {
      expect(["query", "datasource"], name).toContain(type);
      expect([0, 1, 2], name).toContain(when);
      expect(sort, name).toBeLessThanOrEqual(8);
    }
  });

  it("by its rows and the places of its panels", () => {
    for (const { type, title, collapsed, panels: inner, gridPos } of dashboard.panels) {
      expect(["row", "stat", "timeseries", "state-timeline"], title).toContain(type);
      if (type === "row")
        expect({ collapsed, inner }, title).toEqual({ collapsed: false, inner: [] });
      expect(gridPos.w * gridPos.h, title).toBeGreaterThan(0);
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    }
  });

  it("by the options of its panels", () => {
    for (const { type, title, fieldConfig, options } of panels) {
      expect(fieldConfig?.overrides, title).toEqual([]);
      const { thresholds, mappings = [] } = fieldConfig?.defaults ?? {};
      if (thresholds !== undefined) {
        expect(["absolute", "percentage"], title).toContain(thresholds.mode);
        const [first, ...rest] = thresholds.steps.map(({ value }) => value);
        expect(first, title).toBeNull();
        expect(rest, title).toEqual(rest.toSorted((left, right) => Number(left) - Number(right)));
      }
      for (const mapping of mappings) {
        expect(["value", "range", "regex", "special"], title).toContain(mapping.type);
      }
      if (type === "stat") expect(options?.reduceOptions?.calcs, title).toEqual(["lastNotNull"]);
      else {
        const { displayMode, placement, showLegend, calcs } = options?.legend ?? {};
        expect(["list", "table", "hidden"], title).toContain(displayMode);
        expect(["bottom", "right"], title).toContain(placement);
        expect([typeof showLegend, Array.isArray(calcs)], title).toEqual(["boolean", true]);
      }
    }
  });

  it("with queries of different names, whose lines are named by labels that they have", () => {
    for (const { title, targets = [] } of panels) {
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      for (const { expr, legendFormat = "" } of targets) {
        const grouped = Array.from(expr.matchAll(/\bby \(([^)]*)\)/g), ([, names = ""]) => names);
        const labels = grouped.flatMap((names) => names.split(",").map((name) => name.trim()));
        // Without an aggregation the labels of the target stay.
        const known = grouped.length === 0 ? ["job", "instance"] : labels;
        for (const [, name] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          expect(known, `${title}: ${expr}`).toContain(name);
        }
      }
    }
  });
});
