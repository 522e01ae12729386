import { operateHelp, operateSummary } from "./operate/help.ts";

/** Points to the help, at the end of an error. */
export const helpHint = "statefun --help lists all of them";

const dev = `statefun dev [entry] [module.yaml …]      runs functions here, and restarts when a file changes
  --port 8080               0 takes any free port
  --host 127.0.0.1          another address is open to others: there is no authentication
  --origins URL,URL         web pages of these origins, and their host names, are allowed; or any
  --file .statefun/dev.db   the file that keeps state, messages and timers
  --memory                  keep them in memory instead: they are lost at the end
  --connectors              also start Kafka: it joins groups and writes to topics
  --json                    print one JSON object per line, for tools`;

const module = `statefun module [entry] --url TEMPLATE      prints the module.yaml for a Flink cluster
  --format kind             or 3.0, or 2.0`;

const backup = `statefun backup FILE --to PATH              copies a store of sqliteStore, also while a process uses it
  --overwrite               replaces a file of this name
  --json                    prints path, bytes and time as JSON`;

const exporting = `statefun export [FILE] [--to PATH]         writes everything as lines of JSON: states, messages, timers, keys, …
                            of a store of sqliteStore, also while a process uses it; without FILE of a running server
  --to PATH                 a new file; - is standard output, the default unless that is a terminal
  --overwrite               replaces a file of this name
  --no-values               only bytes, without the values that people can read
  --ids PATH                of Durable Objects: addresses beside those of the directory, a line {"function": …, "id": …} for each
  --live                    of Durable Objects: while they run, each as of a moment of its own
  --json                    prints path, bytes, digest and counts as JSON
  --url, --token, --http-header    the server, as for statefun ls`;

const importing = `statefun import [FILE] --from PATH         brings an export in: into the store FILE, which nothing uses; without it
                            into a running server. Nothing is changed if something is here already
  --replace                 replaces what is here with what is in the export
  --dry-run                 only checks whether it could be imported
  --abandon                 removes what an unfinished import has written, from the FILE or by the server
  --digest SHA256, --ids PATH    with --abandon, of Durable Objects instead of --from: which import, and addresses
  --json                    prints counts and digest as JSON
  --url, --token, --http-header    the server, as for statefun ls`;

const entries = `An entry is a TypeScript or JavaScript file that exports modules, or the options of createRuntime as its default
export. It must start nothing itself. If you name none, the first existing file of functions.ts, src/functions.ts,
index.ts and src/index.ts is taken; .mts, .js and .mjs are looked for too.`;

/** What `statefun --help` prints. */
export const help: string = [
  ...[dev, module, backup, exporting, importing, operateSummary],
  ...["statefun --help, statefun --version", entries],
].join("\n\n");

/** What `statefun COMMAND --help` prints. */
export const helpOf: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["dev", `${dev}\n\n${entries}`],
  ["module", `${module}\n\n${entries}`],
  ["backup", backup],
  ["export", exporting],
  ["import", importing],
  ...operateHelp,
]);
