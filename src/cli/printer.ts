import process from "node:process";
import { banner } from "./banner.ts";
import { type Colours, coloursOf } from "./colours.ts";
import type { PrintedEvent } from "./events.ts";

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
  const line = (value: object): unknown => process.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    print: (event) =>
      isJson ? line(event) : process.stdout.write(`${textOf(printable(event), out)}\n`),
    fail: (message) => {
      if (isJson) line({ event: "error", message });
      process.stderr.write(`${err.red("statefun:")} ${message}\n`);
    },
  };
}

/** What comes from outside, ids above all, must not move a terminal's cursor or look like lines of ours. */
function printable(event: PrintedEvent): PrintedEvent {
  if (event.event === "listening") return event;
  const entries = Object.entries(event).map(([name, value]) => [
    name,
    typeof value === "string" ? value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "\ufffd") : value,
  ]);
  // Of the same shape: only texts have changed.
  return Object.fromEntries(entries) as PrintedEvent;
}

function textOf(event: PrintedEvent, colours: Colours): string {
  switch (event.event) {
    case "listening":
      return banner(event, colours);
    case "restarted":
      return `${colours.green("restarted")}    ${event.url}`;
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
