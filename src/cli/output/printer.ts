import process from "node:process";
import { isRecord } from "../../internal/assert.ts";
import { printable } from "../../internal/show.ts";
import type { PrintedEvent } from "../ipc.ts";
import { banner } from "./banner.ts";
import { changeLines } from "./changes.ts";
import { type Colours, coloursOf } from "./colours.ts";
import { oneLine } from "./one-line.ts";

export interface Printer {
  print(event: PrintedEvent): void;
  /** On standard error, in a line, whatever the format. */
  fail(message: string): void;
}

/** For people: coloured on a terminal, plain in a pipe. For tools: one JSON object a line. */
export function createPrinter(isJson: boolean): Printer {
  const out = coloursOf(process.stdout);
  const err = coloursOf(process.stderr);
  // Whoever read it is gone, as `head` is after its lines.
  process.stdout.on("error", () => process.exit(1));
  // The escapes are those of JSON: what is read is the same.
  const line = (value: object): unknown =>
    process.stdout.write(`${printable(JSON.stringify(value))}\n`);
  return {
    print: (event) =>
      isJson ? line(event) : process.stdout.write(`${textOf(onLines(event), out)}\n`),
    fail: (message) => {
      if (isJson) line({ event: "error", message });
      process.stderr.write(`${err.red("statefun:")} ${oneLine(message)}\n`);
    },
  };
}

/** What comes from outside, ids above all, must not move a terminal's cursor or look like lines of ours. */
function onLines<T>(value: T): T {
  const inner = (one: unknown): unknown => {
    if (typeof one === "string") return oneLine(one);
    if (Array.isArray(one)) return one.map(inner);
    if (!isRecord(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([name, part]) => [name, inner(part)]));
  };
  // Of the same shape: only texts have changed.
  return inner(value) as T;
}

function textOf(event: PrintedEvent, colours: Colours): string {
  switch (event.event) {
    case "listening":
      return banner(event, colours);
    case "restarted":
      return [
        `${colours.green("restarted")}    ${event.url}`,
        ...changeLines(event.changes, event.functions, colours),
      ].join("\n");
    case "restarting":
      return `${colours.yellow("restarting")}   ${event.reason}`;
    case "waiting":
      return `${colours.yellow("waiting")}      ${event.reason}`;
    case "record":
      return `${colours.cyan("egress")}       ${event.egress} <- ${event.from}: ${event.value}`;
    case "dead-letter":
      return `${colours.red("dead letter")}  ${event.id} of ${event.address}: ${event.code}, ${event.message}`;
    case "error": {
      const attempt = event.attempt === undefined ? "" : `, attempt ${event.attempt}`;
      const where = event.address === undefined ? "" : `${event.address}${attempt}: `;
      return `${colours.red("error")}        ${where}${event.message}`;
    }
    case "warning":
      return `${colours.yellow("warning")}      ${event.message}`;
    case "more":
      return colours.dim(`             and ${event.count} more`);
    case "stopped":
      return "stopped";
  }
}
