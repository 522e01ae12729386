import { invocationHandler, requestReplyHandler } from "statefun";
import { type Bench, counter, drive, idOf, type Kind, start } from "../engine-app.ts";
import { greeter, greeterRequest } from "../greeter.ts";
import { observers } from "../observers.ts";

/** What the benchmark asks this process to do: messages to an engine, or requests to a handler. */
export interface ObservedOrder {
  readonly kind: Kind | "handler" | "invoke";
  readonly count: number;
  readonly inFlight: number;
}

const ids = 10_000;
const observer = await observers[process.env["BENCH_OBSERVER"] ?? "none"]?.();
const option = observer === undefined ? {} : { observer };
const handler = requestReplyHandler(greeter, option);
const invoke = invocationHandler(greeter, option);
const body = greeterRequest(1);
const headers = { "content-type": "application/octet-stream" };
const benches = new Map<Kind, Promise<Bench>>();

function benchOf(kind: Kind): Promise<Bench> {
  const bench = benches.get(kind) ?? start(kind, observer);
  benches.set(kind, bench);
  return bench;
}

async function request(): Promise<unknown> {
  const init = { method: "POST", headers, body };
  return (await handler(new Request("http://localhost/", init))).arrayBuffer();
}

async function senderOf(kind: ObservedOrder["kind"]): Promise<(index: number) => Promise<unknown>> {
  if (kind === "handler") return request;
  if (kind === "invoke") return () => invoke(body);
  const { runtime } = await benchOf(kind);
  return (index) => runtime.send(counter.at(idOf(index, ids)), 1);
}

/** Does nothing between orders, so that the others have the machine to themselves meanwhile. */
process.on("message", async (order: ObservedOrder | "end") => {
  if (order === "end") {
    for (const bench of benches.values()) await (await bench).end();
    process.exit();
  }
  const send = await senderOf(order.kind);
  const before = process.cpuUsage();
  const ms = await drive(send, order.count, order.inFlight);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ perMs: order.count / ms, cpuMicroseconds: (user + system) / order.count });
});
