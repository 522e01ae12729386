import { invalid } from "../../../internal/assert.ts";
import { booleanFlag, listFlags, type OperateCommand, type Run, textFlag } from "../command.ts";
import { exitCodes, nothing } from "../failure.ts";
import { fieldOf, type Json, numberIn, objectIn, textIn } from "../http/json.ts";
import { type List, pagesOf, rowsOf } from "../http/pages.ts";
import { type Column, Table } from "../output/table.ts";
import * as words from "../output/words.ts";
import { functionIn, limitIn, pathOf, wordsOf } from "../values.ts";

const kinds = ["troubled", "waiting", "paused"] as const;
type Kind = (typeof kinds)[number];

/** `statefun ls`: functions, or the instances of one. */
export const lsCommand: OperateCommand = {
  first: "function",
  flags: {
    ...listFlags,
    prefix: textFlag,
    troubled: booleanFlag,
    waiting: booleanFlag,
    paused: booleanFlag,
  },
  run: async (run) => {
    const { given } = run;
    const [name] = wordsOf(given, "ls", ["[FUNCTION]"]);
    const [kind, other] = kinds.filter((one) => given.has(one));
    if (other !== undefined) throw invalid(`use either --${kind} or --${other}, not both`);
    const prefix = given.text("prefix");
    if (name !== undefined) return listInstances(run, functionIn(name), prefix, kind);
    if (prefix !== undefined)
      throw invalid("--prefix needs a FUNCTION: it is the beginning of the ids of its instances");
    if (kind === "troubled") return listTroubles(run);
    if (kind === "paused") return listPaused(run);
    return listFunctions(run, kind === "waiting");
  },
};

function listInstances(run: Run, name: string, prefix?: string, is?: Kind): Promise<number> {
  const path = `/admin/instances/${pathOf(name)}`;
  const list = { path, query: { prefix, is }, rows: "instances", endsWith: "no next" } as const;
  return printed(run, list, instanceColumns);
}

async function listFunctions(run: Run, isWaiting: boolean): Promise<number> {
  const list = { path: "/admin/functions", rows: "functions", endsWith: "no next" } as const;
  const waits = (row: Json): boolean => (numberIn(objectIn(row, "figures"), "waiting") ?? 0) > 0;
  return printed(run, list, functionColumns, isWaiting ? waits : undefined);
}

function listPaused(run: Run): Promise<number> {
  const list = { path: "/admin/paused", rows: "paused", endsWith: "no next" } as const;
  return printed(run, list, pausedColumns);
}

/** The server gives so many, the worst of them, without pages. */
const mostTroubles = 1_000;

async function listTroubles({ api, given, out }: Run): Promise<number> {
  const limit = limitIn(given);
  // One more than is shown tells whether there are more.
  const ask = String(Math.min(mostTroubles, limit + 1));
  const path = "/admin/troubles";
  const found = rowsOf(await api.read(path, { limit: ask }), "troubles", path);
  if (found.length === 0) throw nothing("nothing is troubled");
  const troubles = found.slice(0, limit);
  if (out.isJson) for (const row of troubles) await out.json(row);
  else await new Table(troubleColumns, out).write(troubles);
  if (found.length > limit) out.note("there are more: --limit N or --all shows them");
  else if (found.length === mostTroubles) {
    out.note(
      `there may be more: the server gives the worst ${mostTroubles}; statefun ls FUNCTION --troubled lists all of one function`,
    );
  }
  return exitCodes.done;
}

/** The rows of a list, page by page: of those that are wanted as many as the limit says. */
export async function printed(
  { api, given, out }: Run,
  list: List,
  columns: readonly Column<Json>[],
  isWanted?: (row: Json) => boolean,
): Promise<number> {
  const table = new Table(columns, out);
  let count = 0;
  for await (const page of pagesOf(api, list, limitIn(given), isWanted)) {
    const { rows } = page;
    count += rows.length;
    if (out.isJson) for (const row of rows) await out.json(row);
    else if (rows.length > 0) await table.write(rows);
    if (out.closed.aborted) return exitCodes.done;
    if (page.isMore) out.note("there are more: --limit N or --all shows them");
  }
  if (count === 0) throw nothing("nothing matched");
  return exitCodes.done;
}

const functionColumns: readonly Column<Json>[] = [
  { title: "FUNCTION", text: (row) => textIn(row, "typename") ?? "-" },
  figure("WAITING", "waiting"),
  { title: "OLDEST", text: (row) => oldest(objectIn(row, "figures")), isRight: true },
  figure("DONE", "completed"),
  figure("FAILED", "failed"),
  figure("DEAD", "dead"),
  {
    title: "STATUS",
    text: (row) =>
      [isSet(row, "paused") ? "paused" : "", elsewhere(row)].filter(Boolean).join(", "),
    colour: (row) => (isSet(row, "paused") ? "yellow" : undefined),
  },
];

const instanceColumns: readonly Column<Json>[] = [
  { title: "ID", text: (row) => words.id(textIn(row, "id")) },
  { title: "WAITING", text: (row) => words.count(numberIn(row, "waiting")), isRight: true },
  { title: "OLDEST", text: oldest, isRight: true },
  { title: "STATES", text: (row) => words.count(numberIn(row, "states")), isRight: true },
  { title: "SIZE", text: (row) => words.bytes(numberIn(row, "stateBytes")), isRight: true },
  { title: "STATUS", text: condition, colour: conditionColour },
];

const pausedColumns: readonly Column<Json>[] = [
  { title: "FUNCTION", text: (row) => textIn(row, "typename") ?? "-" },
  { title: "ID", text: (row) => ("id" in row ? words.id(textIn(row, "id")) : "(all)") },
  { title: "SINCE", text: (row) => words.ago(numberIn(row, "sinceMs")) },
  { title: "WHO", text: (row) => textIn(row, "who") ?? "-" },
  { title: "WHY", text: (row) => textIn(row, "why") ?? "" },
];

const troubleColumns: readonly Column<Json>[] = [
  { title: "FUNCTION", text: (row) => textIn(row, "typename") ?? "-" },
  { title: "ID", text: (row) => words.id(textIn(row, "id")) },
  { title: "TROUBLE", text: words.troubleWords },
];

function figure(title: string, name: string): Column<Json> {
  return {
    title,
    text: (row) => words.count(numberIn(objectIn(row, "figures"), name)),
    isRight: true,
  };
}

function oldest(row: Json): string {
  const isNothing = numberIn(row, "waiting") === 0;
  return words.span(isNothing ? undefined : numberIn(row, "oldestMs"));
}

function elsewhere(row: Json): string {
  return row["remote"] === true ? "remote" : "";
}

/** What an instance does, or why it does not go on. */
export function condition(row: Json): string {
  const parts = [
    isSet(row, "paused") ? "paused" : "",
    isSet(row, "running") ? "running" : "",
    words.trouble(row),
  ];
  return parts.filter((one) => one !== "").join(", ");
}

function conditionColour(row: Json): "red" | "yellow" | undefined {
  if (isSet(row, "paused")) return "yellow";
  return "trouble" in row ? "red" : undefined;
}

function isSet(row: Json, name: string): boolean {
  return fieldOf(row, name) === true;
}
