import { type Bench, counter, drive, idOf, type Kind, start } from "../engine-app.ts";

/** What the benchmark asks this process to do. */
export interface LoadOrder {
  readonly kind: Kind;
  readonly messages: number;
  readonly inFlight: number;
}

const ids = 10_000;
const benches = new Map<Kind, Promise<Bench>>();

function benchOf(kind: Kind): Promise<Bench> {
  const bench = benches.get(kind) ?? start(kind);
  benches.set(kind, bench);
  return bench;
}

// Whoever has started it may end by an error of the other build.
process.once("disconnect", () => process.exit());

/** Does nothing between orders, so that another build has the machine to itself meanwhile. */
process.on("message", async (order: LoadOrder | "end") => {
  if (order === "end") {
    for (const bench of benches.values()) await (await bench).end();
    process.exit();
  }
  const { kind, messages, inFlight } = order;
  const { runtime } = await benchOf(kind);
  const send = (index: number) => runtime.send(counter.at(idOf(index, ids)), 1);
  const before = process.cpuUsage();
  const ms = await drive(send, messages, inFlight);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ perMs: messages / ms, cpuMicroseconds: (user + system) / messages });
});
