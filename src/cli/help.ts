/** Where to read on, at the end of an error. */
export const helpHint = "statefun --help has them all";

/** What `statefun --help` prints. */
export const help = `statefun dev [entry] [module.yaml …]      runs functions here, and again whenever a file changes
  --port 8080               0 takes a free one
  --host 127.0.0.1          another address lets others in: nobody is asked who they are
  --file .statefun/dev.db   where state, messages and timers are
  --memory                  keep them in memory instead: they end with the process
  --connectors              starts the Kafka parts too: they join groups and write to topics
  --json                    one JSON object a line, for tools

statefun module [entry] --url TEMPLATE      prints the module.yaml for a Flink cluster
  --format kind             or 3.0, or 2.0

statefun --help, statefun --version

An entry is a file of TypeScript or JavaScript that exports modules, by default or by name, or by default the
options of createRuntime. Without one it is the first there is of functions.ts, src/functions.ts, index.ts and
src/index.ts; .mts, .js and .mjs do as well.`;
