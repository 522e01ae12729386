import type { OpenExport } from "statefun/migration";
import { type BlockPrograms, writePrograms } from "../../docs/block-programs.ts";
import { counter } from "./app.ts";

/** The program of docs/moving.md, which asks a cluster and reads its answers. */
export interface MoveProgram {
  exportStates(
    brokers: string,
    instances: readonly { readonly typename: string; readonly id: string }[],
  ): Promise<ReadableStream<Uint8Array>>;
  importStates(brokers: string, open: OpenExport): Promise<void>;
}

export async function loadProgram(): Promise<MoveProgram & Pick<BlockPrograms, "remove">> {
  const { load, remove } = writePrograms("moving");
  // The document is what it is tested for; its types are checked by the tests of all documents.
  const program = (await load("docs/moving.md", "move.ts")) as unknown as MoveProgram;
  return { exportStates: program.exportStates, importStates: program.importStates, remove };
}

/** Asks a cluster for the states of all of these instances. */
export async function exported(
  program: MoveProgram,
  brokers: string,
  ids: readonly string[],
): Promise<Uint8Array> {
  const instances = ids.map((id) => ({ typename: counter.typename, id }));
  return bytesOf(await program.exportStates(brokers, instances));
}

/** Brings an export to a cluster. */
export async function imported(
  program: MoveProgram,
  brokers: string,
  bytes: Uint8Array,
): Promise<void> {
  await program.importStates(brokers, () => new Blob([Uint8Array.from(bytes)]).stream());
}

export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  // It has memory of its own.
  const body = stream as ReadableStream<Uint8Array<ArrayBuffer>>;
  return new Uint8Array(await new Response(body).arrayBuffer());
}

/** What names an export: equal for equal states. */
export function digestOf(bytes: Uint8Array): string {
  const end: { sha256: string } = JSON.parse(linesOf(bytes).at(-1) ?? "");
  return end.sha256;
}

/** The counts of an export by their ids. */
export function countsIn(
  bytes: Uint8Array,
): ReadonlyMap<string, readonly [count: number, wrong: number]> {
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
