import { invalid } from "../../../internal/assert.ts";
import type { ParsedArguments } from "../../arguments.ts";
import { booleanFlag, filterFlags, listFlags, type OperateCommand, type Run } from "../command.ts";
import { exitCodes, nothing } from "../failure.ts";
import type { Asked } from "../http/exchange.ts";
import { type Json, numberIn, objectIn, textIn } from "../http/json.ts";
import { rowsOf } from "../http/pages.ts";
import { type Column, Table } from "../output/table.ts";
import * as words from "../output/words.ts";
import { functionIn, timeIn, wordsOf } from "../values.ts";
import { printed } from "./ls.ts";

/** `statefun dead`: dead letters, oldest first, or groups of them. */
export const deadCommand: OperateCommand = {
  flags: { ...listFlags, ...filterFlags, groups: booleanFlag },
  run: async (run) => {
    const { given } = run;
    wordsOf(given, "dead", []);
    const filter = filterOf(given);
    if (given.has("groups")) return listGroups(run, filter);
    const path = "/admin/dead-letters";
    const list = {
      path,
      query: queryOf(filter),
      rows: "deadLetters",
      endsWith: "empty page",
    } as const;
    return printed(run, list, letterColumns);
  },
};

/** Which dead letters, as the server takes it. */
export interface LetterFilter {
  readonly function?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly since?: number;
  readonly until?: number;
}

export function filterOf(given: ParsedArguments): LetterFilter {
  const name = given.text("function");
  const [code, reason] = [given.text("code"), given.text("reason")];
  const [since, until] = [given.text("since"), given.text("until")];
  const filter = {
    ...(name === undefined ? {} : { function: functionIn(name, "--function") }),
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
    ...(since === undefined ? {} : { since: timeIn(since, "--since") }),
    ...(until === undefined ? {} : { until: timeIn(until, "--until") }),
  };
  if (filter.since !== undefined && filter.until !== undefined && filter.since >= filter.until) {
    throw invalid("--since must be before --until");
  }
  return filter;
}

function queryOf({ since, until, ...texts }: LetterFilter): NonNullable<Asked["query"]> {
  return { ...texts, since: since?.toString(), until: until?.toString() };
}

/** The server chooses: it gives at most 500 groups, and a part of a long reason. */
async function listGroups({ api, given, out }: Run, filter: LetterFilter): Promise<number> {
  if (given.text("limit") !== undefined) {
    throw invalid("--groups takes no --limit: it shows at most 500 groups");
  }
  const path = "/admin/dead-letters/groups";
  const found = rowsOf(await api.read(path, queryOf(filter)), "groups", path);
  if (found.length === 0) throw nothing("nothing matched");
  if (out.isJson) for (const group of found) await out.json(group);
  else await new Table(groupColumns, out).write(found);
  return exitCodes.done;
}

const letterColumns: readonly Column<Json>[] = [
  { title: "ID", text: (row) => textIn(row, "id") ?? "-", isRight: true },
  { title: "FAILED", text: (row) => words.ago(numberIn(row, "failedAtMs")) },
  { title: "OF", text: ofLetter },
  { title: "ATTEMPTS", text: (row) => words.count(numberIn(row, "attempts")), isRight: true },
  {
    title: "CODE",
    text: (row) => textIn(objectIn(row, "error"), "code") ?? "-",
    colour: () => "red",
  },
  { title: "REASON", text: (row) => textIn(objectIn(row, "error"), "message") ?? "" },
  { title: "MESSAGE", text: (row) => words.value(objectIn(row, "message")) },
];

const groupColumns: readonly Column<Json>[] = [
  { title: "COUNT", text: (row) => words.count(numberIn(row, "count")), isRight: true },
  { title: "OF", text: (row) => textIn(row, "egress") ?? textIn(row, "typename") ?? "-" },
  { title: "CODE", text: (row) => textIn(row, "code") ?? "-", colour: () => "red" },
  { title: "FIRST", text: (row) => words.ago(numberIn(row, "firstAtMs")) },
  { title: "LAST", text: (row) => words.ago(numberIn(row, "lastAtMs")) },
  { title: "REASON", text: (row) => textIn(row, "reason") ?? "" },
];

function ofLetter(row: Json): string {
  const egress = textIn(row, "egress");
  const from = words.address(objectIn(row, "address"));
  return egress === undefined ? from : `${egress} (from ${from})`;
}
