import {
  collectExport,
  collectImport,
  exportRequests,
  importRequests,
  type MoveCollector,
  type RequestRecord,
} from "statefun/migration";
import { read, write } from "../../kafka/topics.ts";
import { counter } from "./app.ts";

const topic = (kind: "export" | "import") => () => `${kind}.counter`;

/** Asks a cluster for the states of all of these instances. */
export async function exported(
  brokers: string,
  request: string,
  ids: readonly string[],
): Promise<Uint8Array> {
  const instances = ids.map((id) => ({ typename: counter.typename, id }));
  const collector = await collectExport({ request, instances });
  await ask(brokers, exportRequests(instances, { request, topic: topic("export") }), collector);
  return new Uint8Array(await new Response(collector.export() as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

/** Brings an export to a cluster. */
export async function imported(brokers: string, request: string, bytes: Uint8Array): Promise<void> {
  const open = () => new Blob([Uint8Array.from(bytes)]).stream();
  const collector = await collectImport({ request, open });
  await ask(brokers, importRequests(open, { request, topic: topic("import") }), collector);
}

async function ask(
  brokers: string,
  requests: AsyncIterable<RequestRecord>,
  collector: MoveCollector,
): Promise<void> {
  const records: RequestRecord[] = [];
  for await (const record of requests) records.push(record);
  await write(brokers, records);
  await read(brokers, "moved", ({ value }) => {
    collector.add(value);
    return collector.isComplete;
  }, 60_000);
  if (collector.isComplete) return;
  const { missing, refused, changed } = collector;
  const said = JSON.stringify({ missing: missing(), refused: refused(), changed: changed() });
  throw new Error(`not all have answered: ${said}`);
}

/** What names an export: equal for equal states. */
export function digestOf(bytes: Uint8Array): string {
  const end: { sha256: string } = JSON.parse(linesOf(bytes).at(-1) ?? "");
  return end.sha256;
}

/** The counts of an export by their ids. */
export function countsIn(bytes: Uint8Array): ReadonlyMap<string, readonly [count: number, wrong: number]> {
  const numberOf = (state: { bytes: string } | undefined) =>
    state === undefined ? 0 : counterNumber(Buffer.from(state.bytes, "base64"));
  return new Map(
    linesOf(bytes)
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === "instance")
      .map(({ id, states }) => [id, [numberOf(states.count), numberOf(states.wrong)]]),
  );
}

/** An `int` of StateFun: a fixed number behind its tag, and nothing for zero. */
function counterNumber(bytes: Buffer): number {
  return bytes.length === 0 ? 0 : bytes.readInt32LE(1);
}

function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).trimEnd().split("\n");
}
