import { isRecord } from "../../../internal/assert.ts";
import { oneLine } from "../../output/one-line.ts";
import { listFlags, type OperateCommand, type Run } from "../command.ts";
import { exitCodes, nothing } from "../failure.ts";
import { type Json, numberIn, objectIn, rowsIn, textIn } from "../http/json.ts";
import { cursorOf, statesOf } from "../http/pages.ts";
import { type Column, Table } from "../output/table.ts";
import * as words from "../output/words.ts";
import { functionIn, limitIn, wordsOf } from "../values.ts";
import { condition } from "./ls.ts";

/** `statefun show`: one instance, with what it keeps and what it waits for. */
export const showCommand: OperateCommand = {
  first: "function",
  flags: listFlags,
  run: async (run) => {
    const [name = "", id = ""] = wordsOf(run.given, "show", ["FUNCTION", "ID"]);
    return shown(run, functionIn(name), id);
  },
};

const maxPage = 1_000;

/** A state with its name. */
interface State {
  readonly name: string;
  readonly value: unknown;
}

async function shown(run: Run, name: string, id: string): Promise<number> {
  const { api, given, out } = run;
  const view = viewOf(run);
  let left = limitIn(given);
  let after: string | undefined;
  let count = 0;
  for (;;) {
    const limit = String(Math.min(maxPage, left));
    const page = await api.read("/admin/instance", { function: name, id, after, limit });
    const parts = partsOf(page);
    const found = parts.states.length + parts.mailbox.length + parts.timers.length;
    const isThere = found > 0 || condition(page) !== "" || numberIn(page, "mailboxLength") !== 0;
    if (count === 0 && after === undefined && !isThere) {
      throw nothing(`there is nothing of ${name} ${words.id(id)}: no state, no message, no timer`);
    }
    if (out.isJson) await out.json(page);
    else await view(page, parts, after === undefined);
    count += found;
    left -= found;
    const next = textIn(page, "next");
    if (next === undefined || out.closed.aborted) return exitCodes.done;
    if (left <= 0) {
      out.note("there is more: --limit N or --all shows it");
      return exitCodes.done;
    }
    after = cursorOf(next, after, "/admin/instance");
  }
}

interface Parts {
  readonly states: readonly State[];
  readonly mailbox: readonly Json[];
  readonly timers: readonly Json[];
}

function partsOf(page: Json): Parts {
  const states = Object.entries(statesOf(page));
  return {
    states: states.filter(([, value]) => isRecord(value)).map(([name, value]) => ({ name, value })),
    mailbox: rowsIn(page, "mailbox") ?? [],
    timers: rowsIn(page, "timers") ?? [],
  };
}

/** For people: a title, and a table for each kind of part, which goes on over pages. */
function viewOf({ out }: Run): (page: Json, parts: Parts, isFirst: boolean) => Promise<void> {
  const { bold } = out.colours;
  const indent = "  ";
  const states = new Table(stateColumns, out, indent);
  const mailbox = new Table(messageColumns, out, indent);
  const timers = new Table(timerColumns, out, indent);
  const titled = new Set<string>();
  const section = async <Row>(title: string, table: Table<Row>, rows: readonly Row[]) => {
    if (rows.length === 0) return;
    if (!titled.has(title)) await out.line(bold(title));
    titled.add(title);
    await table.write(rows);
  };
  return async (page, parts, isFirst) => {
    const waiting = numberIn(page, "mailboxLength") ?? 0;
    if (isFirst) await out.line(titleOf(page, waiting, bold));
    await section("state", states, parts.states);
    await section(`mailbox (${words.count(waiting)})`, mailbox, parts.mailbox);
    await section("timers", timers, parts.timers);
  };
}

function titleOf(page: Json, waiting: number, bold: (text: string) => string): string {
  const oldest = numberIn(page, "oldestMs");
  const facts = [
    condition(page),
    waiting > 0 && oldest !== undefined ? `oldest message ${words.span(oldest)}` : "",
  ];
  const rest = facts.filter((one) => one !== "").join(", ");
  return `${bold(oneLine(words.address(page)))}${rest === "" ? "" : `  ${oneLine(rest)}`}`;
}

const stateColumns: readonly Column<State>[] = [
  { title: "NAME", text: ({ name }) => name },
  { title: "TYPE", text: ({ value }) => words.type(value) },
  { title: "VALUE", text: ({ value }) => words.value(value) },
];

const messageColumns: readonly Column<Json>[] = [
  { title: "NUMBER", text: (row) => textIn(row, "number") ?? "-", isRight: true },
  { title: "TYPE", text: words.type },
  { title: "VALUE", text: words.value },
];

const timerColumns: readonly Column<Json>[] = [
  { title: "NUMBER", text: (row) => textIn(row, "number") ?? "-", isRight: true },
  { title: "FIRES", text: (row) => words.ago(numberIn(row, "atMs")) },
  { title: "TO", text: (row) => words.address(objectIn(row, "to")) },
  { title: "TYPE", text: (row) => words.type(objectIn(row, "message")) },
  { title: "VALUE", text: (row) => words.value(objectIn(row, "message")) },
];
