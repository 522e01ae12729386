import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { functions, lines, room } from "./functions.ts";
import { withPage } from "./page.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: [keep(lines, { maxRecords: 1_000, retentionMs: 86_400_000 })],
  http: { expose: [room, lines], authenticate: "none" },
});

export class StatefulObject extends engine.StatefulObject {}

export default {
  fetch: withPage((request, env) => engine.worker.fetch(request, env)),
} satisfies ExportedHandler<Env>;
