/** Where to read on, at the end of an error. */
export const helpHint = "statefun --help has them all";

const dev = `statefun dev [entry] [module.yaml …]      runs functions here, and again whenever a file changes
  --port 8080               0 takes a free one
  --host 127.0.0.1          another address lets others in: there is no authentication
  --origins URL,URL         pages of these origins may send and read, and names of theirs lead here: or any
  --file .statefun/dev.db   where state, messages and timers are
  --memory                  keep them in memory instead: they end with the process
  --connectors              starts the Kafka parts too: they join groups and write to topics
  --json                    one JSON object a line, for tools`;

const module = `statefun module [entry] --url TEMPLATE      prints the module.yaml for a Flink cluster
  --format kind             or 3.0, or 2.0`;

const entries = `An entry is a file of TypeScript or JavaScript that exports modules, by default or by name, or by default the
options of createRuntime. It starts nothing itself. Without one it is the first there is of functions.ts,
src/functions.ts, index.ts and src/index.ts; .mts, .js and .mjs do as well.`;

/** What `statefun --help` prints. */
export const help: string = [dev, module, "statefun --help, statefun --version", entries].join(
  "\n\n",
);

/** What `statefun COMMAND --help` prints. */
export const helpOf: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["dev", `${dev}\n\n${entries}`],
  ["module", `${module}\n\n${entries}`],
]);
