import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SpanContext } from "@opentelemetry/api";
import { int, StatefulFunctions } from "statefun";
import { serve } from "statefun/node";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime, memoryStore, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { drive, idOf } from "../engine-app.ts";
import { SdkAlone } from "../sdk-alone.ts";
import { type TelemetryKind, telemetry } from "../telemetry.ts";

/** What this process is, as JSON in `BENCH_TRACED`. */
export interface TracedSide {
  readonly by: "nothing" | "SDK alone" | "openTelemetry";
  readonly kind: TelemetryKind;
}

export type TracedStore = "memory" | "normal" | "full";

/** Sends so many messages by `runtime.send`, or says at which port the runtime is, or what CPU was used so far. */
export type TracedOrder =
  | { readonly do: "send"; readonly store: TracedStore; readonly count: number }
  | { readonly do: "serve"; readonly store: TracedStore }
  | { readonly do: "cpu" }
  | { readonly do: "end" };

const ids = 10_000;
const { by, kind }: TracedSide = JSON.parse(process.env["BENCH_TRACED"] ?? "");
const parts = by === "nothing" ? undefined : telemetry(kind);
const sdk = by === "SDK alone" && parts !== undefined ? new SdkAlone(parts) : undefined;
const observer = by === "openTelemetry" ? openTelemetry(parts) : undefined;

/** What the span of a send was, for the handler of its message: it would come as a header. */
const created = new Map<string, SpanContext>();

const functions = new StatefulFunctions("bench");
const state = { count: { type: int, initial: 0 } };
const counter = functions.bind(
  "bench/counter",
  { accepts: int, replies: int, state },
  (context, by) => {
    const { id } = context.self;
    const count = (): void => {
      context.state.count += by;
      if (context.caller !== undefined) context.reply(context.state.count);
    };
    return sdk === undefined ? count() : sdk.handle(id, created.get(id), count);
  },
);

const folder = mkdtempSync(join(tmpdir(), "statefun-bench-"));
const runtimes = new Map<TracedStore, Promise<Runtime>>();

function runtimeOf(store: TracedStore): Promise<Runtime> {
  const known = runtimes.get(store);
  if (known !== undefined) return known;
  const made = createRuntime({
    modules: [functions],
    store:
      store === "memory"
        ? memoryStore()
        : sqliteStore(join(folder, `${store}.db`), { durability: store }),
    http: { expose: "all", authenticate: "none" },
    ...(observer !== undefined && { observer }),
  });
  runtimes.set(store, made);
  return made;
}

async function send(store: TracedStore, count: number): Promise<number> {
  const runtime = await runtimeOf(store);
  const one = (index: number): Promise<unknown> => {
    const id = idOf(index, ids);
    if (sdk === undefined) return runtime.send(counter.at(id), 1);
    return sdk.send(id, (context) => {
      created.set(id, context);
      return runtime.send(counter.at(id), 1);
    });
  };
  return drive(one, count, 1_000);
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function answerTo(order: TracedOrder): Promise<object> {
  if (order.do === "send") {
    const before = cpu();
    const ms = await send(order.store, order.count);
    return { perMs: order.count / ms, cpuMicroseconds: (cpu() - before) / order.count };
  }
  if (order.do === "serve") {
    const { fetch } = await runtimeOf(order.store);
    const { port } = await serve({ fetch, port: 0 });
    return { port };
  }
  return { cpu: cpu() };
}

/** Does nothing between orders, so that the others have the machine to themselves meanwhile. */
process.on("message", async (order: TracedOrder) => {
  if (order.do !== "end") return void process.send?.(await answerTo(order));
  for (const runtime of runtimes.values()) await (await runtime).close({ drainMs: 0 });
  rmSync(folder, { recursive: true });
  process.exit();
});
// The benchmark was ended.
process.once("disconnect", () => process.exit());
