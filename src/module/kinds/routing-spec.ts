import { show } from "../../internal/show.ts";
import { readFields } from "../read/fields.ts";
import { expected, moduleInvalid, type Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { assertOnce, choiceOf, listOf, textOf, typenameOf } from "../read/values.ts";
import type { Routing, StartupPosition } from "./descriptions.ts";

/** The names of a list of routings, which differ. */
export interface RoutingNames {
  /** Of the list's items. */
  readonly from: "topic" | "stream";
  readonly valueType: "valueType" | "typeUrl";
}

export function readRoutings(node: TreeNode, names: RoutingNames, warn: Warn): readonly Routing[] {
  const { from, valueType } = names;
  const what = `a list of ${from}s`;
  const routings = listOf(node, what, (item) =>
    readFields(item, `a map with ${from}, ${valueType} and targets`, warn, (fields) => {
      const name = fields.required(from, `the name of a ${from}`);
      const targets = fields.required("targets", "a list of functions");
      const routing: Routing = {
        from: textOf(name, `the name of a ${from}`),
        valueType: textOf(fields.required(valueType, "the typename of the values"), "a typename"),
        targets: listOf(targets, "a list of functions", typenameOf),
      };
      return { name, routing };
    }),
  );
  assertOnce(routings, ({ name }) => name);
  return routings.map(({ routing }) => routing);
}

/** `latest` by default, as a runtime has it, whatever its documentation says. */
export function readStartupPosition<const T extends StartupPosition["type"]>(
  node: TreeNode | undefined,
  types: readonly T[],
  warn: Warn,
): StartupPosition {
  if (node === undefined) return { type: "latest" };
  return readFields(node, "a map with type", warn, (fields): StartupPosition => {
    const type = choiceOf(fields.required("type", `one of ${types.join(", ")}`), types);
    if (type === "specific-offsets") {
      return { type, offsets: readOffsets(fields.required("offsets", "a list of offsets")) };
    }
    if (type === "date") {
      return { type, timestampMs: readDate(fields.required("date", "a date")) };
    }
    // The two others are above; the compiler does not see it through the parameter.
    return { type: type as "group-offsets" | "earliest" | "latest" };
  });
}

function readOffsets(node: TreeNode): ReadonlyMap<string, bigint> {
  const offsets = new Map<string, bigint>();
  for (const item of listOf(node, "a list like - topic/partition: offset", (one) => one)) {
    if (item.type !== "map") throw expected(item, "topic/partition: offset");
    for (const [name, { place, value }] of item.entries) {
      const text = value.type === "scalar" ? value.source : "";
      if (!/^\d{1,18}$/.test(text)) throw expected(value, "an offset, an integer from 0 on");
      if (!/^[^/]+\/\d+$/.test(name)) {
        const at = { path: item.path, place };
        throw moduleInvalid(at, `expected "topic/partition" before an offset, got ${show(name)}`);
      }
      offsets.set(name, BigInt(text));
    }
  }
  return offsets;
}

const what = 'a date like "2020-02-01 04:15:00.000 Z"';

/** Java's pattern "yyyy-MM-dd HH:mm:ss.SSS Z"; fewer digits of a second are read too, as its documentation has them. */
function readDate(node: TreeNode): number {
  const text = node.type === "scalar" ? node.source : "";
  const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{1,3}) (Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (parts === null || !isDay(parts[1])) throw expected(node, what);
  const [, day, time, fraction = "", zone = ""] = parts;
  const offset = zone.replace(/(\d\d)(\d\d)$/, "$1:$2");
  const ms = Date.parse(`${day}T${time}.${fraction.padEnd(3, "0")}${offset}`);
  if (Number.isNaN(ms)) throw expected(node, what);
  return ms;
}

/** The 31st of February is not a date, though an engine may take it for one in March. */
function isDay(day = ""): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** The same pattern, in UTC. */
export function dateText(timestampMs: number): string {
  return new Date(timestampMs).toISOString().replace("T", " ").replace("Z", " +0000");
}
