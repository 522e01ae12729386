import type { Listening, ShownFunction, ShownPlayground } from "../ipc.ts";
import { isLoopback } from "../listen.ts";
import type { Colours } from "./colours.ts";

/** What is there and how to try it: the first thing that is printed. */
export function banner(event: Listening, colours: Colours): string {
  const { bold, cyan, dim, red } = colours;
  const { url, version, store, functions, endpoints, egresses, playground, example } = event;
  const list = (name: string, lines: readonly string[]): string[] =>
    lines.map((line, index) => `  ${dim((index === 0 ? name : "").padEnd(11))}${line}`);
  const width = Math.max(0, ...functions.map(({ typename }) => typename.length));
  const lines = [
    `${bold("statefun")} ${version}  ${cyan(url)}`,
    "",
    ...list("console", [cyan(event.console)]),
    ...list(
      "functions",
      functions.map((fn) => `${fn.typename.padEnd(width)}  ${dim(aboutOf(fn))}`),
    ),
    ...list(
      "elsewhere",
      endpoints.map((one) => `${one.functions}  ${dim(`at ${one.url}`)}`),
    ),
    ...list(
      "egresses",
      egresses.map(
        ({ typename, isKept }) => `${typename}  ${dim(isKept ? "kept for reading" : "bound")}`,
      ),
    ),
    ...list("playground", playgroundOf(playground)),
    ...list("state", [stateOf(store)]),
  ];
  if (!isOnlyHere(url)) {
    const warning = `anyone who can reach ${url} can send, read and delete: there is no authentication`;
    lines.push("", red(bold(`  PUBLIC     ${warning}`)));
  }
  if (example !== undefined) {
    const [egress] = egresses.filter(({ isKept }) => isKept);
    const reads = egress === undefined ? [] : [`curl ${url}/egresses/${egress.typename}`];
    lines.push(
      "",
      "  Send a message, look at the instance, read the egress:",
      "",
      `    ${example.curl}`,
      `    curl ${url}/admin/instances/${example.typename}/${example.id}`,
      ...reads.map((read) => `    ${read}`),
    );
  }
  lines.push("", dim("  Restarts when a file changes. Ctrl-C stops it; state is kept."));
  return lines.join("\n");
}

/** `takes demo/Login; keeps visits (int)`: StateFun's own types by their short names. */
export function aboutOf({ accepts, replies, states }: ShownFunction): string {
  const short = (name: string): string => name.replace(/^io\.statefun\.types\//, "");
  const takes = accepts === undefined ? "anything" : accepts.map(short).join(" or ");
  const parts = [`takes ${takes}`];
  if (replies !== undefined) parts.push(`replies ${replies.map(short).join(" or ")}`);
  if (states.length > 0) {
    parts.push(`keeps ${states.map(({ name, type }) => `${name} (${short(type)})`).join(", ")}`);
  }
  return parts.join("; ");
}

function playgroundOf({ ingress, egress }: ShownPlayground): string[] {
  const sends = ingress === undefined ? [] : [`PUT ${ingress.url}/{namespace}/{function}/{id}`];
  const reads = egress?.topics.map((topic) => `GET ${egress.url}/${topic}`) ?? [];
  return [...sends, ...reads];
}

function isOnlyHere(url: string): boolean {
  return isLoopback(new URL(url).hostname);
}

function stateOf(store: string): string {
  return store === "memory" ? "in memory: lost when this process ends" : store;
}
